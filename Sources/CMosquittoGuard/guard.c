#include "CMosquittoGuard.h"

#include <mosquitto.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// Where the assertion of this thread returns to; NULL outside of a guarded call.
static _Thread_local jmp_buf *way_back;

int vitals_mosquitto_loop_read(struct mosquitto *client, int packets) {
    jmp_buf here;
    if (setjmp(here) != 0) {
        way_back = NULL;
        return MOSQ_ERR_MALFORMED_PACKET;
    }
    way_back = &here;
    int code = mosquitto_loop_read(client, packets);
    way_back = NULL;
    return code;
}

static int ends_with(const char *text, const char *end) {
    size_t length = strlen(text), tail = strlen(end);
    return length >= tail && strcmp(text + length - tail, end) == 0;
}

// Takes the place of the C library's for the whole process (assert(3)). The one assertion that is survived stands in
// log__printf, called by property__read: between it and the guarded call there are only frames of the library, it holds no
// lock there, and what it has allocated hangs on the client, the property at hand (some 48 bytes) excepted.
__attribute__((noreturn, visibility("default"))) void __assert_fail(
    const char *assertion, const char *file, unsigned int line, const char *function) {
    if (way_back && strcmp(assertion, "mosq") == 0 && ends_with(file, "logging_mosq.c")) {
        longjmp(*way_back, 1);
    }
    fprintf(stderr, "%s:%u: %s: Assertion `%s' failed.\n", file, line, function ? function : "?", assertion);
    abort();
}
