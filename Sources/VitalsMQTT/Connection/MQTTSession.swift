import VitalsModel

/// A transport that is kept connected: the supervisor decides, the transport does, and on a 3.1.1 connection the proof
/// holds back what is not proved. It belongs to the thread that made it.
struct MQTTSession {
    let transport: any MQTTTransport
    /// The connection that the broker accepted; nil while there is none.
    private(set) var connection: MQTTConnection?
    private var supervisor: ConnectionSupervisor
    private var proof: PublishProof?
    private let will: MQTTMessage?
    private var pending: [MQTTEvent] = []

    init(transport: any MQTTTransport, settings: MQTTSettings, will: MQTTMessage?, at now: MonotonicTime) {
        self.transport = transport
        self.will = will
        supervisor = ConnectionSupervisor(settings: settings, at: now)
    }

    /// Connections made since the first one.
    var reconnects: UInt64 { supervisor.reconnects }

    /// Topics whose publications a 3.1.1 broker has not proved.
    var unprovedTopics: Int { proof?.pendingCount ?? 0 }

    /// Connects when that is due; returns when it wants to be asked again.
    mutating func advance(at now: MonotonicTime) -> MonotonicTime? {
        while true {
            switch supervisor.advance(at: now) {
            case .connect(let version, let isWillRetained):
                var request = MQTTConnectRequest(version: version, will: will)
                if !isWillRetained { request.will?.isRetained = false }
                do {
                    try transport.connect(request)
                } catch {
                    supervisor.disconnected(at: now)
                    pending.append(.disconnected(error))
                }
            case .drop:
                transport.drop()
                return now
            case .wait(let until):
                return until
            }
        }
    }

    /// What happened, without what concerns the connection's upkeep alone.
    mutating func takeEvents(at now: MonotonicTime) -> [MQTTEvent] {
        var events = pending
        pending.removeAll()
        for event in transport.takeEvents() { handle(event, at: now, into: &events) }
        return events
    }

    /// Publishes, without the retain flag where the broker keeps no retained messages.
    mutating func publish(_ message: MQTTMessage, token: UInt64) throws(MQTTError) {
        var message = message
        if connection?.isRetainAvailable == false { message.isRetained = false }
        if proof?.willPublish(message, token: token) == true { try transport.subscribe(message.topic) }
        try transport.publish(message, token: token)
    }

    private mutating func handle(_ event: MQTTEvent, at now: MonotonicTime, into events: inout [MQTTEvent]) {
        switch event {
        case .connected(let accepted):
            supervisor.connected(at: now)
            connection = accepted
            if accepted.version == .v311, will != nil { proof = PublishProof() }
        case .refused(let reason):
            supervisor.refused(reason, at: now)
        case .disconnected(let error):
            supervisor.disconnected(at: now, isUnanswered: error?.code == .unanswered)
            connection = nil
            proof = nil
        case .acknowledged(let token, _):
            if proof?.acknowledged(token: token) == false { return }
        case .message(let message):
            guard proof != nil else { break }
            if let released = proof?.received(message) {
                events += released.map { .acknowledged(token: $0, .success) }
                try? transport.unsubscribe(message.topic)
                return
            }
        case .subscribed(let filter, let reason):
            guard proof != nil, !filter.hasSuffix("+") else { break }
            if reason.rawValue >= 0x80 {
                events.append(.warning("3.1.1: a subscription to an own topic was refused; allow it to read them"))
            }
            return
        case .warning: break
        }
        events.append(event)
    }
}
