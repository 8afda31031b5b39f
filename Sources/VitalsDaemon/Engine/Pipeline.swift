internal import Foundation
internal import Glibc
internal import Logging
internal import Synchronization
internal import VitalsCore
internal import VitalsKernels
internal import VitalsMQTT
internal import VitalsModel
internal import VitalsStore
internal import VitalsSystemd

/// The engine with what is behind it: inputs go in, and what it makes of them becomes durable, and is then published.
///
/// It lives on the loop's thread. The journal's writer and the uplink have a thread each; values go there, and a
/// wake-up comes back.
final class Pipeline {
    private let log: Logger
    private let journal: Journal
    private let uplink: Uplink?
    private let writer: GroupCommitWriter
    private let scrubber: Scrubber
    private let progress: WakeUp
    private let shared: Shared
    private let salvage: SalvageReport?
    /// Why the journal only stands in for the configured one; nil when it is that one.
    private let absence: JournalError?
    private let openConfigured: () throws(JournalError) -> Journal
    private var run: EngineRun
    private var outcome = EngineRun.Outcome()
    private var lastComplaint: String?
    /// Records that were given up before the journal's present trouble.
    private var shedBefore: UInt64 = 0
    private var isShedding = false
    private var isFailing = false

    /// Called on the loop's thread when something became durable, with the journal's head.
    var onCommit: (UInt64) throws -> Void = { _ in }

    /// Called on the loop's thread when the journal begins to fail, and when it is written again.
    var onTrouble: () throws -> Void = {}

    /// Called with each record that the engine appends, before it is durable.
    var onRecord: (Record) -> Void = { _ in }

    /// How the engine begins.
    enum Beginning {
        /// With a recording, which starts at this stamp.
        case recording(Stamp)
        /// With live sensors, now, in this boot of the machine.
        case live(Stamp, boot: String)
    }

    /// Opens the journal and begins a run. Nothing is published yet.
    init(_ configuration: DaemonConfiguration, beginning: Beginning, log: Logger) throws {
        self.log = log
        progress = try WakeUp()
        let kernels = try KernelTable(KernelLevel(named: configuration.kernels))
        let protection = try configuration.journalKeys.protection()
        let open: JournalStart.Opening = { (path, retention) throws(JournalError) in
            try Journal(
                path: path, gateway: configuration.gateway,
                created: WallTime(microseconds: Int64(Date().timeIntervalSince1970 * 1e6)),
                protection: protection, clock: { LedgerClock.now }, retention: retention)
        }
        let start = try JournalStart.make(
            configuration, standIn: Self.standInPath, protection: protection, log: log, open: open
        ) {
            journal, outcome in
            switch beginning {
            case .recording(let start):
                try EngineRun(
                    configuration: configuration.engine, kernels: kernels, start: start, journal: journal,
                    into: &outcome)
            case .live(let start, let boot):
                try EngineRun(
                    live: configuration.engine, kernels: kernels, start: start, boot: boot, journal: journal,
                    into: &outcome)
            }
        }
        journal = start.journal
        run = start.run
        outcome = start.outcome
        salvage = start.report
        absence = start.absence
        openConfigured = { () throws(JournalError) in try open(configuration.journalPath, configuration.retention) }
        uplink = try configuration.uplink.map { [journal, log] settings in
            try Uplink(journal: journal, ledger: journal, settings: settings) { notice in
                log.log(level: notice.level, "uplink", metadata: ["event": "\(notice)"])
            }
        }
        if absence == nil { Self.takeOver(journal, configuration, protection, log) }
        let shared = Shared(durable: journal.head)
        self.shared = shared
        writer = GroupCommitWriter(journal: journal) { [progress, uplink] sequence in
            shared.commit(sequence)
            uplink?.committed(upTo: sequence)
            progress.signal()
        } failed: { [progress, log] error in
            log.error("the journal could not be written", metadata: ["error": "\(error)"])
            if (error as? JournalError)?.isRecoverable != true { shared.fail(error) }
            progress.signal()
        }
        // Found while the journal is in use: the next start salvages it, and the service manager makes that one at once.
        journal.onDamage { [progress] error in
            shared.fail(error)
            progress.signal()
        }
        start.rest?.onEnd { [uplink, log] report in
            log.notice("all of the damaged journal was read", metadata: ["outcome": "\(report.map { "\($0)" } ?? "")"])
            uplink?.rewind()
        }
        scrubber = Scrubber(journal) { [log] report in Self.tell(report, log) }
        Self.tell(protection, log)
        log.notice(
            "starting",
            metadata: [
                "epoch": "\(journal.identity.epoch)", "gateway": "\(configuration.gateway)",
                "head": "\(journal.head)", "kernels": "\(kernels.level.rawValue)",
                "resumed": "\(run.isResumed)", "version": "\(Version.text)",
            ])
    }

    // MARK: Standing in

