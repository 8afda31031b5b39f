#pragma once

// What the probe needs of a C library, declared here rather than included: where it is compiled for Arm there is a C
// library to link with, but none whose headers the Swift compiler would read.

char *getenv(const char *name);
int open(const char *path, int flags, ...);
int close(int descriptor);
long read(int descriptor, void *bytes, unsigned long count);
long write(int descriptor, const void *bytes, unsigned long count);
void exit(int status) __attribute__((noreturn));

static inline int probe_open(const char *path) { return open(path, 0); }
