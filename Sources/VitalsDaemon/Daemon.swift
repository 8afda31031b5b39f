internal import Foundation
internal import Glibc
public import Logging
internal import Synchronization
internal import VitalsCore
internal import VitalsKernels
internal import VitalsMQTT
internal import VitalsModel
internal import VitalsStore
internal import VitalsSystemd

/// The gateway as a process: a recorded source, the engine, the journal and the uplink, joined by one event loop.
///
/// The engine runs on the loop's thread. The journal's writer and the uplink have a thread each; values go there, and a
/// wake-up comes back.
public final class Daemon {
    private let configuration: DaemonConfiguration
    private let log: Logger
    private let loop: EventLoop
    private let journal: Journal
    private let source: RecordedEvents
    private let uplink: Uplink?
    private let writer: GroupCommitWriter
    private let progress: WakeUp
    private let writerFailure: FailureBox
    private var run: EngineRun
    private var pace: ReplayPace
    /// Whether the pace has begun: with the first event, or the first one behind what was in the journal.
    private var isPaced = false
    /// The stamp of the last event that the engine was given.
    private var last: Stamp
    private var phase = Phase.replaying
    private var pump: EventLoop.Timer?
    private var status: EventLoop.Timer?
    private var outcome = EngineRun.Outcome()

    private static let stopSignals = [SIGTERM, SIGINT]

    private enum Phase {
        /// Events come from the recording.
        case replaying
        /// The journal does not keep up: the recording waits.
        case waitingForRoom
        /// The recording has ended, and what it made is on its way to the receiver.
        case draining
        /// The recording has ended, and the daemon stays until it is told to stop.
        case holding
    }

    /// Opens everything. Nothing runs yet, and nothing was published.
    public init(configuration: DaemonConfiguration, log: Logger) throws {
        // Before anything starts a thread.
        EventLoop.block(Self.stopSignals)
        signal(SIGPIPE, SIG_IGN)
        self.configuration = configuration
        self.log = log
        loop = try EventLoop()
        progress = try WakeUp()
        source = try RecordedEvents(path: configuration.source.path)
        last = source.start
        let kernels = try KernelTable(KernelLevel(named: configuration.kernels))
        journal = try Journal(
            path: configuration.journalPath, gateway: configuration.gateway,
            created: WallTime(microseconds: Int64(Date().timeIntervalSince1970 * 1e6)))
        run = try EngineRun(
            configuration: configuration.engine, kernels: kernels, start: source.start, journal: journal,
            into: &outcome)
        pace = ReplayPace(speed: configuration.source.speed)
        uplink = try configuration.uplink.map { [journal, log] settings in
            try Uplink(journal: journal, settings: settings) { notice in
                log.log(level: notice.level, "uplink", metadata: ["event": "\(notice)"])
            }
        }
        let failure = FailureBox()
        writerFailure = failure
        writer = GroupCommitWriter(journal: journal) { [progress, uplink] sequence in
            uplink?.committed(upTo: sequence)
            progress.signal()
        } failed: { [progress, log] error in
            log.error("the journal could not be written", metadata: ["error": "\(error)"])
            if (error as? JournalError)?.isTransient != true { failure.set(error) }
            progress.signal()
        }
        log.notice(
            "starting",
            metadata: [
                "epoch": "\(journal.identity.epoch)", "gateway": "\(configuration.gateway)",
                "head": "\(journal.head)", "kernels": "\(kernels.level.rawValue)",
                "resumed": "\(run.isResumed)", "version": "\(Version.text)",
            ])
    }

    /// Runs until a signal, or until the recording is played and published. Returns the exit status.
    public func runUntilDone() throws -> Int32 {
        for signal in Self.stopSignals {
            try loop.onSignal(signal) { [unowned self] in
                log.notice("stopping on a signal")
                loop.exit()
            }
        }
        try loop.onReadable(progress.descriptor) { [unowned self] in try progressed() }
        pump = try loop.timer { [unowned self] in try turn() }
        status = try loop.timer { [unowned self] in try report() }
        try uplink?.start()
        uplink?.committed(upTo: journal.head)
        try loop.enableWatchdog()
        ServiceManager.ready("Replaying \(configuration.source.path)")
        try pump?.arm(at: loop.now)
        try status?.arm(at: loop.now + VitalsDaemonLimits.statusInterval)
        let result = Result { try loop.run() }
        ServiceManager.stopping()
        try close()
        if let error = writerFailure.value { throw error }
        let status = try result.get()
        if let damage = source.damage, phase != .replaying { throw damage }
        return status
    }

    // MARK: Events