    /// In the directory that the service manager made for this service, which lies in memory (systemd.exec(5)); nil when
    /// somebody else started it.
    private static var standInPath: String? {
        ProcessInfo.processInfo.environment["RUNTIME_DIRECTORY"]?.split(separator: ":").first.map { "\($0)/journal.db" }
    }

    /// Ends the time of a journal that stood in for this one, in this process or in one before.
    private static func takeOver(
        _ journal: Journal, _ configuration: DaemonConfiguration, _ protection: JournalProtection, _ log: Logger
    ) {
        guard let path = standInPath else { return }
        do {
            let sinks = configuration.retention.sinks
            guard let rest = try StandInJournal(path: path).hand(to: journal, sinks: sinks, protection: protection)
            else { return }
            var metadata: Logger.Metadata = ["epoch": "\(rest.epoch)", "records": "\(rest.records)"]
            guard let file = rest.file else {
                log.notice("all of the journal that stood in was delivered", metadata: metadata)
                return
            }
            metadata["file"] = "\(file)"
            metadata["undelivered"] = "\(rest.undelivered)"
            log.warning("not all of the journal that stood in was delivered; it is kept", metadata: metadata)
        } catch {
            log.error("the journal that stood in cannot be taken over", metadata: ["error": "\(error)"])
        }
    }

    /// Whether the configured journal, for which another one stands in, could be opened now. What is wrong with it beyond the
    /// disk is for the next start.
    func isJournalBack() -> Bool {
        guard absence != nil else { return false }
        do throws(JournalError) {
            try openConfigured().abandon()
            return true
        } catch {
            return !error.isRecoverable && error.code != .inUse
        }
    }

    /// Whether a stop now would publish what is left.
    var isNearlyPublished: Bool {
        guard let snapshot = uplink?.snapshot else { return true }
        return snapshot.state == .delivering && snapshot.backlog <= VitalsDaemonLimits.standInBacklog
    }

    /// Begins to publish, and to report commits on the loop.
    func start(on loop: EventLoop) throws {
        try loop.onReadable(progress.descriptor) { [unowned self] in
            progress.clear()
            try checkWriter()
            try noticeTrouble()
            try onCommit(journal.head)
        }
        try uplink?.start()
        uplink?.committed(upTo: journal.head)
    }

    /// A disk that is full is none: room is made in the same breath, and what stays is seen at the next look.
    private func noticeTrouble() throws {
        let failure = writer.condition.failure
        let isFailing = failure != nil && (failure as? JournalError)?.code != .diskFull
        guard isFailing != self.isFailing else { return }
        self.isFailing = isFailing
        try onTrouble()
    }

    /// Why the journal can no longer be written, if it cannot.
    func checkWriter() throws { if let error = shared.failure { throw error } }

    // MARK: Inputs

    /// Whether everything so far was in the journal already.
    var isCatchingUp: Bool { run.isCatchingUp }

    /// When a tick is due at the latest if nothing else happens; nil when nothing is.
    var deadline: MonotonicTime? { run.deadline }

    /// The sequence of the last record that the engine made.
    var lastSequence: UInt64 { run.nextSequence - 1 }

    /// Gives the engine one input; what it makes of it goes on with `submit`.
    func handle(_ input: EngineInput) throws { try run.handle(input, into: &outcome) }

    /// Closes the open block of a sensor's spot checks.
    func closeSpotChecks(of sensor: SensorAddress) throws { try run.closeSpotChecks(of: sensor, into: &outcome) }

    /// Hands what gathered to the writer; false when who can wait should wait for a commit.
    func submit() throws -> Bool {
        for line in outcome.logs { write(line) }
        outcome.logs.removeAll(keepingCapacity: true)
        guard !outcome.isEmpty else { return true }
        uplink?.submitted(outcome.records)
        switch writer.submit(outcome.records, arrivals: outcome.arrivals) {
        case .accepted:
            handOver()
            return true
        case .congested:
            handOver()
        case .refused:
            // They stay here, and go first with the next attempt.
            try checkWriter()
            outcome.forgetSettled()
            guard outcome.records.count <= VitalsDaemonLimits.heldRecordsMax else { throw PipelineError.overflow }
        }
        return false
    }

    private func handOver() {
        for record in outcome.records { onRecord(record) }
        outcome.didSubmit()
    }

    func write(_ line: LogLine) {
        var metadata: Logger.Metadata = [:]
        if let sensor = line.sensor { metadata["sensor"] = "\(sensor)" }
        if let detail = line.detail { metadata["detail"] = "\(detail)" }
        let level: Logger.Level =
            switch line.level {
            case .debug: .debug
            case .info: .info
            case .warning: .warning
            }
        log.log(level: level, "\(line.message)", metadata: metadata)
    }

    // MARK: State

    /// Whether all that was made is durable.
    var isDurable: Bool { outcome.isEmpty && writer.drain(timeoutMilliseconds: 1) }

