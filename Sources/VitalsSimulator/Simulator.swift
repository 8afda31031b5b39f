public import VitalsModel

/// Plays a scenario: what the gateway receives and what is true, of all sensors, in order of time.
///
/// The same scenario and seed give the same sequence on every machine and in every build: all arithmetic is in integers
/// and each purpose of each sensor draws from a random stream of its own. Memory is bounded by the number of sensors and
/// planned episodes, not by the duration; a step costs the logarithm of the number of sensors.
///
///     for output in try Simulator(scenario) {
///         if case .event(let event) = output { engine.handle(event) }
///     }
///
/// Order of equal times: the gateway's clock, then the sensors in the order of the scenario, each in the order of
/// production. Stamps are those of a recording: monotonic time since the start, and a wall clock that starts at
/// `Scenario.start` and takes every step.
public struct Simulator: Sequence, IteratorProtocol, Sendable {
    /// What comes out.
    public enum Output: Hashable, Sendable {
        /// What the gateway receives.
        case event(SensorEvent)
        /// What is true.
        case truth(TruthEvent)
    }

    /// The scenario.
    public let scenario: Scenario
    /// The seed in use.
    public let seed: UInt64

    private var gateway: GatewayModel
    private var sensors: [SensorModel]
    private var order = SensorOrder()
    /// Microseconds that the wall clock has stepped so far.
    private var stepped: Int64 = 0
    private var isSynchronised = true

    /// A simulation from its begin.
    ///
    /// - Parameters:
    ///   - seed: The scenario's own seed unless given.
    ///   - includesBeats: Whether the truth tells every beat of every sensor; it is most of the truth by volume.
    /// - Throws: The first fault of the scenario.
    public init(_ scenario: Scenario, seed: UInt64? = nil, includesBeats: Bool = false) throws(ScenarioError) {
        try scenario.validate()
        self.scenario = scenario
        self.seed = seed ?? UInt64(bitPattern: scenario.seed)
        let clocks = scenario.gatewayPlan()
        gateway = GatewayModel(clocks, end: scenario.duration.microseconds)
        // A gateway that starts unsynchronised starts with a wrong clock: the step that ends it says by how much.
        let error = clocks.first { $0.kind == .unsynchronisedClock && $0.begin == 0 }?.step ?? 0
        let trueStart = scenario.start.microseconds + error
        let trough = Self.microsecondsToFour(from: trueStart)
        sensors = scenario.sensorPlans(seed: self.seed).map {
            SensorModel($0, trueStart: trueStart, troughMicroseconds: trough, tellsBeats: includesBeats)
        }
        for index in sensors.indices {
            if let head = sensors[index].head() { order.insert(time: head.time, sensor: index) }
        }
    }

    /// The next event or truth; nil when the scenario is over.
    public mutating func next() -> Output? {
        let first = order.first
        if let clock = gateway.head, clock.time <= first?.time ?? .max {
            gateway.removeHead()
            return output(clock, sensor: nil)
        }
        guard let first, let entry = sensors[first.sensor].head() else { return nil }
        sensors[first.sensor].removeHead()
        if let next = sensors[first.sensor].head() {
            order.replaceFirst(time: next.time)
        } else {
            order.removeFirst()
        }
        return output(entry, sensor: sensors[first.sensor].address)
    }

    /// The next event, passing over the truth; nil when the scenario is over.
    public mutating func nextEvent() -> SensorEvent? {
        while let output = next() {
            if case .event(let event) = output { return event }
        }
        return nil
    }

    private mutating func output(_ entry: OutputQueue.Entry, sensor: SensorAddress?) -> Output {
        let time = MonotonicTime(microseconds: entry.time)
        switch entry.content {
        case .truth(let kind): return .truth(TruthEvent(time: time, sensor: sensor, kind: kind))
        case .event(let kind):
            if case .clock(let step, let isSynchronised) = kind {
                stepped = stepped.addingSaturating(step)
                self.isSynchronised = isSynchronised
            }
            let wall = scenario.start.microseconds.addingSaturating(entry.time).addingSaturating(stepped)
            let stamp = Stamp(
                monotonic: time, wall: WallTime(microseconds: wall), isSynchronised: isSynchronised)
            return .event(SensorEvent(stamp: stamp, kind: kind))
        }
    }

    /// Microseconds from a time to the next 04:00 UTC, where the daily course of the heart rate has its trough.
    private static func microsecondsToFour(from time: Int64) -> Int64 {
        let day: Int64 = 86_400_000_000
        let passed = (time % day + day) % day
        return (4 * 3_600_000_000 - passed + day) % day
    }
}
