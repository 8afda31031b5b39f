/// Why something about MQTT could not be done: which operation, what stood in its way, and what to do.
///
/// It never holds a payload, a password or a value of a patient.
public struct MQTTError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The kind of failure.
    public enum Code: Hashable, Sendable {
        /// A setting makes no sense.
        case invalidSettings
        /// A file of the settings cannot be read.
        case unreadableFile
        /// There is no connection, or it ended.
        case notConnected
        /// The broker took the connection, and hung up or kept silent instead of answering CONNECT.
        case unanswered
        /// The broker's name cannot be resolved, or nothing answers there.
        case unreachable
        /// TLS failed: a certificate, a name or a version.
        case tls
        /// The broker does not support it, or forbids it.
        case refused
        /// What the peer sent is not MQTT.
        case protocolViolation
        /// The operating system refused it.
        case system
        /// libmosquitto's own code, which this version does not name.
        case library(Int32)
    }

    /// The kind of failure.
    public let code: Code
    /// What was attempted: `connect to broker.example:8883`.
    public let operation: String
    /// What stood in its way, and the remedy.
    public let message: String

    /// A failure.
    public init(_ code: Code, operation: String, message: String) {
        self.code = code
        self.operation = operation
        self.message = message
    }

    /// `connect to broker.example:8883: the name cannot be resolved; check the host and the resolver`
    public var description: String { "\(operation): \(message)" }
}
