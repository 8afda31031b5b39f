import VitalsCore
import VitalsDaemon
import VitalsJSON
import VitalsKernels
import VitalsModel
import VitalsStore

/// Judges again what the records of a run say: the engine of the product is given what the journal shows that the run
/// was given, and what it makes is compared with what stands there.
struct Rejudgement {
    /// What came of it.
    enum Verdict: Hashable {
        /// Every evaluation, decision and time is the same. `isWholeRecord`: so is every byte of the records, their
        /// sequences included.
        case same(isWholeRecord: Bool)
        /// What the engine made differs in these members.
        case different([Difference])
        /// The engine made no such record.
        case absent(UInt64)
        /// It could not be judged again, and why.
        case impossible(String)
    }

    /// A member that came out differently.
    struct Difference: Hashable {
        /// The record.
        let sequence: UInt64
        /// The path of the member.
        let member: String
        /// What the journal holds.
        let recorded: String
        /// What the engine made.
        let made: String
    }

    /// What came of it.
    private(set) var verdict: Verdict
    /// The records that it was judged from, itself included.
    private(set) var records: ClosedRange<UInt64>
    /// The count of inputs that the engine was given.
    private(set) var inputs = 0
    /// The last evaluations up to the finding of each thing that its detector judges of the sensor, as traced, oldest
    /// first, by subject.
    private(set) var trace: [String: [JSONValue]] = [:]
    /// The samples of the sensor, and of the one that it was compared with, in the window that is shown.
    private(set) var samples: [SensorEvent] = []

    private let targets: [Record]
    /// Whose samples are shown.
    private let sensors: Set<SensorAddress>
    private let window: ClosedRange<MonotonicTime>
    private var made: [UInt64: Record] = [:]

    /// Judges again, or at least gathers the samples of the window when the configuration is not known.
    ///
    /// - Parameters:
    ///   - targets: the records to make again, oldest first, all of one run.
    ///   - run: that run.
    ///   - configuration: its configuration, or why it is not known.
    ///   - window: what is shown.
    init(
        _ targets: [Record], of run: RecordedRun, configuration: Result<EngineConfiguration, RunConfiguration.Unknown>,
        kernels: KernelTable, window: ClosedRange<MonotonicTime>, in reader: JournalReader, _ progress: ProgressLine
    ) throws {
        self.targets = targets
        sensors = Set(targets.compactMap(\.sensor) + targets.compactMap(\.companion))
        self.window = window
        records = run.start.sequence...max(run.start.sequence, targets.last?.sequence ?? 0)
        verdict = .same(isWholeRecord: true)
        var engine: Engine?
        var blockSeconds = CoreLimits.blockSeconds.upperBound
        switch configuration {
        case .success(let configuration):
            blockSeconds = configuration.blockSeconds
            engine = Engine(
                configuration: configuration, digest: run.digest, version: run.version, kernels: kernels,
                nextSequence: run.start.sequence, history: run.history, tracing: tracing)
        case .failure(let unknown): verdict = .impossible(unknown.description)
        }
        var source = JournalInputs(of: run, blockSeconds: blockSeconds, in: reader)
        try play(&source, &engine, from: run.start.stamp, progress)
        guard engine != nil else { return }
        verdict = source.missing.map { .impossible("record \($0) of the run is gone") } ?? compare()
    }

    /// Which evaluations are wanted: those of the detector of the finding.
    private var tracing: Tracing {
        targets.first { $0.kind == .finding }.map { .detectors([$0.subject]) } ?? .off
    }

    /// Gives the engine everything up to the last target, and what is shown behind it to the samples.
    private mutating func play(
        _ source: inout JournalInputs, _ engine: inout Engine?, from start: Stamp, _ progress: ProgressLine
    ) throws {
        let last = targets.map(\.stamp).max { $0.monotonic < $1.monotonic } ?? start
        var effects: [Effect] = []
        var isJudged = false
        engine?.handle(.start(start), into: &effects)
        take(&effects, at: start.monotonic)
        while let entry = try source.next() {
            let stamp = entry.input.stamp
            if stamp.monotonic > window.upperBound && isJudged { break }
            gather(entry.input)
            guard !isJudged else { continue }
            engine?.handle(entry.input, into: &effects)
            inputs += 1
            records = records.lowerBound...max(records.upperBound, entry.sequence)
            take(&effects, at: stamp.monotonic)
            isJudged = stamp.monotonic > last.monotonic
            progress.update { "judging again: record \(entry.sequence)" }
        }
        guard !isJudged else { return }
        // What came of time alone, and then what came of the end.
        engine?.handle(.tick(last), into: &effects)
        take(&effects, at: last.monotonic)
        guard made.count < targets.count else { return }
        engine?.handle(.stop(last), into: &effects)
        take(&effects, at: last.monotonic)
    }

