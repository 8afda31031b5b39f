internal import Logging
internal import VitalsCore
internal import VitalsModel
internal import VitalsSystemd

/// Plays a recording into the engine at its pace, and waits when the journal does not keep up.
final class ReplayFeed: Feed {
    private let recording: RecordedEvents
    private let exitsAtEnd: Bool
    private let loop: EventLoop
    private let pipeline: Pipeline
    private let log: Logger
    private var pace: ReplayPace
    /// Whether the pace has begun: with the first event, or the first one behind what was in the journal.
    private var isPaced = false
    /// The stamp of the last event that the engine was given.
    private var last: Stamp
    private var phase = Phase.playing
    private var pump: EventLoop.Timer?

    private enum Phase {
        /// Events come from the recording.
        case playing
        /// The journal does not keep up: the recording waits.
        case waitingForRoom
        /// The recording has ended, and what it made is on its way to the receiver.
        case draining
        /// The recording has ended, and the daemon stays until it is told to stop.
        case holding
    }

    init(
        _ source: DaemonConfiguration.ReplaySource, recording: RecordedEvents, loop: EventLoop, pipeline: Pipeline,
        log: Logger
    ) {
        self.recording = recording
        self.loop = loop
        self.pipeline = pipeline
        self.log = log
        exitsAtEnd = source.exitsAtEnd
        pace = ReplayPace(speed: source.speed)
        last = recording.start
    }

    var readiness: String { "Replaying \(recording.path)" }

    var damage: (any Error)? { phase == .playing ? nil : recording.damage }

    func begin() throws {
        pump = try loop.timer { [unowned self] in try turn() }
        try pump?.arm(at: loop.now)
    }

    func committed(upTo head: UInt64) throws {
        guard phase == .waitingForRoom else { return }
        phase = .playing
        if try submit() { try pump?.arm(at: loop.now) }
    }

    /// A recording makes the same records whatever the disk does, so its engine is not told.
    func heard(isRecording: Bool) {}

    /// The open blocks of an interrupted recording stay open: their samples are in the recording, and the next start
    /// makes them again.
    func end() {}

    /// Feeds the engine with what is due, and comes back for the rest.
    private func turn() throws {
        guard phase == .playing else { return try drained() }
        for _ in 0..<VitalsDaemonLimits.eventsPerTurn {
            guard let event = recording.peek() else { return try finish() }
            if !pipeline.isCatchingUp {
                if let due = pace.due(event.stamp.monotonic), due > loop.now {
                    // What is due between two events must not wait for the second: a silent sensor sends none.
                    if let deadline = pipeline.deadline, deadline < event.stamp.monotonic {
                        guard let early = pace.due(deadline), early > loop.now else {
                            try pipeline.handle(.tick(stamp(at: deadline)))
                            continue
                        }
                        return try pause(until: early)
                    }
                    return try pause(until: due)
                }
            }
            try pipeline.handle(.sensor(event))
            last = event.stamp
            _ = recording.next()
            if !isPaced && !pipeline.isCatchingUp {
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
        if try pipeline.submit() { return true }
        if phase == .playing { phase = .waitingForRoom }
        return false
    }

    /// The recording has ended.
    private func finish() throws {
        if let damage = recording.damage {
            log.error("the recording is damaged; what could be read was kept", metadata: ["error": "\(damage)"])
        }
        try pipeline.handle(.stop(last))
        phase = exitsAtEnd ? .draining : .holding
        log.notice("the recording has ended")
        try pump?.arm(at: loop.now)
    }

    /// After the end: everything becomes durable, and then published.
    private func drained() throws {
        _ = try pipeline.submit()
        guard phase == .draining, pipeline.isDurable, pipeline.isPublished else {
            try pump?.arm(at: loop.now + VitalsDaemonLimits.drainPoll)
            return
        }
        loop.exit()
    }
}
