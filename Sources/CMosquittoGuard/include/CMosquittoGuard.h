#pragma once

struct mosquitto;

/// mosquitto_loop_read(3), which survives a property that the library does not know.
///
/// libmosquitto up to 2.0.x meets an unknown property identifier in a packet of MQTT 5 by writing to the log of no client,
/// which is an assertion, which ends the process: one packet of a broker ends the gateway. This call returns
/// MOSQ_ERR_MALFORMED_PACKET instead, as the library means to. Every other assertion ends the process as ever.
///
/// After that result the client may only be destroyed.
int vitals_mosquitto_loop_read(struct mosquitto *client, int packets);
