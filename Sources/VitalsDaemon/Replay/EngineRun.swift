public import VitalsCore
public import VitalsKernels
public import VitalsModel
public import VitalsStore

/// One run of an engine into a journal, begun anew or resumed (docs/decisions/0002-resume-by-re-execution.md).
///
/// Records that the journal holds already come out as nothing; those behind its head come out to be appended.
public struct EngineRun {
    private var engine: Engine
    private var effects: [Effect] = []
    private let journal: Journal
    private let head: UInt64

    /// Whether this run goes on with one that the journal holds.
    public let isResumed: Bool
    /// Whether everything so far was in the journal already.
    public private(set) var isCatchingUp: Bool

    /// What an input came to.
    public struct Outcome {
        /// Records to append, in order.
        public var records: [Record] = []
        /// What to tell whoever runs the gateway.
        public var logs: [LogLine] = []

        /// Nothing yet.
        public init() {}
    }

    /// Begins a run, or resumes the journal's last one when it began as this one would.
    ///
    /// - Throws: `JournalError`.
    public init(
        configuration: EngineConfiguration, kernels: KernelTable, start: Stamp, journal: Journal,
        into outcome: inout Outcome
    ) throws {
        let digest = EngineDigest.of(configuration)
        self.journal = journal
        head = journal.head
        func makeEngine(from sequence: UInt64) -> (Engine, [Effect]) {
            var engine = Engine(
                configuration: configuration, digest: digest, version: Version.text, kernels: kernels,
                nextSequence: sequence)
            var effects: [Effect] = []
            engine.handle(.start(start), into: &effects)
            return (engine, effects)
        }
        if let last = try journal.reader.last(.start) {
            let (engine, effects) = makeEngine(from: last.sequence)
            if case .append(let record)? = effects.first, record == last {
                self.engine = engine
                isResumed = true
                isCatchingUp = true
                try take(effects, into: &outcome)
                return
            }
        }
        let (engine, effects) = makeEngine(from: head + 1)
        self.engine = engine
        isResumed = false
        isCatchingUp = false
        try take(effects, into: &outcome)
    }

    /// When a tick is due at the latest if nothing else happens; nil when nothing is.
    public var deadline: MonotonicTime? { engine.deadline }

    /// Handles one input.
    ///
    /// - Throws: `JournalError` when a record differs from the one that the journal holds.
    public mutating func handle(_ input: EngineInput, into outcome: inout Outcome) throws {
        effects.removeAll(keepingCapacity: true)
        engine.handle(input, into: &effects)
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
