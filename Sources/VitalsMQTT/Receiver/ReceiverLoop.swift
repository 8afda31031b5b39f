import VitalsModel

/// Joins a session, a subscription and the audit: everything that a receiver does, one turn at a time.
struct ReceiverLoop {
    private let filter: String
    private let deliver: @Sendable (MQTTMessage, DeliveryAudit.Verdict) -> Void
    private let notify: @Sendable (UplinkNotice) -> Void
    private var session: MQTTSession
    private var stopAt: MonotonicTime?
    private var isLeaving = false
    private(set) var audit = DeliveryAudit()
    /// Whether the broker accepted the subscription.
    private(set) var isSubscribed = false
    private(set) var isFinished = false

    init(
        settings: MQTTSettings, filter: String, transport: any MQTTTransport, at now: MonotonicTime,
        deliver: @escaping @Sendable (MQTTMessage, DeliveryAudit.Verdict) -> Void,
        notify: @escaping @Sendable (UplinkNotice) -> Void
    ) {
        self.filter = filter
        self.deliver = deliver
        self.notify = notify
        session = MQTTSession(transport: transport, settings: settings, will: nil, at: now)
    }

    mutating func stop(by deadline: MonotonicTime) { stopAt = deadline }

    mutating func turn(at now: MonotonicTime) -> MonotonicTime? {
        for event in session.takeEvents(at: now) { handle(event) }
        if let stopAt {
            if session.connection == nil || now >= stopAt {
                session.transport.drop()
                isFinished = true
                return nil
            }
            if !isLeaving {
                isLeaving = true
                session.transport.disconnect()
            }
            return stopAt
        }
        return session.advance(at: now)
    }

    private mutating func handle(_ event: MQTTEvent) {
        switch event {
        case .connected(let connection):
            notify(.connected(connection.version))
            do {
                try session.transport.subscribe(filter)
            } catch {
                notify(.disconnected(error))
                session.transport.drop()
            }
        case .subscribed(_, let reason):
            isSubscribed = reason.rawValue < 0x80
            if !isSubscribed { notify(.subscriptionRefused(reason)) }
        case .message(let message):
            deliver(message, audit.receive(message))
        case .refused(let reason):
            isSubscribed = false
            notify(.connectionRefused(reason))
        case .disconnected(let error):
            isSubscribed = false
            if let error { notify(.disconnected(error)) }
        case .warning(let text):
            notify(.warning(text))
        case .acknowledged:
            break
        }
    }
}
