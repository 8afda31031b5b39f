import Synchronization
public import VitalsCore
public import VitalsModel

/// Publishes a journal over MQTT from a thread of its own.
///
///     let uplink = try Uplink(journal: journal, settings: settings) { notice in logger.info("\(notice)") }
///     try uplink.start()
///     uplink.committed(upTo: head)          // after each durable commit, from any thread
///     let end = uplink.stop(deadline: .seconds(5))
///
/// At-least-once: a record leaves the backlog when the broker acknowledged it with reason 0x00, and a second copy after
/// a lost connection has the same identity. The journal is the only queue.
public final class Uplink: Sendable {
    private struct Shared {
        var committed: UInt64 = 0
        var submitted: [Record] = []
        var rewinds = false
        var stopBy: MonotonicTime?
        var snapshot = UplinkSnapshot()
        var isRunning = false
    }

    private let journal: any JournalPort
    private let ledger: (any LedgerPort)?
    private let settings: UplinkSettings
    private let makeTransport: @Sendable (MQTTSettings) -> any MQTTTransport
    private let notify: @Sendable (UplinkNotice) -> Void
    private let shared = Mutex(Shared())
    private let wakeup: Wakeup
    private let finished: Wakeup

    /// An uplink that has not started. `notify` is called on the uplink's thread and must not block.
    ///
    /// - Parameter ledger: The journal's ledger, to be published too; without one no requests are heard.
    public init(
        journal: any JournalPort, ledger: (any LedgerPort)? = nil, settings: UplinkSettings,
        transport: @escaping @Sendable (MQTTSettings) -> any MQTTTransport = { MosquittoTransport(settings: $0) },
        notify: @escaping @Sendable (UplinkNotice) -> Void
    ) throws(MQTTError) {
        try settings.mqtt.validate()
        _ = try Topics(gateway: journal.identity.gateway)
        self.journal = journal
        self.ledger = ledger
        self.settings = settings
        makeTransport = transport
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
        precondition(isFirst, "an uplink is started once")
        try ServiceThread.start(name: "vitals-uplink") { [self] in run() }
    }

    /// Records up to this sequence are durable and may be published. From any thread; it never blocks.
    public func committed(upTo sequence: UInt64) {
        shared.withLock { $0.committed = max($0.committed, sequence) }
        wakeup.signal()
    }

    /// Records were handed to the journal's writer: an alarm among them whose commit takes longer than the alarm budget is
    /// published without. From any thread; it never blocks.
    public func submitted(_ records: [Record]) {
        let alarms = records.filter { $0.kind == .alarm }
        guard !alarms.isEmpty else { return }
        shared.withLock { shared in
            shared.submitted += alarms.prefix(max(0, UplinkLimits.lateAlarmsMax - shared.submitted.count))
        }
        wakeup.signal()
    }

    /// The journal has records again that it did not have before, below its head: they are looked for. From any thread.
    public func rewind() {
        shared.withLock { $0.rewinds = true }
        wakeup.signal()
    }

    /// How it stands. From any thread.
    public var snapshot: UplinkSnapshot { shared.withLock { $0.snapshot } }

    /// Delivers what can be delivered within the deadline, says `offline` with the last sequence, and disconnects.
    ///
    /// Returns when that is done, at the latest soon after the deadline: a name resolution that still blocks is left
    /// behind with its thread. What was not delivered stays in the journal.
    public func stop(deadline: MonotonicTime.Span) -> UplinkSnapshot {
        let stopBy = BootClock.now() + deadline
        let isRunning = shared.withLock { shared in
            shared.stopBy = stopBy
            return shared.isRunning
        }
        guard isRunning else { return snapshot }
        wakeup.signal()
        let grace = MonotonicTime.Span(microseconds: VitalsMQTTLimits.goodbyeReserve.microseconds)
        _ = finished.wait(milliseconds: BootClock.milliseconds(from: BootClock.now(), until: stopBy + grace))
        return snapshot
    }

    private func run() {
        defer { finished.signal() }
        let transport = makeTransport(settings.mqtt)
        guard var loop = begin(transport) else { return }
        while !loop.isFinished {
            wakeup.clear()
            let (committed, submitted, rewinds, stopBy) = shared.withLock { shared in
                defer {
                    shared.submitted.removeAll()
                    shared.rewinds = false
                }
                return (shared.committed, shared.submitted, shared.rewinds, shared.stopBy)
            }
            loop.submitted(submitted, at: BootClock.now())
            loop.committed(upTo: committed)
            if rewinds { loop.rewind() }
            if let stopBy { loop.stop(by: stopBy) }
            let next = loop.turn(at: BootClock.now())
            let snapshot = loop.snapshot
            shared.withLock { $0.snapshot = snapshot }
            guard !loop.isFinished else { break }
            transport.wait(
                milliseconds: BootClock.milliseconds(from: BootClock.now(), until: next), wakeup: wakeup)
        }
    }

    /// The journal says where the sink stands; while it cannot, nothing is published, and it is asked again.
    private func begin(_ transport: any MQTTTransport) -> UplinkLoop? {
        while true {
            do {
                return try UplinkLoop(
                    journal: journal, ledger: ledger, settings: settings, transport: transport, at: BootClock.now(),
                    wallClock: { BootClock.wall() }, notify: notify)
            } catch {
                notify(.journalFailed("\(error)"))
            }
            let delay = Int32(VitalsMQTTLimits.journalRetryDelay.microseconds / 1_000)
            if wakeup.wait(milliseconds: delay), shared.withLock({ $0.stopBy != nil }) { return nil }
            wakeup.clear()
        }
    }
}
