import CMosquitto
import Glibc

// See: libmosquitto(3), "Return values" of each function; <mosquitto.h>, enum mosq_err_t.
// All wording about libmosquitto's codes stands here. A code without a name of its own is kept as it came.
extension MQTTError {
    /// The error for a code of libmosquitto.
    ///
    /// `systemError` is errno as it stood after the call; `detail` is the last line of the library's own log, cut.
    static func mosquitto(
        _ code: Int32, operation: String, systemError: Int32 = 0, detail: String? = nil
    ) -> MQTTError {
        let (kind, message) = wording(code, systemError: systemError)
        let suffix = detail.map { " [\($0.prefix(VitalsMQTTLimits.libraryDetailMax))]" } ?? ""
        return MQTTError(kind, operation: operation, message: message + suffix)
    }

    private static func wording(_ code: Int32, systemError: Int32) -> (Code, String) {
        switch mosq_err_t(rawValue: code) {
        case MOSQ_ERR_NOMEM: (.system, "out of memory")
        case MOSQ_ERR_PROTOCOL, MOSQ_ERR_MALFORMED_PACKET, MOSQ_ERR_DUPLICATE_PROPERTY:
            (
                .protocolViolation,
                "the answer is not MQTT; check that a broker listens on this port, with or without TLS"
            )
        case MOSQ_ERR_INVAL: (.invalidSettings, "a value is not valid")
        case MOSQ_ERR_MALFORMED_UTF8: (.invalidSettings, "a text is not UTF-8")
        case MOSQ_ERR_NO_CONN: (.notConnected, "there is no connection")
        case MOSQ_ERR_CONN_LOST: (.notConnected, "the broker closed the connection")
        case MOSQ_ERR_KEEPALIVE: (.notConnected, "the broker did not answer within the keep alive time")
        case MOSQ_ERR_TIMEOUT: (.notConnected, "the time was over")
        case MOSQ_ERR_CONN_REFUSED: (.refused, "the broker refused the connection")
        case MOSQ_ERR_AUTH: (.refused, "the broker refused the credentials")
        case MOSQ_ERR_ACL_DENIED: (.refused, "the broker's access list denies it")
        case MOSQ_ERR_PAYLOAD_SIZE, MOSQ_ERR_OVERSIZE_PACKET:
            (.refused, "the message is larger than the broker takes; raise its max_packet_size")
        case MOSQ_ERR_QOS_NOT_SUPPORTED: (.refused, "the broker does not support QoS 1; raise its max_qos")
        case MOSQ_ERR_RETAIN_NOT_SUPPORTED: (.refused, "the broker keeps no retained messages")
        case MOSQ_ERR_NOT_SUPPORTED: (.refused, "it is not supported by this version of MQTT or of libmosquitto")
        case MOSQ_ERR_TLS, MOSQ_ERR_TLS_HANDSHAKE, MOSQ_ERR_OCSP:
            (.tls, "TLS failed; check the authority file, the broker's certificate and the host name in it")
        case MOSQ_ERR_EAI, MOSQ_ERR_LOOKUP:
            (.unreachable, "the name cannot be resolved; check the host and the resolver")
        case MOSQ_ERR_PROXY: (.unreachable, "the proxy refused")
        case MOSQ_ERR_ERRNO where systemError == ECONNREFUSED:
            (.unreachable, "nothing listens there; check that the broker runs, and the port")
        case MOSQ_ERR_ERRNO: (.unreachable, unsafe String(cString: strerror(systemError)))
        default: (.library(code), unsafe String(cString: mosquitto_strerror(code)) + " (libmosquitto \(code))")
        }
    }
}