    /// Feeds the engine with what is due, and comes back for the rest.
    private func turn() throws {
        guard phase == .replaying else { return try drained() }
        for _ in 0..<VitalsDaemonLimits.eventsPerTurn {
            guard let event = source.peek() else { return try finish() }
            if !run.isCatchingUp {
                if let due = pace.due(event.stamp.monotonic), due > loop.now {
                    // What is due between two events must not wait for the second: a silent sensor sends none.
                    if let deadline = run.deadline, deadline < event.stamp.monotonic {
                        guard let early = pace.due(deadline), early > loop.now else {
                            try run.handle(.tick(stamp(at: deadline)), into: &outcome)
                            continue
                        }
                        return try pause(until: early)
                    }
                    return try pause(until: due)
                }
            }
            try run.handle(.sensor(event), into: &outcome)
            last = event.stamp
            _ = source.next()
            if !isPaced && !run.isCatchingUp {
                pace.begin(at: loop.now, data: event.stamp.monotonic)
                isPaced = true
            }
        }
        guard try submit() else { return }
        try pump?.arm(at: loop.now)
    }

    private func pause(until time: MonotonicTime) throws {
        if try submit() { try pump?.arm(at: time) }
    }

    /// Both clocks at a time at which nothing was received.
    private func stamp(at time: MonotonicTime) -> Stamp {
        let passed = time - last.monotonic
        let wall = WallTime(microseconds: last.wall.microseconds.addingSaturating(passed.microseconds))
        return Stamp(monotonic: time, wall: wall, isSynchronised: last.isSynchronised)
    }

    /// Hands what gathered to the writer; false when the recording has to wait for it.
    private func submit() throws -> Bool {
        for line in outcome.logs { write(line) }
        outcome.logs.removeAll(keepingCapacity: true)
        guard !outcome.records.isEmpty else { return true }
        switch writer.submit(outcome.records) {
        case .accepted:
            outcome.records.removeAll(keepingCapacity: true)
            return true
        case .congested:
            outcome.records.removeAll(keepingCapacity: true)
        case .refused:
            if let error = writerFailure.value { throw error }
        }
        if phase == .replaying { phase = .waitingForRoom }
        return false
    }

    /// The writer committed something, or failed.
    private func progressed() throws {
        progress.clear()
        if let error = writerFailure.value { throw error }
        guard phase == .waitingForRoom else { return }
        phase = .replaying
        if try submit() { try pump?.arm(at: loop.now) }
    }

    /// The recording has ended.
    private func finish() throws {
        if let damage = source.damage {
            log.error("the recording is damaged; what could be read was kept", metadata: ["error": "\(damage)"])
        }
        try run.handle(.stop(last), into: &outcome)
        phase = configuration.source.exitsAtEnd ? .draining : .holding
        log.notice("the recording has ended")
        try pump?.arm(at: loop.now)
    }

    /// After the end: everything becomes durable, and then published.
    private func drained() throws {
        if !outcome.records.isEmpty || !outcome.logs.isEmpty { _ = try submit() }
        let isDurable = outcome.records.isEmpty && writer.drain(timeoutMilliseconds: 1)
        guard phase == .draining, isDurable, isPublished else {
            try pump?.arm(at: loop.now + VitalsDaemonLimits.drainPoll)
            return
        }
        loop.exit()
    }

    private var isPublished: Bool {
        guard let snapshot = uplink?.snapshot else { return true }
        return snapshot.lastCommitted >= journal.head && snapshot.backlog == 0
    }

    private func report() throws {
        let backlog = uplink.map { ", backlog \($0.snapshot.backlog)" } ?? ""
        ServiceManager.status("\(journal.head) records\(backlog)")
        try status?.arm(at: loop.now + VitalsDaemonLimits.statusInterval)
    }

    private func write(_ line: LogLine) {
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

    // MARK: End

    /// Makes durable what the engine made, publishes what is on the way, and closes the journal.
    ///
    /// The open blocks of an interrupted recording stay open: their samples are in the recording, and the next start
    /// makes them again.
    private func close() throws {
        if writerFailure.value == nil {
            _ = try submit()
            if !writer.stop(timeoutMilliseconds: VitalsDaemonLimits.writerStopMilliseconds) {
                log.error("not everything could be made durable; the next start makes it again")
            }
        }
        let snapshot = uplink?.stop(deadline: VitalsDaemonLimits.uplinkStop)
        try journal.close()
        var metadata: Logger.Metadata = ["head": "\(journal.head)"]
        if let snapshot {
            metadata["acknowledged"] = "\(snapshot.acknowledged)"
            metadata["backlog"] = "\(snapshot.backlog)"
            metadata["published"] = "\(snapshot.published)"
            metadata["reconnects"] = "\(snapshot.reconnects)"
        }
        log.notice("stopped", metadata: metadata)
    }
}

/// An error that a thread leaves for the loop's thread: the first one stays.
private final class FailureBox: Sendable {
    private let box = Mutex<(any Error)?>(nil)

    var value: (any Error)? { box.withLock { $0 } }

    func set(_ error: any Error) { box.withLock { if $0 == nil { $0 = error } } }
}

extension UplinkNotice {
    /// How loudly to tell it: what keeps records from their receiver is a warning.
    fileprivate var level: Logger.Level {
        switch self {
        case .connected, .deliveryResumed, .disconnected(nil): .notice
        case .connectionRefused, .disconnected, .statusRefused, .unsupportedQoS, .recordRefused, .unanswered,
            .subscriptionRefused, .journalFailed, .warning:
            .warning
        }
    }
}
