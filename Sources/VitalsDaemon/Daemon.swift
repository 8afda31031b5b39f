internal import Glibc
public import Logging
internal import VitalsModel
internal import VitalsSystemd

/// The gateway as a process: a source of sensor data, the engine, the journal and the uplink, joined by one event loop.
public final class Daemon {
    private let log: Logger
    private let loop: EventLoop
    private let pipeline: Pipeline
    private let feed: any Feed
    private let clock: LiveClock
    private var status: EventLoop.Timer?
    /// When a journal that stands in is left at the latest; nil while the other one cannot be opened.
    private var leaveBy: MonotonicTime?

    /// Whether it ended to begin anew, on the journal that another one stood in for.
    public private(set) var mustBeginAnew = false

    private static let stopSignals = [SIGTERM, SIGINT]

    /// Opens everything. Nothing runs yet, and nothing was published.
    public init(configuration: DaemonConfiguration, log: Logger) throws {
        // Before anything starts a thread.
        EventLoop.block(Self.stopSignals)
        signal(SIGPIPE, SIG_IGN)
        self.log = log
        loop = try EventLoop()
        let clock = LiveClock()
        self.clock = clock
        switch configuration.source {
        case .replay(let source):
            let recording = try RecordedEvents(path: source.path)
            pipeline = try Pipeline(configuration, beginning: .recording(recording.start), log: log)
            feed = ReplayFeed(source, recording: recording, loop: loop, pipeline: pipeline, log: log)
        case .bluetooth(let source):
            pipeline = try Pipeline(configuration, beginning: .live(clock.now, boot: clock.boot), log: log)
            let links = try LinkBackend.open(
                source.backend, passkeys: source.passkeys, resetFolder: source.resetFolder, loop: loop)
            feed = LiveFeed(source, links: links, clock: clock, loop: loop, pipeline: pipeline, log: log)
        }
    }

    /// Runs until a signal, or until the recording is played and published. Returns the exit status.
    public func runUntilDone() throws -> Int32 {
        for signal in Self.stopSignals {
            try loop.onSignal(signal) { [unowned self] in
                log.notice("stopping on a signal")
                loop.exit()
            }
        }
        pipeline.onCommit = { [feed] head in try feed.committed(upTo: head) }
        pipeline.onTrouble = { [unowned self] in try report() }
        try pipeline.start(on: loop)
        status = try loop.timer { [unowned self] in try report() }
        try feed.begin()
        try loop.enableWatchdog()
        ServiceManager.ready(feed.readiness)
        try status?.arm(at: loop.now + VitalsDaemonLimits.statusInterval)
        let result = Result { try loop.run() }
        ServiceManager.stopping()
        if case .success = result { try feed.end() }
        try pipeline.close()
        let status = try result.get()
        if let damage = feed.damage { throw damage }
        return status
    }

    /// Goes over to the journal that another one stands in for, when that can be opened and what the other one holds was
    /// published, as far as the broker takes it in time.
    private func leaveStandIn() {
        if leaveBy == nil, pipeline.isJournalBack() {
            log.notice("the journal can be opened again")
            leaveBy = loop.now + VitalsDaemonLimits.standInDrain
        }
        guard let leaveBy, pipeline.isNearlyPublished || loop.now >= leaveBy else { return }
        mustBeginAnew = true
        loop.exit()
    }

    private func report() throws {
        pipeline.maintain(at: clock.now)
        ServiceManager.status(pipeline.status)
        try feed.heard(isRecording: pipeline.isRecording)
        leaveStandIn()
        try status?.arm(at: loop.now + VitalsDaemonLimits.statusInterval)
    }
}
