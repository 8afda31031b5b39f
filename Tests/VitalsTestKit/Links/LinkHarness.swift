public import VitalsCore
public import VitalsModel
public import VitalsSystemd

/// The real supervisor on a backend, with somebody in the engine's place who notes everything: as the daemon runs them, on
/// virtual time or on a loop.
public final class LinkHarness {
    /// What time is.
    public enum Time {
        /// The twin's own.
        case simulated(SimulatedLinks)
        /// That of the loop which the backend lives on.
        case loop(EventLoop)
    }

    /// A value of a sensor, as the engine got it.
    public struct Arrival: Hashable, Sendable {
        /// When.
        public var time: MonotonicTime
        /// What.
        public var bytes: [UInt8]
    }

    /// A report of the supervisor, as the engine got it.
    public struct Report: Hashable, Sendable {
        /// When.
        public var time: MonotonicTime
        /// About which sensor; nil: about an adapter or the service.
        public var sensor: SensorAddress?
        /// What.
        public var report: LinkReport
    }

    /// The supervisor.
    public private(set) var supervisor: LinkSupervisor
    /// What the engine got by sensor and characteristic.
    public private(set) var arrivals: [SensorAddress: [BluetoothUUID: [Arrival]]] = [:]
    /// The sensors whose link is up, as the engine was told.
    public private(set) var linked: Set<SensorAddress> = []
    /// How often each link came up.
    public private(set) var ups: [SensorAddress: Int] = [:]
    /// When each link went down last, and why.
    public private(set) var downs: [SensorAddress: (time: MonotonicTime, reason: String?)] = [:]
    /// What was reported.
    public private(set) var reports: [Report] = []
    /// What was said to whoever runs the gateway.
    public private(set) var logs: [LogLine] = []
    /// The conditions that are present.
    public private(set) var conditions: Set<Condition> = []
    /// What the engine must never be told.
    public private(set) var broken: [String] = []
    /// How many commands were given.
    public private(set) var commandCount = 0

    /// A condition of a sensor, or of all.
    public struct Condition: Hashable, Sendable {
        /// Which.
        public var condition: LinkCondition
        /// Of which sensor.
        public var sensor: SensorAddress?

        /// A condition.
        public init(_ condition: LinkCondition, _ sensor: SensorAddress? = nil) {
            self.condition = condition
            self.sensor = sensor
        }
    }

    private let port: any LinkPort
    private let time: Time
    private var outputs: [LinkOutput] = []
    private var durable: [SensorAddress] = []

    /// A supervisor that did not begin yet.
    public init(_ port: any LinkPort, time: Time, configuration: LinkConfiguration, seed: UInt64 = 1) {
        self.port = port
        self.time = time
        supervisor = LinkSupervisor(configuration: configuration, seed: seed)
    }

    /// The twin with a supervisor, which lists all of the sensors unless told otherwise.
    public static func simulated(
        _ sensors: [VirtualSensor], seed: UInt64 = 1, _ change: (inout LinkConfiguration) -> Void = { _ in }
    ) -> (harness: LinkHarness, links: SimulatedLinks) {
        let links = SimulatedLinks(seed: seed, sensors: sensors)
        let configuration = LinkConfiguration.listing(sensors.map(\.address), change)
        return (LinkHarness(links, time: .simulated(links), configuration: configuration, seed: seed), links)
    }

    /// Now.
    public var now: MonotonicTime {
        switch time {
        case .simulated(let links): links.now
        case .loop: .boot
        }
    }

    /// Begins.
    public func start() throws {
        port.onEvent = { [unowned self] event in take { $0.handle(event, at: $1, into: &$2) } }
        take { $0.start(at: $1, into: &$2) }
        try port.start()
    }

    /// Ends links and discovery.
    public func stop() {
        take { $0.stop(at: $1, into: &$2) }
        port.stop()
    }

    /// Ends as `kill -9` would: the supervisor says nothing any more.
    public func abandon() { port.onEvent = { _ in } }

    /// Lets time pass, at most for so long; returns whether the condition came to hold.
    @discardableResult
    public func run(_ atMost: MonotonicTime.Span, until condition: () -> Bool = { false }) throws -> Bool {
        switch time {
        case .simulated(let links):
            let end = links.now + atMost
            while !condition() {
                let next = min(links.nextDue ?? end, supervisor.deadline ?? end)
                links.advance(to: min(max(next, links.now), end))
                expireIfDue()
                if links.now >= end { return condition() }
            }
            return true
        case .loop(let loop):
            return try loop.pass(atMost) {
                expireIfDue()
                return condition()
            }
        }
    }

