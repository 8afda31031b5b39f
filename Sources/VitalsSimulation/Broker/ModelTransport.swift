import VitalsMQTT
import VitalsModel

/// The transport of the uplink in a simulation: it speaks to a model broker, and can have a bug planted.
final class ModelTransport: MQTTTransport {
    private let broker: ModelBroker
    private let bug: PlantedBug?
    private var isDead = false

    init(_ broker: ModelBroker, bug: PlantedBug?) {
        self.broker = broker
        self.bug = bug
    }

    func connect(_ request: MQTTConnectRequest) throws(MQTTError) {
        // What libmosquitto's own thread does: after a refusal it never tries again.
        guard !isDead else { return }
        broker.connect(request)
    }

    func publish(_ message: MQTTMessage, token: UInt64) throws(MQTTError) {
        if bug == .forgetsEveryFiftieth, token % 50 == 49, message.property("id") != nil {
            strays.append(.acknowledged(token: token, .success))
            return
        }
        var message = message
        if bug == .forgesCheckpoints, message.topic.hasSuffix("/journal/checkpoint") { Self.forge(&message) }
        if bug == .changesSecondCopies, token > 0, let id = message.property("id"), !seen.insert(id).inserted {
            message.payload += [0x20]
        }
        try broker.publish(message, token: token)
        if bug == .acknowledgesOnPublish, token > 0 { strays.append(.acknowledged(token: token, .success)) }
    }

    /// Another root, as a journal that was written anew would have it.
    private static func forge(_ message: inout MQTTMessage) {
        let name = Array(#""root":""#.utf8)
        guard let start = message.payload.firstRange(of: name)?.upperBound, start < message.payload.count else {
            return
        }
        message.payload[start] ^= 1
    }

    private var seen: Set<String> = []
    private var strays: [MQTTEvent] = []

    func subscribe(_ filter: String) throws(MQTTError) { broker.subscribe(filter) }

    func unsubscribe(_ filter: String) throws(MQTTError) { broker.unsubscribe(filter) }

    func disconnect() { broker.disconnect() }

    func drop() { broker.drop() }

    /// Nobody waits in a simulation: the world moves the time.
    func wait(milliseconds: Int32, wakeup: Wakeup) {}

    func takeEvents() -> [MQTTEvent] {
        defer { strays = [] }
        return (broker.takeEvents() + strays).compactMap { event in
            switch event {
            case .message(let message) where bug == .deafToRequests && message.topic.contains("/request/"): return nil
            case .acknowledged(let token, let reason) where bug == .ignoresRefusals && reason != .success:
                return .acknowledged(token: token, .success)
            case .refused where bug == .diesOnRefusal:
                isDead = true
                return event
            default: return event
            }
        }
    }
}
