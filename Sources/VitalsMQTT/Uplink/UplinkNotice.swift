/// Something that an uplink or a receiver did that belongs into the log. It holds no value of a patient and no secret.
public enum UplinkNotice: Hashable, Sendable, CustomStringConvertible {
    /// The broker accepted the connection.
    case connected(MQTTVersion)
    /// The broker refused the connection.
    case connectionRefused(MQTTReason)
    /// The connection, or an attempt, ended.
    case disconnected(MQTTError?)
    /// The broker refused the status message.
    case statusRefused(MQTTReason)
    /// The broker supports no QoS 1.
    case unsupportedQoS
    /// The broker refused a record; it stays in the journal.
    case recordRefused(sequence: UInt64, MQTTReason)
    /// Records flow again after a refusal.
    case deliveryResumed
    /// The broker left a record unacknowledged for too long; so many topics are unproved on a 3.1.1 connection.
    case unanswered(unprovedTopics: Int)
    /// The broker refused a subscription.
    case subscriptionRefused(MQTTReason)
    /// The journal takes so long that alarms are published before they are durable.
    case publishedEarly(Int)
    /// The far side asked for records to be sent once more, and they will be.
    case replayRequested(counter: UInt64)
    /// A request that the run before this one had not carried out as a whole is gone on with.
    case replayResumed
    /// A request or a receipt of the far side was not carried out.
    case requestRefused(RequestRefusal)
    /// Certificates or the password were renewed: the connection is made anew with them.
    case credentialsRenewed
    /// The journal could not be read or told; it is tried again.
    case journalFailed(String)
    /// Something to put right that stops nothing.
    case warning(String)

    /// One sentence.
    public var description: String {
        switch self {
        case .connected(.v5): "connected to the broker with MQTT 5"
        case .connected(.v311): "connected to the broker with MQTT 3.1.1: acknowledgements count once a topic is proved"
        case .connectionRefused(let reason): "the broker refused the connection: \(reason)"
        case .disconnected(let error): error.map { "not connected: \($0)" } ?? "disconnected"
        case .statusRefused(let reason): "the broker refused the status message: \(reason)"
        case .unsupportedQoS: "the broker supports no QoS 1, so nothing can be delivered; raise its max_qos"
        case .recordRefused(let sequence, let reason):
            "the broker refused record \(sequence): \(reason); it stays in the journal"
        case .deliveryResumed: "the broker takes records again"
        case .unanswered(0): "the broker acknowledged nothing in time: dropping the connection"
        case .unanswered(let topics):
            "\(topics) topics are not proved in time under MQTT 3.1.1; may the client publish there and read them?"
        case .subscriptionRefused(let reason): "the broker refused the subscription: \(reason)"
        case .publishedEarly(let count):
            "the journal is slow: \(count) alarm\(count == 1 ? " is" : "s are") published before the commit"
        case .replayRequested(let counter): "records are sent once more, as request \(counter) asks"
        case .replayResumed: "records are sent once more, as was asked for before the start"
        case .requestRefused(let refusal): "a request was not carried out: \(refusal)"
        case .credentialsRenewed: "the certificate or password files have changed: connecting anew with them"
        case .journalFailed(let text): "the journal failed, trying again: \(text)"
        case .warning(let text): text
        }
    }
}
