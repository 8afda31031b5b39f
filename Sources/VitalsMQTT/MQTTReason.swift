/// A reason code (MQTT 5.0, 2.4). The codes of 3.1.1 are turned into those of the same meaning on arrival.
public struct MQTTReason: RawRepresentable, Hashable, Sendable {
    /// The code as it stood in the packet.
    public let rawValue: UInt8

    /// Any code, also one that this version of the specification does not name.
    public init(rawValue: UInt8) { self.rawValue = rawValue }

    /// The packet was accepted.
    public static let success = MQTTReason(rawValue: 0x00)
    /// The message was accepted, and nobody is subscribed to its topic.
    public static let noMatchingSubscribers = MQTTReason(rawValue: 0x10)
    /// The broker does not say why.
    public static let unspecifiedError = MQTTReason(rawValue: 0x80)
    /// The broker does not speak this version of MQTT.
    public static let unsupportedProtocolVersion = MQTTReason(rawValue: 0x84)
    /// The client identifier is not allowed.
    public static let clientIdentifierNotValid = MQTTReason(rawValue: 0x85)
    /// User name or password are wrong.
    public static let badUserNameOrPassword = MQTTReason(rawValue: 0x86)
    /// The client may not do this.
    public static let notAuthorized = MQTTReason(rawValue: 0x87)
    /// The broker is not available.
    public static let serverUnavailable = MQTTReason(rawValue: 0x88)
    /// The packet is larger than the broker takes.
    public static let packetTooLarge = MQTTReason(rawValue: 0x95)
    /// A limit of the broker is reached.
    public static let quotaExceeded = MQTTReason(rawValue: 0x97)
    /// The broker keeps no retained messages.
    public static let retainNotSupported = MQTTReason(rawValue: 0x9A)
    /// The broker does not support QoS 1.
    public static let qosNotSupported = MQTTReason(rawValue: 0x9B)

    /// The reason for a return code of an MQTT 3.1.1 CONNACK (MQTT 3.1.1, table 3.1); others count as unspecified.
    public init(connectReturnCode code: UInt8) {
        switch code {
        case 0: self = .success
        case 1: self = .unsupportedProtocolVersion
        case 2: self = .clientIdentifierNotValid
        case 3: self = .serverUnavailable
        case 4: self = .badUserNameOrPassword
        case 5: self = .notAuthorized
        default: self = .unspecifiedError
        }
    }
}

extension MQTTReason: CustomStringConvertible {
    /// The specification's name and the code: `not authorized (0x87)`.
    public var description: String {
        let digits = String(rawValue, radix: 16, uppercase: true)
        let code = "0x" + (digits.count < 2 ? "0" : "") + digits
        return Self.names[rawValue].map { "\($0) (\(code))" } ?? "reason \(code)"
    }

    private static let names: [UInt8: String] = [
        0x00: "success", 0x10: "no matching subscribers", 0x80: "unspecified error", 0x81: "malformed packet",
        0x82: "protocol error", 0x83: "implementation specific error", 0x84: "unsupported protocol version",
        0x85: "client identifier not valid", 0x86: "bad user name or password", 0x87: "not authorized",
        0x88: "server unavailable", 0x89: "server busy", 0x8A: "banned", 0x8B: "server shutting down",
        0x8C: "bad authentication method", 0x8D: "keep alive timeout", 0x8E: "session taken over",
        0x8F: "topic filter invalid", 0x90: "topic name invalid", 0x91: "packet identifier in use",
        0x93: "receive maximum exceeded", 0x95: "packet too large", 0x96: "message rate too high",
        0x97: "quota exceeded", 0x98: "administrative action", 0x99: "payload format invalid",
        0x9A: "retain not supported", 0x9B: "QoS not supported", 0x9C: "use another server", 0x9D: "server moved",
        0x9F: "connection rate exceeded",
    ]
}
