public import VitalsDetection
import VitalsJSON
public import VitalsKernels
public import VitalsModel

/// The gateway's state machine: sensor events in, records out. It does no I/O, reads no clock and knows no threads; the
/// daemon, a replay and a simulation drive the same one, and the same inputs give the same effects, byte for byte, on
/// every machine and at any speed.
///
///     var engine = Engine(configuration: configuration, digest: digest, version: "1.2.3", kernels: .best)
///     var effects: [Effect] = []
///     engine.handle(.start(stamp), into: &effects)
///     for event in events { engine.handle(.sensor(event), into: &effects) }
///     engine.handle(.stop(stamp), into: &effects)
///
/// Time is data time: before an input is handled, everything that was due up to its stamp is done, each at its own time
/// and in the order of these times. So it makes no difference whether ticks come between events.
public struct Engine {
    private let configuration: EngineConfiguration
    private let version: String
    private var history: EngineHistory
    private var sessions: [SensorSession] = []
    private var numbers: [SensorAddress: Int] = [:]
    private var deadlines = DeadlineQueue()
    private var windows: WindowDesk
    private var subjects: [SubjectWatch.Subject: SubjectWatch] = [:]
    private var gateway = AlarmDesk(sensor: nil)
    private var output: EngineOutput
    private var last: Stamp?
    private var refused: Set<SensorAddress> = []

    /// An engine without history.
    ///
    /// - Parameters:
    ///   - configuration: what decides its records.
    ///   - digest: the SHA-256 of `configuration.json`, in hexadecimal; it stands in findings and alarms.
    ///   - version: the program's version; it stands in the first record.
    ///   - kernels: the vector code. The choice changes no record.
    ///   - nextSequence: the sequence of the first record.
    ///   - history: what it has to know of the records before that.
    ///   - tracing: which evaluations are wanted as effects.
    public init(
        configuration: EngineConfiguration, digest: String, version: String, kernels: KernelTable,
        nextSequence: UInt64 = 1, history: EngineHistory = EngineHistory(), tracing: Tracing = .off
    ) {
        self.history = history
        self.configuration = configuration
        self.version = version
        windows = WindowDesk(kernels: kernels)
        output = EngineOutput(
            nextSequence: nextSequence, tracing: tracing, configurationDigest: digest, boot: history.boot)
    }

    /// The sequence that the next record will have.
    public var nextSequence: UInt64 { output.nextSequence }

    /// When a tick is due at the latest if nothing else happens; nil when nothing is.
    public var deadline: MonotonicTime? { deadlines.earliest }

    /// Handles one input, and appends what it wants done to `effects`.
    public mutating func handle(_ input: EngineInput, into effects: inout [Effect]) {
        advance(to: input.stamp.monotonic)
        // The wall clock of a tick is not taken over: what is due gets the same stamp with and without ticks.
        if case .tick = input {} else { last = input.stamp }
        switch input {
        case .start(let stamp): start(at: stamp)
        case .sensor(let event): handle(event)
        case .link(let stamp, let sensor, let report): handle(report, of: sensor, at: stamp)
        case .journal(let stamp, let trouble, let isPresent):
            trouble.write(isPresent: isPresent, at: stamp, &gateway, &output)
        case .tick: break
        case .stop(let stamp): stop(at: stamp)
        }
        effects.append(contentsOf: output.effects)
        output.effects.removeAll(keepingCapacity: true)
    }

    /// What live sensors sent into open blocks since the last call, in order: to be noted in the journal no later than
    /// the records that came out meanwhile. A run on a recording has none.
    public mutating func takeArrivals() -> [Arrival] {
        defer { output.arrivals.removeAll(keepingCapacity: true) }
        return output.arrivals
    }

    /// What a killed run left comes first, as runs of their own. Then a record says what made all that follow; then
    /// comes what an earlier run left open, and for how long there was no gateway at all.
    private mutating func start(at stamp: Stamp) {
        recover()
        begin(at: stamp, boot: history.boot, detectors: Self.detectors)
        if let last = history.last {
            output.append(.absence, sensor: nil, stamp: stamp) { json in
                json.member("gap", stamp.wall.microseconds.subtractingSaturating(last.wall.microseconds))
                json.member("since", last.wall.microseconds)
                json.member("state", "gateway-down")
            }
        }
        for alarm in history.openAlarms { AlarmDesk.giveUp(alarm, at: stamp, &output) }
        history = EngineHistory()
    }

