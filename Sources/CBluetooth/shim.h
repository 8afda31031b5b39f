#pragma once

#include <bluetooth/bluetooth.h>
#include <bluetooth/hci.h>
#include <bluetooth/hci_lib.h>
#include <bluetooth/l2cap.h>
#include <linux/sock_diag.h>
#include <sys/epoll.h>
#include <sys/inotify.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

/* Swift does not import macros that compute with types: the requests of ioctl(2), with the header's own values. */
static const unsigned long VITALS_HCIDEVUP = HCIDEVUP;
static const unsigned long VITALS_HCIDEVDOWN = HCIDEVDOWN;
static const unsigned long VITALS_HCIDEVRESET = HCIDEVRESET;

/* Members of an enumeration without a name: where SO_MEMINFO counts what a socket dropped. */
static const int VITALS_SK_MEMINFO_DROPS = SK_MEMINFO_DROPS;
static const int VITALS_SK_MEMINFO_VARS = SK_MEMINFO_VARS;
