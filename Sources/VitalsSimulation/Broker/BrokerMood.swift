import VitalsMQTT
import VitalsModel

/// How a model broker behaves at the moment.
struct BrokerMood: Sendable {
    /// How it meets a connection.
    enum Door: Sendable {
        /// It takes it.
        case open
        /// Nothing listens.
        case closed
        /// It refuses it.
        case refusing(MQTTReason)
        /// It takes it and never answers.
        case silent
    }

    /// How it meets a connection.
    var door = Door.open
    /// Whether it speaks MQTT 5.
    var speaksV5 = true
    /// Whether it leaves all messages unacknowledged. It takes them all the same.
    var isMute = false
    /// From a message to its acknowledgement.
    var latency = MonotonicTime.Span.milliseconds(20)
    /// What it answers every record with; nil: it takes them.
    var refusal: MQTTReason?
    /// Whether it acknowledges messages that nobody sent, beside the right ones.
    var acknowledgesStrangers = false
    /// Whether it acknowledges each message twice.
    var acknowledgesTwice = false

    /// Whether nothing is the matter.
    var isWell: Bool {
        if case .open = door { !isMute && refusal == nil && latency <= .milliseconds(20) } else { false }
    }
}
