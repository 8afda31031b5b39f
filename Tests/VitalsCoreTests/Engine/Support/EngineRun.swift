import Testing
import VitalsCore
import VitalsJSON
import VitalsKernels
import VitalsModel

/// An engine with everything that came out of it, and short ways to put events in. Times are milliseconds.
struct EngineRun {
    private(set) var engine: Engine
    private(set) var effects: [Effect] = []

    init(
        _ configuration: EngineConfiguration = EngineConfiguration(), kernels: KernelTable = .best,
        nextSequence: UInt64 = 1, history: EngineHistory = EngineHistory(), tracing: Tracing = .off
    ) {
        engine = Engine(
            configuration: configuration, digest: "d1", version: "1.2.3", kernels: kernels,
            nextSequence: nextSequence, history: history, tracing: tracing)
    }

    /// A run of these inputs.
    init(
        _ inputs: [EngineInput], _ configuration: EngineConfiguration = EngineConfiguration(),
        kernels: KernelTable = .best, tracing: Tracing = .off
    ) {
        self.init(configuration, kernels: kernels, tracing: tracing)
        for input in inputs { handle(input) }
    }

    mutating func handle(_ input: EngineInput) { engine.handle(input, into: &effects) }

    mutating func takeArrivals() -> [Arrival] { engine.takeArrivals() }

    mutating func value(_ characteristic: BluetoothUUID, _ bytes: [UInt8], at time: Int, sensor: Int = 1) {
        event(.value(sensor: .test(sensor), characteristic: characteristic, bytes: bytes), at: time)
    }

    mutating func heartRate(_ bytes: [UInt8], at time: Int, sensor: Int = 1) {
        value(.heartRateMeasurement, bytes, at: time, sensor: sensor)
    }

    mutating func oximetry(_ bytes: [UInt8], at time: Int, sensor: Int = 1) {
        value(.plxContinuousMeasurement, bytes, at: time, sensor: sensor)
    }

    mutating func linkUp(at time: Int, sensor: Int = 1) { event(.linkUp(sensor: .test(sensor)), at: time) }

    mutating func linkDown(_ reason: String? = nil, at time: Int, sensor: Int = 1) {
        event(.linkDown(sensor: .test(sensor), reason: reason), at: time)
    }

    mutating func event(_ kind: SensorEvent.Kind, at time: Int) {
        handle(.sensor(SensorEvent(stamp: .at(time), kind: kind)))
    }

    mutating func tick(at time: Int) { handle(.tick(.at(time))) }
    mutating func stop(at time: Int) { handle(.stop(.at(time))) }
}

/// What came out.
extension EngineRun {
    var records: [Record] {
        effects.compactMap { effect in if case .append(let record) = effect { record } else { nil } }
    }

    var traces: [[UInt8]] {
        effects.compactMap { effect in if case .trace(let bytes) = effect { bytes } else { nil } }
    }

    var logs: [LogLine] {
        effects.compactMap { effect in if case .log(let line) = effect { line } else { nil } }
    }

    func records(_ kind: RecordKind, _ subject: String? = nil) -> [Record] {
        records.filter { $0.kind == kind && (subject == nil || $0.subject == subject) }
    }

    /// `12.000 sensor-off raised`, one for each alarm record.
    var alarms: [String] {
        records(.alarm).map { "\($0.second) \($0.subject) \($0.text("state"))" }
    }

    /// The alarms of one condition, without its name.
    func alarms(_ condition: AlarmCondition) -> [String] {
        records(.alarm, condition.rawValue).map { "\($0.second) \($0.text("state"))" }
    }

    /// `3.001 heart-rate stale`, one for each absence record.
    var absences: [String] {
        records(.absence).map { "\($0.second) \($0.subject) \($0.text("state"))" }
    }

    /// All samples of a stream, in the order of the records.
    func heartRates(of sensor: Int = 1) throws -> [HeartRateSample] {
        try blocks(.heartRate, of: sensor).flatMap { block -> [HeartRateSample] in
            if case .heartRate(let samples) = block.samples { samples } else { [] }
        }
    }

    /// All samples of a stream, in the order of the records.
    func oximetries(of sensor: Int = 1) throws -> [OximetrySample] {
        try blocks(.oximetry, of: sensor).flatMap { block -> [OximetrySample] in
            if case .oximetry(let samples) = block.samples { samples } else { [] }
        }
    }

    /// All samples of a stream, in the order of the records.
    func spotChecks(of sensor: Int = 1) throws -> [SpotCheckSample] {
        try blocks(.spotCheck, of: sensor).flatMap { block -> [SpotCheckSample] in
            if case .spotCheck(let samples) = block.samples { samples } else { [] }
        }
    }

    private func blocks(_ stream: SampleStream, of sensor: Int) throws -> [SampleBlock] {
        try records(.samples, stream.name).filter { $0.sensor == .test(sensor) }
            .map { try SampleBlock(decoding: $0.body) }
    }
}

extension Record {
    /// The time in seconds with three digits.
    var second: String { stamp.monotonic.second }

    /// The body of any record but samples.
    var json: JSONValue? { try? JSONParser.parse(body) }

    /// A member of the body that is a text.
    func text(_ member: String) -> String { json?[member]?.string ?? "-" }

    /// A member of the body that is a whole number.
    func number(_ member: String) -> Int64? { json?[member]?.number?.integer }

    /// The `records` of a finding.
    var range: ClosedRange<UInt64>? {
        guard let bounds = json?["records"]?.array?.compactMap({ $0.number?.integer }), bounds.count == 2,
            bounds[0] <= bounds[1]
        else { return nil }
        return UInt64(bounds[0])...UInt64(bounds[1])
    }
}

extension MonotonicTime {
    /// The time in seconds with three digits; times of tests are whole milliseconds.
    var second: String {
        let thousandths = String(microseconds / 1_000 % 1_000)
        return "\(microseconds / 1_000_000)." + String(repeating: "0", count: 3 - thousandths.count) + thousandths
    }
}
