internal import Logging
internal import VitalsCore
internal import VitalsModel
internal import VitalsSystemd

/// Carries what sensors do to the link supervisor and the engine, and what the supervisor wants to the radio.
final class LiveFeed: Feed {
    private let links: any LinkPort
    private let clock: LiveClock
    private let loop: EventLoop
    private let pipeline: Pipeline
    private let log: Logger
    private var supervisor: LinkSupervisor
    private var outputs: [LinkOutput] = []
    private var freeze: FreezeRequests?
    private var timer: EventLoop.Timer?
    private var synchronisation: ClockSynchronisation?
    private var isRunning = false
    private var isRecording = true
    /// Sensors whose stored records wait to be durable, with the sequence that they are durable at.
    private var awaited: [SensorAddress: UInt64] = [:]

    init(
        _ source: BluetoothSource, links: any LinkPort, clock: LiveClock, loop: EventLoop, pipeline: Pipeline,
        log: Logger
    ) {
        self.links = links
        self.clock = clock
        self.loop = loop
        self.pipeline = pipeline
        self.log = log
        supervisor = LinkSupervisor(configuration: source.links, seed: .random(in: .min ... .max))
        freeze = source.freezeFolder.map { FreezeRequests(folder: $0) }
    }

    var readiness: String { "Looking for sensors" }

    var damage: (any Error)? { nil }

    func begin() throws {
        timer = try loop.timer { [unowned self] in try expire() }
        pipeline.onRecord = { [unowned self] record in freeze?.follow(record) }
        links.onEvent = { [unowned self] event in
            do {
                try handle(event)
            } catch {
                loop.fail(error)
            }
        }
        synchronisation = try ClockSynchronisation(loop: loop) { [unowned self] isSynchronised in
            clock.isSynchronised = isSynchronised
            guard isRunning else { return }
            _ = try now()
            try settle()
        }
        isRunning = true
        if pipeline.wasDamaged { try pipeline.handle(.journal(clock.now, .damaged, isPresent: true)) }
        supervisor.start(at: clock.now, into: &outputs)
        try links.start()
        try settle()
    }

    func committed(upTo head: UInt64) throws {
        guard isRunning else { return }
        try settle()
    }

    func heard(isRecording: Bool) throws {
        guard isRunning, isRecording != self.isRecording else { return }
        self.isRecording = isRecording
        try pipeline.handle(.journal(try now(), .notRecording, isPresent: !isRecording))
        try settle()
    }

    /// Ends all links, and closes what is open: there is no second chance to receive it.
    func end() throws {
        guard isRunning else { return }
        isRunning = false
        let stamp = clock.now
        supervisor.stop(at: stamp, into: &outputs)
        try carryOut()
        links.stop()
        try pipeline.handle(.stop(stamp))
    }

    // MARK: Events

    private func handle(_ event: LinkEvent) throws {
        guard isRunning else { return }
        let stamp = try now()
        supervisor.handle(event, at: stamp, into: &outputs)
        try settle()
    }

    private func expire() throws {
        guard isRunning else { return }
        let stamp = try now()
        supervisor.expire(at: stamp, into: &outputs)
        try carryOut()
        try pipeline.handle(.tick(stamp))
        try settle()
    }

    /// Both clocks now; a step of the wall clock goes to the engine before anything that carries the new time.
    private func now() throws -> Stamp {
        let stamp = clock.now
        if let step = clock.takeStep(at: stamp) { try pipeline.handle(.sensor(step)) }
        return stamp
    }

    /// Does what the supervisor wants, hands over what the engine made, and waits for the next deadline.
    private func settle() throws {
        try carryOut()
        while let sensor = takeDurable() {
            supervisor.handle(.durable(sensor), at: clock.now, into: &outputs)
            try carryOut()
        }
        _ = try pipeline.submit()
        let deadline = [supervisor.deadline, pipeline.deadline].compactMap { $0 }.min()
        if let deadline { try timer?.arm(at: deadline) } else { try timer?.disarm() }
    }

    /// A sensor of which everything that was awaited is durable.
    private func takeDurable() -> SensorAddress? {
        let durable = pipeline.durableSequence
        guard let sensor = awaited.filter({ $0.value <= durable }).keys.min() else { return nil }
        awaited[sensor] = nil
        return sensor
    }

    private func carryOut() throws {
        let wanted = outputs
        outputs.removeAll(keepingCapacity: true)
        for output in wanted {
            switch output {
            case .command(let command): links.perform(command)
            case .input(let input): try pipeline.handle(input)
            case .makeDurable(let sensor):
                try pipeline.closeSpotChecks(of: sensor)
                awaited[sensor] = pipeline.lastSequence
            case .log(let line): pipeline.write(line)
            }
        }
    }
}