    /// Closes the open block of a sensor's spot checks, so that what was fetched from it becomes durable.
    public mutating func closeSpotChecks(of sensor: SensorAddress, into effects: inout [Effect]) {
        guard let number = numbers[sensor] else { return }
        sessions[number].closeSpotChecks(&output)
        effects.append(contentsOf: output.effects)
        output.effects.removeAll(keepingCapacity: true)
    }

    private mutating func handle(_ event: SensorEvent) {
        let stamp = event.stamp
        switch event.kind {
        case .value(let sensor, let characteristic, let bytes):
            guard let number = number(of: sensor) else { return }
            sessions[number].receive(characteristic, bytes, at: stamp, &windows, &output)
            compareRates(number, at: stamp)
            schedule(number)
            if let due = windows.deadline { deadlines.schedule(Self.windowOwner, at: due) }
            if windows.isFull { judgeWindows(at: stamp) }
        case .linkUp(let sensor):
            guard let number = number(of: sensor) else { return }
            sessions[number].linkUp(at: stamp, &output)
            schedule(number)
        case .linkDown(let sensor, let reason):
            guard let number = number(of: sensor) else { return }
            sessions[number].linkDown(reason: reason, at: stamp, &output)
            schedule(number)
        case .clock(let step, let isSynchronised):
            output.append(.clock, sensor: nil, stamp: stamp) { json in
                json.member("step", step)
                json.member("synchronised", isSynchronised)
            }
        }
    }

    private mutating func handle(_ report: LinkReport, of sensor: SensorAddress?, at stamp: Stamp) {
        guard let sensor else { return report.write(at: stamp, &gateway, &output) }
        guard let number = number(of: sensor) else { return }
        sessions[number].note(report, at: stamp, &output)
    }

    private mutating func stop(at stamp: Stamp) {
        judgeWindows(at: stamp)
        for number in sessions.indices { sessions[number].stop(at: stamp, &output) }
        gateway.abandonAll(at: stamp, &output)
    }
}

// MARK: - Runs

extension Engine {
    /// The record with which a run begins.
    private mutating func begin(
        at stamp: Stamp, boot: String?, detectors: [DetectorIdentity], recovered: Int? = nil
    ) {
        let digest = output.configurationDigest
        output.append(.start, sensor: nil, stamp: stamp) { json in
            if let boot { json.member("boot", boot) }
            json.member("configuration", digest)
            json.name("detectors")
            json.array { json in for detector in detectors { json.value(detector.description) } }
            if let recovered { json.member("recovered", recovered) }
            if !configuration.settings.isEmpty { json.member("settings", configuration.settings) }
            json.member("version", version)
        }
    }

    /// Makes blocks of what killed runs received: a run for each boot, since times compare within one only.
    private mutating func recover() {
        var rest = history.arrivals[...]
        while let first = rest.first {
            let run = rest.prefix { $0.boot == first.boot }
            rest = rest.dropFirst(run.count)
            begin(at: first.stamp, boot: first.boot, detectors: [], recovered: run.count)
            var blocks = RecoveredBlocks(span: blockSpan)
            for arrival in run { blocks.add(arrival, &output) }
            blocks.close(&output)
            output.log(.info, "kept what a killed run had received", detail: "\(run.count) values")
        }
        // The gateway was there until then.
        guard let last = history.arrivals.last?.stamp else { return }
        if history.last.map({ $0.monotonic < last.monotonic }) ?? true { history.last = last }
    }
}

// MARK: - Time

extension Engine {
    /// Serves everything that is due up to a time, each at its own time. Time never runs back: an event whose stamp
    /// lies before the last one is handled as it is, and nothing is due because of it.
    private mutating func advance(to time: MonotonicTime) {
        while let due = deadlines.next(upTo: time) {
            let moment = self.stamp(at: due.time)
            if due.owner == Self.windowOwner {
                guard let deadline = windows.deadline else { continue }
                if deadline <= due.time {
                    judgeWindows(at: moment)
                } else {
                    deadlines.schedule(Self.windowOwner, at: deadline)
                }
            } else {
                sessions[due.owner].expire(at: moment, &output)
                schedule(due.owner)
            }
        }
    }

