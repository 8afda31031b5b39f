#include "CMosquittoGuard.h"

#include <CAssertionGuard.h>
#include <mosquitto.h>

struct loop_read {
    struct mosquitto *client;
    int packets;
    int code;
};

static void loop_read(void *context) {
    struct loop_read *call = context;
    call->code = mosquitto_loop_read(call->client, call->packets);
}

// The assertion stands in log__printf, called by property__read: between it and this call there are only frames of the
// library, it holds no lock there, and what it has allocated hangs on the client, the property at hand (some 48 bytes)
// excepted.
int vitals_mosquitto_loop_read(struct mosquitto *client, int packets) {
    struct loop_read call = {.client = client, .packets = packets, .code = MOSQ_ERR_UNKNOWN};
    bool returned = vitals_survives_assertion("logging_mosq.c", "mosq", loop_read, &call);
    return returned ? call.code : MOSQ_ERR_MALFORMED_PACKET;
}
