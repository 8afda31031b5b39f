import Synchronization
public import VitalsModel

/// Subscribes to one gateway or to all, and audits what arrives, from a thread of its own.
///
/// With a session expiry in its settings, the broker keeps the session and its messages while the receiver is away and
/// comes back under the same client identifier. libmosquitto acknowledges a message before it hands it over, so what a
/// receiver was about to look at when it was killed is not sent again.
public final class Receiver: Sendable {
    private struct Shared {
        var stopBy: MonotonicTime?
        var report = AuditReport(journals: [], unreadable: 0)
        var isSubscribed = false
        var isRunning = false
    }

    private let settings: MQTTSettings
    private let filter: String
    private let receiptKey: RequestKey?
    private let makeTransport: @Sendable (MQTTSettings) -> any MQTTTransport
    private let deliver: @Sendable (MQTTMessage, DeliveryAudit.Verdict) -> Void
    private let notify: @Sendable (UplinkNotice) -> Void
    private let shared = Mutex(Shared())
    private let wakeup: Wakeup
    private let finished: Wakeup

    /// A receiver of one gateway, or of all when `gateway` is nil. Both closures are called on its thread.
    ///
    /// - Parameter receiptKey: Signs receipts, which the receiver then sends: it says that what has arrived is applied.
    public init(
        settings: MQTTSettings, gateway: String? = nil, receiptKey: RequestKey? = nil,
        transport: @escaping @Sendable (MQTTSettings) -> any MQTTTransport = { MosquittoTransport(settings: $0) },
        deliver: @escaping @Sendable (MQTTMessage, DeliveryAudit.Verdict) -> Void = { _, _ in },
        notify: @escaping @Sendable (UplinkNotice) -> Void
    ) throws(MQTTError) {
        try settings.validate()
        self.settings = settings
        if let gateway { filter = try Topics(gateway: gateway).all } else { filter = Topics.everything }
        self.receiptKey = receiptKey
        makeTransport = transport
        self.deliver = deliver
        self.notify = notify
        wakeup = try Wakeup()
        finished = try Wakeup()
    }

    /// Starts the thread; once.
    public func start() throws(MQTTError) {
        let isFirst = shared.withLock { shared in
            defer { shared.isRunning = true }
            return !shared.isRunning
        }
        precondition(isFirst, "a receiver is started once")
        try ServiceThread.start(name: "vitals-receiver") { [self] in run() }
    }

    /// Whether the broker accepted the subscription: from then on nothing is missed.
    public var isSubscribed: Bool { shared.withLock { $0.isSubscribed } }

    /// What the audit found so far. From any thread.
    public var report: AuditReport { shared.withLock { $0.report } }

    /// Disconnects in order, and returns what the audit found.
    public func stop(deadline: MonotonicTime.Span) -> AuditReport {
        let stopBy = BootClock.now() + deadline
        let isRunning = shared.withLock { shared in
            shared.stopBy = stopBy
            return shared.isRunning
        }
        guard isRunning else { return report }
        wakeup.signal()
        _ = finished.wait(
            milliseconds: BootClock.milliseconds(
                from: BootClock.now(), until: stopBy + VitalsMQTTLimits.goodbyeReserve))
        return report
    }

    private func run() {
        defer { finished.signal() }
        let transport = makeTransport(settings)
        var loop = ReceiverLoop(
            settings: settings, filter: filter, receiptKey: receiptKey, transport: transport, at: BootClock.now(),
            deliver: deliver, notify: notify)
        while !loop.isFinished {
            wakeup.clear()
            if let stopBy = shared.withLock(\.stopBy) { loop.stop(by: stopBy) }
            let next = loop.turn(at: BootClock.now())
            let (report, isSubscribed) = (loop.audit.report, loop.isSubscribed)
            shared.withLock {
                $0.report = report
                $0.isSubscribed = isSubscribed
            }
            guard !loop.isFinished else { break }
            transport.wait(
                milliseconds: BootClock.milliseconds(from: BootClock.now(), until: next), wakeup: wakeup)
        }
    }
}