    /// Both clocks at a time at which nothing was received: the wall clock as it stood with the last event.
    private func stamp(at time: MonotonicTime) -> Stamp {
        guard let last else {
            return Stamp(
                monotonic: time, wall: WallTime(microseconds: time.microseconds), isSynchronised: false)
        }
        let passed = time - last.monotonic
        return Stamp(
            monotonic: time,
            wall: WallTime(microseconds: last.wall.microseconds.addingSaturating(passed.microseconds)),
            isSynchronised: last.isSynchronised)
    }

    private mutating func schedule(_ number: Int) {
        if let deadline = sessions[number].deadline { deadlines.schedule(number, at: deadline) }
    }

    private mutating func judgeWindows(at stamp: Stamp) {
        for window in windows.judge() {
            let number = window.stream / 2
            sessions[number].windowJudged(window, at: stamp, &output)
            schedule(number)
        }
    }

    /// Every detector that can stand in a finding, by name.
    public static let detectors = [
        AtrialFibrillation.identity, ChangeDetector.identity, CrossSensor.identity, Desaturation.identity,
        Discord.identity, EarlyWarning.identity, Ectopy.identity, HeartRateVariability.identity,
        LimitDetector.identity, PulseQuality.identity, PulseWave.identity, RateRules.identity, RRCleaning.identity,
        SaturationSeconds.identity, SignalState.identity, TrendDetector.identity,
    ]

    /// Served before all sensors that are due at the same time.
    private static let windowOwner = -1
}

// MARK: - Subjects

extension Engine {
    /// Compares the rate that a sensor just brought with that of another one on the same subject.
    private mutating func compareRates(_ number: Int, at stamp: Stamp) {
        guard let rate = sessions[number].rate, let configuration = sessions[number].crossSensor else { return }
        let subject = sessions[number].subject
        var watch = subjects[subject] ?? SubjectWatch(configuration)
        let result = watch.judge(rate, ofSensor: number, at: stamp.monotonic)
        subjects[subject] = watch
        guard let result, let strap = watch.strap, let oximeter = watch.oximeter else { return }
        let identity = CrossSensor.identity
        output.trace(identity, result, of: "rates", sensor: sessions[strap].sensor, at: stamp.monotonic)
        guard case .raised = result.transition else { return }
        let since = result.since ?? stamp.monotonic
        let records = [
            sessions[strap].records(of: .strap, since: since, &output),
            sessions[oximeter].records(of: .oximeter, since: since, &output),
        ].compactMap { $0 }
        let lower = records.map(\.lowerBound).min()
        let upper = records.map(\.upperBound).max()
        var evidence = AlarmDesk.Evidence(
            detector: identity, stream: .heartRate, from: since,
            records: lower.flatMap { low in upper.map { low...$0 } })
        if strap != oximeter { evidence.companion = sessions[oximeter].sensor }
        AlarmDesk(sensor: sessions[strap].sensor).find("rates-disagree", evidence, result, at: stamp, &output)
    }
}

// MARK: - Sensors

extension Engine {
    private var blockSpan: MonotonicTime.Span {
        let range = CoreLimits.blockSeconds
        return .seconds(Int64(min(max(configuration.blockSeconds, range.lowerBound), range.upperBound)))
    }

    /// The number of a sensor's session, made at its first event; nil when there is no room for it.
    private mutating func number(of sensor: SensorAddress) -> Int? {
        if let number = numbers[sensor] { return number }
        guard sessions.count < CoreLimits.sensorsMax else {
            if refused.count < CoreLimits.sensorsMax, refused.insert(sensor).inserted {
                output.log(.warning, "sensor refused: too many sensors", sensor: sensor)
            }
            return nil
        }
        let number = sessions.count
        sessions.append(
            SensorSession(
                sensor: sensor, number: number, span: blockSpan, configuration.configuration(of: sensor)))
        numbers[sensor] = number
        return number
    }
}
