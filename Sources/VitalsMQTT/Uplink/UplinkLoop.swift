package import VitalsCore
package import VitalsModel

/// Joins the journal, the delivery window and the session: everything that the uplink does, one turn at a time, without
/// a thread or a clock of its own.
///
/// On each connection the retained status message goes first; records follow when the broker has answered it. A stop
/// delivers what it can before its deadline, then says `offline` with the journal's last sequence, then disconnects.
package struct UplinkLoop {
    enum Greeting {
        /// No connection, or one that takes no records.
        case none
        /// The status message waits for its acknowledgement.
        case sent(deadline: MonotonicTime)
        case answered
        /// Nothing more is handed over; when all is answered the connection ends, to come back with other files.
        case renewing
        /// The last status message waits for its acknowledgement.
        case goodbye
        /// DISCONNECT is on its way.
        case leaving
    }

    /// The status messages' token; those of the delivery window begin at 1.
    static let statusToken: UInt64 = 0

    let journal: any JournalPort
    let settings: UplinkSettings
    let encoder: RecordEncoder
    let notify: @Sendable (UplinkNotice) -> Void
    let wallClock: @Sendable () -> WallTime
    var session: MQTTSession
    var window: DeliveryWindow
    var late: LateAlarms
    var ledger: LedgerDelivery?
    var desk: RequestDesk?
    var files: FileWatch
    var greeting = Greeting.none
    var stopAt: MonotonicTime?
    var saveAt: MonotonicTime?
    var filesAt: MonotonicTime
    var committed: UInt64 = 0
    var applied: UInt64 = 0
    var unsavedApplied = false
    var appliedNotedAt: MonotonicTime?
    /// Whether what was asked for before this run was looked for.
    var isReplayResumed = false
    /// Whether something was asked for, and the ledger does not tell yet that all of it was sent.
    var isReplaying = false
    var replayNoteAt: MonotonicTime?
    var lastWarning: String?
    var lastRefusal: RequestRefusal?
    /// How it stands.
    package internal(set) var snapshot = UplinkSnapshot()
    /// Whether the connection has ended for good.
    package internal(set) var isFinished = false

    /// A loop that resumes where the journal says that the sink stands.
    ///
    /// - Parameters:
    ///   - ledger: The journal's ledger, to be published too; without one no requests are heard either.
    ///   - wallClock: The wall clock, for the expiry of requests.
    package init(
        journal: any JournalPort, ledger: (any LedgerPort)? = nil, settings: UplinkSettings,
        transport: any MQTTTransport,
        at now: MonotonicTime, wallClock: @escaping @Sendable () -> WallTime = { BootClock.wall() },
        notify: @escaping @Sendable (UplinkNotice) -> Void
    ) throws {
        self.journal = journal
        self.settings = settings
        self.notify = notify
        self.wallClock = wallClock
        encoder = try RecordEncoder(identity: journal.identity)
        session = MQTTSession(
            transport: transport, settings: settings.mqtt, will: encoder.status(isOnline: false), at: now)
        window = DeliveryWindow(
            acknowledged: try journal.acknowledged(sink: settings.sink),
            acknowledgementDeadline: settings.acknowledgementDeadline, backlogRateMax: settings.backlogRateMax)
        late = LateAlarms(budget: settings.alarmBudget)
        files = FileWatch(settings.mqtt.files)
        filesAt = now + settings.fileWatchInterval
        if let ledger {
            self.ledger = try LedgerDelivery(ledger: ledger, sink: settings.sink, at: now)
            desk = settings.requestKeyFile.map { RequestDesk(identity: journal.identity, keyFile: $0, ledger: ledger) }
        }
        applied = try journal.acknowledged(sink: settings.appliedSink).first { $0.contains(1) }?.upperBound ?? 0
        committed = try journal.head
        window.committed(upTo: committed)
        for gap in try journal.eraGaps { window.pass(over: gap) }
    }

    /// Records up to this sequence are durable.
    package mutating func committed(upTo sequence: UInt64) {
        committed = max(committed, sequence)
        late.committed(upTo: sequence)
        window.committed(upTo: sequence)
    }

    /// Records were handed to the journal's writer: an alarm among them does not wait for ever.
    package mutating func submitted(_ records: [Record], at now: MonotonicTime) { late.submitted(records, at: now) }

    /// The journal has records again that it did not have before, below its head.
    package mutating func rewind() {
        window.rewind()
        // What cannot be read now is passed over when the lanes come to it.
        for gap in (try? journal.eraGaps) ?? [] { window.pass(over: gap) }
        // So has the ledger, perhaps: what was asked for is looked for once more.
        isReplayResumed = false
        if case .answered = greeting { resumeReplay() }
    }

    /// Asks for an orderly end by this moment.
    package mutating func stop(by deadline: MonotonicTime) { stopAt = deadline }

    /// Does everything that is due; returns when it wants the next turn at the latest. Nil is: when something happens.
    package mutating func turn(at now: MonotonicTime) -> MonotonicTime? {
        for event in session.takeEvents(at: now) { handle(event, at: now) }
        var next = MonotonicTime.earliest(publishLateAlarms(at: now), leave(at: now))
        if !isFinished {
            next = .earliest(next, session.advance(at: now), watchFiles(at: now))
            next = .earliest(next, deliver(at: now))
        }
        next = .earliest(next, save(at: now), noteReplayed(at: now))
        updateSnapshot()
        return next
    }

    private mutating func updateSnapshot() {
        snapshot.version = session.connection?.version
        snapshot.inFlight = window.inFlightCount
        snapshot.backlog = window.backlog
        snapshot.backlogRate = window.pace.rate
        snapshot.replaying = window.replayCount
        snapshot.applied = applied
        snapshot.ledgerThrough = ledger?.through ?? 0
        snapshot.reconnects = session.reconnects
        snapshot.lastCommitted = committed
        snapshot.state =
            switch (greeting, window.state) {
            case _ where isFinished: .stopped
            case (.none, _) where session.connection?.maximumQoS == 0: .unsupported
            case (.none, _): .offline
            case (.sent, _): .announcing
            case (_, .paused(_, let reason)), (_, .probing(let reason)): .refused(MQTTReason(rawValue: reason))
            default: .delivering
            }
    }
}