    /// How long it takes until the condition holds; nil when it does not in that time.
    public func measure(_ atMost: MonotonicTime.Span, until condition: () -> Bool) throws -> MonotonicTime.Span? {
        let start = now
        return try run(atMost, until: condition) ? now - start : nil
    }

    /// The values of a characteristic so far.
    public func values(_ sensor: SensorAddress, _ uuid: BluetoothUUID) -> [[UInt8]] {
        (arrivals[sensor]?[uuid] ?? []).map(\.bytes)
    }

    /// How many values of all measurements came of a sensor.
    public func count(_ sensor: SensorAddress) -> Int {
        let measurements: [BluetoothUUID] = [.heartRateMeasurement, .plxContinuousMeasurement]
        return measurements.reduce(0) { $0 + (arrivals[sensor]?[$1]?.count ?? 0) }
    }

    /// Forgets the values so far.
    public func forgetValues() { arrivals = [:] }

    /// Whether a condition is present.
    public func has(_ condition: LinkCondition, _ sensor: SensorAddress? = nil) -> Bool {
        conditions.contains(Condition(condition, sensor))
    }

    /// How often a step of recovery was taken.
    public func recoveries(_ step: LinkRecovery) -> Int {
        reports.count { if case .recovery(step, _, _) = $0.report { true } else { false } }
    }

    private func expireIfDue() {
        guard let deadline = supervisor.deadline, now >= deadline else { return }
        take { $0.expire(at: $1, into: &$2) }
    }

    private func take(_ step: (inout LinkSupervisor, Stamp, inout [LinkOutput]) -> Void) {
        let stamp = Stamp(
            monotonic: now, wall: WallTime(microseconds: 1_795_246_200_000_000 + now.microseconds),
            isSynchronised: true)
        step(&supervisor, stamp, &outputs)
        let taken = outputs
        outputs = []
        for output in taken { carryOut(output) }
        let asked = durable
        durable = []
        for sensor in asked { take { $0.handle(.durable(sensor), at: $1, into: &$2) } }
    }

    private func carryOut(_ output: LinkOutput) {
        switch output {
        case .command(let command):
            commandCount += 1
            port.perform(command)
        case .input(let input): note(input)
        case .makeDurable(let sensor): durable.append(sensor)
        case .log(let line): logs.append(line)
        }
    }

    private func note(_ input: EngineInput) {
        switch input {
        case .sensor(let event): note(event)
        case .link(let stamp, let sensor, let report):
            reports.append(Report(time: stamp.monotonic, sensor: sensor, report: report))
            guard case .condition(let condition, let isPresent, _) = report else { return }
            if isPresent {
                conditions.insert(Condition(condition, sensor))
            } else {
                conditions.remove(Condition(condition, sensor))
            }
        case .start, .tick, .stop, .journal: broken.append("the supervisor gave an input that is not its own")
        }
    }

    private func note(_ event: SensorEvent) {
        switch event.kind {
        case .value(let sensor, let uuid, let bytes):
            if !linked.contains(sensor) { broken.append("a value of \(sensor) without a link") }
            arrivals[sensor, default: [:]][uuid, default: []].append(
                Arrival(time: event.stamp.monotonic, bytes: bytes))
        case .linkUp(let sensor):
            if !linked.insert(sensor).inserted { broken.append("\(sensor) came up twice") }
            ups[sensor, default: 0] += 1
        case .linkDown(let sensor, let reason):
            if linked.remove(sensor) == nil { broken.append("\(sensor) went down without a link") }
            downs[sensor] = (event.stamp.monotonic, reason)
        case .clock: broken.append("the supervisor gave an input that is not its own")
        }
    }
}

extension LinkConfiguration {
    /// A configuration that lists these sensors.
    public static func listing(
        _ sensors: [SensorAddress], _ change: (inout LinkConfiguration) -> Void = { _ in }
    ) -> LinkConfiguration {
        var configuration = LinkConfiguration()
        configuration.slots = max(5, sensors.count)
        for sensor in sensors { configuration.sensors[sensor] = SensorLink() }
        change(&configuration)
        return configuration
    }
}
