public import VitalsCore
internal import VitalsJSON
public import VitalsKernels
public import VitalsModel
public import VitalsStore

/// One run of an engine into a journal, begun anew or, with a recording, resumed
/// (docs/decisions/0002-resume-by-re-execution.md).
///
/// Records that the journal holds already come out as nothing; those behind its head come out to be appended.
public struct EngineRun {
    private var engine: Engine
    private var effects: [Effect] = []
    private let journal: Journal
    private let head: UInt64
    /// Nil with a recording, whose times are what they are.
    private var order: LiveOrder?

    /// Whether this run goes on with one that the journal holds.
    public let isResumed: Bool
    /// Whether everything so far was in the journal already.
    public private(set) var isCatchingUp: Bool

    /// What an input came to.
    public struct Outcome {
        /// Records to append, in order.
        public var records: [Record] = []
        /// What live sensors sent into open blocks, in order: to be noted no later than the records.
        public var arrivals: [Arrival] = []
        /// What to tell whoever runs the gateway.
        public var logs: [LogLine] = []
        /// How many of the records `forgetSettled` has looked at.
        private var settled = 0

        /// Nothing yet.
        public init() {}

        /// Whether there is nothing for the journal.
        package var isEmpty: Bool { records.isEmpty && arrivals.isEmpty }

        /// The journal has taken the records and the arrivals.
        package mutating func didSubmit() {
            records.removeAll(keepingCapacity: true)
            arrivals.removeAll(keepingCapacity: true)
            settled = 0
        }

        /// Forgets the arrivals that records which wait here settle, so that a journal that takes nothing for hours
        /// finds no more of them than open blocks hold.
        package mutating func forgetSettled() {
            var reader = SettlementReader(boot: arrivals.first?.boot)
            for settlement in records[settled...].compactMap({ reader.settlement(of: $0) }) {
                arrivals.removeAll { settlement.covers($0) }
            }
            settled = records.count
        }
    }

    /// Begins a run on a recording, or resumes the journal's last one when it began as this one would.
    ///
    /// - Throws: `JournalError`.
    public init(
        configuration: EngineConfiguration, kernels: KernelTable, start: Stamp, journal: Journal,
        into outcome: inout Outcome
    ) throws {
        self.journal = journal
        head = journal.head
        func begin(at sequence: UInt64) throws -> (Engine, [Effect]) {
            var history = EngineHistory()
            history.openAlarms = try journal.reader.openAlarms(before: sequence)
            return Self.engine(configuration, kernels, start: start, sequence: sequence, history)
        }
        // A run of which records were dropped or lost cannot be compared with the recording: a new one begins.
        if let last = try journal.reader.last(.start), try journal.reader.isUnbroken(from: last.sequence) {
            let (engine, effects) = try begin(at: last.sequence)
            if case .append(let record)? = effects.first, record == last {
                self.engine = engine
                isResumed = true
                isCatchingUp = true
                try take(effects, into: &outcome)
                return
            }
        }
        let (engine, effects) = try begin(at: head + 1)
        self.engine = engine
        isResumed = false
        isCatchingUp = false
        try take(effects, into: &outcome)
    }

    /// Begins a run on live sensors. It never resumes: what nobody received cannot be received again. What a killed run
    /// had received comes out first.
    ///
    /// - Parameter boot: the machine's boot that the monotonic clock belongs to.
    /// - Throws: `JournalError`.
    public init(
        live configuration: EngineConfiguration, kernels: KernelTable, start: Stamp, boot: String, journal: Journal,
        into outcome: inout Outcome
    ) throws {
        self.journal = journal
        head = journal.head
        isResumed = false
        isCatchingUp = false
        var history = EngineHistory()
        history.boot = boot
        history.openAlarms = try journal.reader.openAlarms(before: head + 1)
        if head > 0 { history.last = try journal.reader.records(after: head - 1, limit: 1).first?.stamp }
        history.arrivals = try journal.arrivals()
        order = LiveOrder()
        let (engine, effects) = Self.engine(configuration, kernels, start: start, sequence: head + 1, history)
        self.engine = engine
        try take(effects, into: &outcome)
    }

    private static func engine(
        _ configuration: EngineConfiguration, _ kernels: KernelTable, start: Stamp, sequence: UInt64,
        _ history: EngineHistory
    ) -> (Engine, [Effect]) {
        var engine = Engine(
            configuration: configuration, digest: EngineDigest.of(configuration), version: Version.text,
            kernels: kernels, nextSequence: sequence, history: history)
        var effects: [Effect] = []
        engine.handle(.start(start), into: &effects)
        return (engine, effects)
    }

    /// When a tick is due at the latest if nothing else happens; nil when nothing is.
    public var deadline: MonotonicTime? { engine.deadline }

    /// The sequence that the next record will have.
    public var nextSequence: UInt64 { engine.nextSequence }

    /// Handles one input.
    ///
    /// - Throws: `JournalError` when a record differs from the one that the journal holds.
    public mutating func handle(_ input: EngineInput, into outcome: inout Outcome) throws {
        effects.removeAll(keepingCapacity: true)
        engine.handle(order?.ordered(input) ?? input, into: &effects)
        outcome.arrivals += engine.takeArrivals()
        try take(effects, into: &outcome)
    }

    /// Closes the open block of a sensor's spot checks.
    public mutating func closeSpotChecks(of sensor: SensorAddress, into outcome: inout Outcome) throws {
        effects.removeAll(keepingCapacity: true)
        engine.closeSpotChecks(of: sensor, into: &effects)
        try take(effects, into: &outcome)
    }

    private mutating func take(_ effects: [Effect], into outcome: inout Outcome) throws {
        for effect in effects {
            switch effect {
            case .append(let record):
                if record.sequence <= head {
                    _ = try journal.contains(record)
                } else {
                    isCatchingUp = false
                    outcome.records.append(record)
                }
            case .log(let line): if !isCatchingUp { outcome.logs.append(line) }
            case .trace: break
            }
        }
    }
}

extension JournalReader {
    /// The alarms below a sequence that were raised and never ended.
    fileprivate func openAlarms(before sequence: UInt64) throws -> [EngineHistory.OpenAlarm] {
        try lastAlarms(before: sequence).compactMap { record in
            guard let condition = AlarmCondition(rawValue: record.subject),
                let body = try? JSONParser.parse(record.body), body["state"]?.string == "raised"
            else { return nil }
            let since = body["since"]?.number?.integer.map { MonotonicTime(microseconds: $0) }
            return EngineHistory.OpenAlarm(
                sensor: record.sensor, condition: condition, sequence: record.sequence,
                since: since ?? record.stamp.monotonic)
        }
    }
}