    /// Whether all that is durable is published.
    var isPublished: Bool {
        guard let snapshot = uplink?.snapshot else { return true }
        return snapshot.lastCommitted >= journal.head && snapshot.backlog == 0
    }

    /// Whether what comes becomes durable, where it will be found.
    var isRecording: Bool { absence == nil && writer.condition.failure == nil && !journal.condition.isGone }

    /// Whether the journal was damaged when it was opened.
    var wasDamaged: Bool { salvage != nil }

    /// The journal's last durable sequence.
    var durableSequence: UInt64 { shared.durable }

    /// A line for the service manager.
    var status: String {
        let latency = writer.latency
        return StatusLine(
            head: journal.head, commitMicroseconds: latency.count < 100 ? nil : latency.perMille(990),
            uplink: uplink?.snapshot, lost: salvage?.lostCount, complaint: complaint
        ).description
    }

    /// What keeps the journal from its work, for people; nil when nothing does.
    private var complaint: String? {
        let condition = writer.condition
        guard let failure = condition.failure else {
            return absence.map { "the journal cannot be opened, one in memory stands in for it (\($0))" }
                ?? journal.condition.complaint
        }
        let shed = condition.shedRecords - shedBefore
        return "the journal takes nothing, \(condition.waitingRecords + outcome.records.count) records wait in memory"
            + (shed > 0 ? ", \(shed) were given up" : "") + " (\(failure))"
    }

    /// Asks for the journal's upkeep, and says in the log when the journal's condition changes.
    func maintain(at stamp: Stamp) {
        writer.maintain(at: stamp)
        let condition = writer.condition
        let complaint = condition.failure == nil ? journal.condition.complaint : "it takes nothing"
        if condition.failure == nil {
            shedBefore = condition.shedRecords
        } else if condition.shedRecords > shedBefore, !isShedding {
            log.error("memory is full: samples are given up, the oldest first; the ledger will say which")
        }
        isShedding = condition.shedRecords > shedBefore
        defer { lastComplaint = complaint }
        guard complaint != lastComplaint else { return }
        if let complaint {
            log.warning("the journal is degraded", metadata: ["reason": "\(complaint)"])
        } else {
            log.notice("the journal is whole again")
        }
    }

    /// How the journal is protected: said at every start, and loudly where it is not.
    private static func tell(_ protection: JournalProtection, _ log: Logger) {
        if let key = protection.key {
            log.notice("the journal is sealed", metadata: ["key": "\(key.id)"])
        } else {
            log.warning(
                "the journal is not sealed: who reads the disk reads the records; name a key in [journal.seal]")
        }
        if let signer = protection.signer {
            log.notice("checkpoints are signed", metadata: ["public_key": "\(Hex.string(signer.publicKey))"])
        } else {
            log.notice("checkpoints are not signed; name a key in [journal.sign]")
        }
    }

    /// What a pass over all rows found.
    private static func tell(_ report: Scrubber.Report, _ log: Logger) {
        guard let first = report.findings.first else {
            log.info("the journal was scrubbed", metadata: ["rows": "\(report.rows)"])
            return
        }
        log.error(
            "the journal is damaged: keep it, and run 'vitalsctl journal verify'",
            metadata: ["findings": "\(report.findings.count)", "first": "\(first)", "rows": "\(report.rows)"])
    }

    // MARK: End

    /// Makes durable what the engine made, publishes what is on the way, and closes the journal.
    func close() throws {
        if shared.failure == nil {
            _ = try submit()
            if !writer.stop(timeoutMilliseconds: VitalsDaemonLimits.writerStopMilliseconds) {
                log.error("not everything could be made durable")
            }
        }
        let snapshot = uplink?.stop(deadline: VitalsDaemonLimits.uplinkStop)
        scrubber.stop()
        try journal.close()
        var metadata: Logger.Metadata = ["head": "\(journal.head)"]
        if let snapshot {
            metadata["acknowledged"] = "\(snapshot.acknowledged)"
            metadata["backlog"] = "\(snapshot.backlog)"
            metadata["published"] = "\(snapshot.published)"
            metadata["reconnects"] = "\(snapshot.reconnects)"
        }
        log.notice("stopped", metadata: metadata)
        try checkWriter()
    }
}

/// What the writer's thread leaves for the loop's: the first error stays.
private final class Shared: Sendable {
    private struct State {
        var failure: (any Error)?
        var durable: UInt64
    }
    private let state: Mutex<State>

    init(durable: UInt64) { state = Mutex(State(durable: durable)) }

    var failure: (any Error)? { state.withLock { $0.failure } }
    var durable: UInt64 { state.withLock { $0.durable } }

    func fail(_ error: any Error) { state.withLock { if $0.failure == nil { $0.failure = error } } }
    func commit(_ sequence: UInt64) { state.withLock { $0.durable = max($0.durable, sequence) } }
}