    private mutating func take(_ effects: inout [Effect], at time: MonotonicTime) {
        for effect in effects {
            switch effect {
            case .append(let record): take(record)
            case .trace(let line):
                guard time >= window.lowerBound, let value = try? JSONParser.parse(line) else { continue }
                note(value)
            case .log: break
            }
        }
        effects.removeAll(keepingCapacity: true)
    }

    private mutating func take(_ record: Record) {
        for target in targets where target.isSameEvent(as: record) {
            // Several findings of one moment: the one that is all the same is meant, else the first.
            if made[target.sequence] == nil || record.body == target.body { made[target.sequence] = record }
        }
    }

    /// Keeps the evaluations of the finding's own sensor up to its time.
    private mutating func note(_ value: JSONValue) {
        guard let finding = targets.first(where: { $0.kind == .finding }),
            value["sensor"]?.string == finding.sensor?.description,
            let time = value["monotonic"]?.number?.integer, time <= finding.stamp.monotonic.microseconds,
            let subject = value["subject"]?.string
        else { return }
        trace[subject, default: []].append(value)
        if trace[subject, default: []].count > VitalsToolsLimits.explainedEvaluations {
            trace[subject]?.removeFirst()
        }
    }

    private mutating func gather(_ input: EngineInput) {
        guard case .sensor(let event) = input, window.contains(event.stamp.monotonic),
            case .value(let sensor, _, _) = event.kind, sensors.contains(sensor)
        else { return }
        samples.append(event)
    }

    private func compare() -> Verdict {
        var differences: [Difference] = []
        var isWhole = true
        for target in targets {
            guard let record = made[target.sequence] else { return .absent(target.sequence) }
            isWhole = isWhole && record.sequence == target.sequence && record.body == target.body
            differences += target.differences(from: record)
        }
        return differences.isEmpty ? .same(isWholeRecord: isWhole) : .different(differences)
    }
}

extension Record {
    /// Whether two records say of the same moment, sensor and condition what a run made of it.
    fileprivate func isSameEvent(as other: Record) -> Bool {
        guard kind == other.kind, sensor == other.sensor, subject == other.subject,
            stamp.monotonic == other.stamp.monotonic
        else { return false }
        guard body != other.body else { return true }
        let (mine, others) = (try? JSONParser.parse(body), try? JSONParser.parse(other.body))
        return mine?["condition"] == others?["condition"] && mine?["stream"] == others?["stream"]
            && mine?["state"] == others?["state"]
    }

    /// The members that differ, but for those that hold sequences: they move with every record before them.
    fileprivate func differences(from made: Record) -> [Rejudgement.Difference] {
        guard body != made.body else { return [] }
        let (mine, others) = (
            (try? JSONParser.parse(body))?.leaves ?? [:], (try? JSONParser.parse(made.body))?.leaves ?? [:]
        )
        return Set(mine.keys).union(others.keys).sorted().compactMap { member in
            let isReference = ["records", "cause", "raised"].contains { member == $0 || member.hasPrefix($0 + ".") }
            guard !isReference, mine[member] != others[member] else { return nil }
            return Rejudgement.Difference(
                sequence: sequence, member: member, recorded: mine[member] ?? "nothing",
                made: others[member] ?? "nothing")
        }
    }
}

extension JSONValue {
    /// Everything that is neither an object nor an array, by its path.
    fileprivate var leaves: [String: String] {
        var leaves: [String: String] = [:]
        collect("", &leaves)
        return leaves
    }

    private func collect(_ path: String, _ leaves: inout [String: String]) {
        func inner(_ name: String) -> String { path.isEmpty ? name : "\(path).\(name)" }
        switch self {
        case .object(let members): for member in members { member.value.collect(inner(member.name), &leaves) }
        case .array(let elements):
            for (index, element) in elements.enumerated() { element.collect(inner("\(index)"), &leaves) }
        case .string(let text): leaves[path] = text
        case .number(let number): leaves[path] = number.text
        case .bool(let truth): leaves[path] = truth ? "true" : "false"
        case .null: leaves[path] = "null"
        }
    }
}
