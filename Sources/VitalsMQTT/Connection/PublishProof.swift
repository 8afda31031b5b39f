/// Proves, on a 3.1.1 connection, that what is published to a topic really goes out.
///
/// A 3.1.1 PUBACK says only that the packet arrived: mosquitto acknowledges what its access list denies, then drops it.
/// So the first message to each topic is preceded by a subscription to that topic, and no acknowledgement of the topic
/// counts before the message came back. One echo proves the topic for the rest of the connection, and the subscription
/// ends. Where the echo never comes, the acknowledgement deadline ends the connection and the records stay.
struct PublishProof {
    private struct Trial {
        let payload: [UInt8]
        /// Tokens whose PUBACK is held.
        var acknowledged: Set<UInt64> = []
    }

    private var proved: Set<String> = []
    private var trials: [String: Trial] = [:]
    private var topics: [UInt64: String] = [:]

    /// Topics whose echo is awaited.
    var pendingCount: Int { trials.count }

    /// A message is about to be published; true when its topic is to be subscribed to first.
    mutating func willPublish(_ message: MQTTMessage, token: UInt64) -> Bool {
        guard !proved.contains(message.topic) else { return false }
        topics[token] = message.topic
        guard trials[message.topic] == nil else { return false }
        trials[message.topic] = Trial(payload: message.payload)
        return true
    }

    /// A PUBACK came; true when it counts now, false when it is held until the echo comes.
    mutating func acknowledged(token: UInt64) -> Bool {
        guard let topic = topics[token] else { return true }
        guard trials[topic] != nil else {
            topics[token] = nil
            return true
        }
        // The token keeps its topic until the echo comes: a second PUBACK proves no more than the first one did.
        trials[topic]?.acknowledged.insert(token)
        return false
    }

    /// A message came; the tokens that count from now on when it is the awaited echo, else nil.
    ///
    /// A retained message is the topic's old state, and a message of other content is somebody else's: neither proves
    /// anything.
    mutating func received(_ message: MQTTMessage) -> [UInt64]? {
        guard !message.isRetained, let trial = trials[message.topic], trial.payload == message.payload else {
            return nil
        }
        trials[message.topic] = nil
        if proved.count >= VitalsMQTTLimits.provedTopicsMax { proved.removeAll() }
        proved.insert(message.topic)
        for token in trial.acknowledged { topics[token] = nil }
        return trial.acknowledged.sorted()
    }
}
