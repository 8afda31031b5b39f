import VitalsModel

/// Joins a session, a subscription and the audit: everything that a receiver does, one turn at a time.
struct ReceiverLoop {
    private let filter: String
    private let deliver: @Sendable (MQTTMessage, DeliveryAudit.Verdict) -> Void
    private let notify: @Sendable (UplinkNotice) -> Void
    private var session: MQTTSession
    private var receipts: ReceiptDesk?
    private var stopAt: MonotonicTime?
    private var isLeaving = false
    private(set) var audit = DeliveryAudit()
    /// Whether the broker accepted the subscription.
    private(set) var isSubscribed = false
    private(set) var isFinished = false

    init(
        settings: MQTTSettings, filter: String, receiptKey: RequestKey? = nil, transport: any MQTTTransport,
        at now: MonotonicTime, deliver: @escaping @Sendable (MQTTMessage, DeliveryAudit.Verdict) -> Void,
        notify: @escaping @Sendable (UplinkNotice) -> Void
    ) {
        self.filter = filter
        receipts = receiptKey.map { ReceiptDesk(key: $0, at: now) }
        self.deliver = deliver
        self.notify = notify
        session = MQTTSession(transport: transport, settings: settings, will: nil, at: now)
    }

    mutating func stop(by deadline: MonotonicTime) { stopAt = deadline }

    mutating func turn(at now: MonotonicTime) -> MonotonicTime? {
        for event in session.takeEvents(at: now) { handle(event) }
        let receiptsDue = isSubscribed ? sendReceipts(at: now, isLast: stopAt != nil) : nil
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
        return .earliest(session.advance(at: now), receiptsDue)
    }

    /// Says what has been applied, where that is more than was said before.
    private mutating func sendReceipts(at now: MonotonicTime, isLast: Bool) -> MonotonicTime? {
        guard var desk = receipts else { return nil }
        defer { receipts = desk }
        guard isLast && !isLeaving || desk.isDue(at: now) else { return desk.dueAt }
        for receipt in desk.take(audit.applied, at: now) {
            do {
                try session.publish(try receipt.message(key: desk.key), token: 1)
            } catch {
                notify(.warning("a receipt could not be sent: \(error)"))
            }
        }
        return desk.dueAt
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
            receipts?.connected()
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
