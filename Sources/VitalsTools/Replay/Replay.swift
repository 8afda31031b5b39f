import VitalsCore
import VitalsDaemon
import VitalsFiles
import VitalsKernels
import VitalsModel

/// Plays recordings through the engine and writes what it appends: one line a record, in order.
///
/// The same recordings and configuration give the same bytes on any processor, with any kernels and at any speed.
public struct Replay {
    private let options: ReplayOptions
    private let output: any ByteOutput
    private let notes: any ByteOutput
    private let progress: ProgressLine

    /// A replay. Records go to `output`, what else there is to say to `notes`.
    public init(
        _ options: ReplayOptions, output: any ByteOutput, notes: any ByteOutput, progress: ProgressLine? = nil
    ) {
        self.options = options
        self.output = output
        self.notes = notes
        self.progress = progress ?? ProgressLine(isBesideOutput: !options.wantsDigest)
    }

    /// Plays everything. A damaged recording is played up to its damage, and the error comes at the end.
    public func run() throws {
        defer { progress.clear() }
        let configuration = try options.configuration.map { try DaemonConfiguration(file: $0, needsSource: false) }
        let level = options.kernels ?? configuration?.kernels ?? KernelLevel.automatic
        let kernels = try KernelTable(KernelLevel(named: level))
        let sources = try options.files.map { try RecordedEvents(path: $0) }
        let engines = EngineMaker(
            configuration: configuration?.engine ?? EngineConfiguration(), kernels: kernels,
            tracing: options.tracing)
        let journal = try options.journal.map {
            try ReplayJournal(
                path: $0, gateway: configuration?.gateway ?? ReplayJournal.standardGateway,
                starts: sources.map(\.start), engines)
        }
        var lines = options.wantsDigest ? RecordLines() : RecordLines(to: output)
        var logs = LogTally()
        var sequence: UInt64 = 1
        for (index, source) in sources.enumerated() {
            let first = journal?.firstSequence(ofRun: index, after: sequence - 1) ?? sequence
            var run = engines.engine(from: first)
            try play(source, &run, into: &lines, journal, &logs)
            sequence = run.nextSequence
        }
        try journal?.finish()
        if let digest = try lines.digest() { try output.write(digest + "\n") }
        progress.clear()
        for line in logs.lines { try notes.write("vitalsctl: \(line)\n") }
        if let damage = sources.lazy.compactMap(\.damage).first { throw damage }
    }

    /// One run: start, every event, stop at the last event's time.
    private func play(
        _ source: RecordedEvents, _ engine: inout Engine, into lines: inout RecordLines, _ journal: ReplayJournal?,
        _ logs: inout LogTally
    ) throws {
        var pace = ReplayPace(speed: options.speed)
        var effects: [Effect] = []
        var last = source.start
        engine.handle(.start(last), into: &effects)
        try take(&effects, &lines, journal, &logs)
        if let first = source.peek() { pace.begin(at: Clock.now, data: first.stamp.monotonic) }
        while let event = source.next() {
            if options.speed > 0 { try wait(for: event, pace, &lines, journal) }
            engine.handle(.sensor(event), into: &effects)
            last = event.stamp
            try take(&effects, &lines, journal, &logs)
            progress.update {
                "replaying \(source.path): \((last.monotonic - source.start.monotonic).text) of data, "
                    + "\(engine.nextSequence - 1) records"
            }
        }
        engine.handle(.stop(last), into: &effects)
        try take(&effects, &lines, journal, &logs)
    }

    /// Sleeps until the event is due. Whoever waits sees everything up to it.
    private func wait(
        for event: SensorEvent, _ pace: ReplayPace, _ lines: inout RecordLines, _ journal: ReplayJournal?
    ) throws {
        guard let due = pace.due(event.stamp.monotonic), due > Clock.now else { return }
        try lines.flush()
        try journal?.pause()
        _ = Clock.sleep(until: due)
    }

    private func take(
        _ effects: inout [Effect], _ lines: inout RecordLines, _ journal: ReplayJournal?, _ logs: inout LogTally
    ) throws {
        for effect in effects {
            switch effect {
            case .append(let record):
                try journal?.append(record)
                try lines.write(record)
            case .trace(let line): try lines.write(trace: line)
            case .log(let line): logs.count(line)
            }
        }
        effects.removeAll(keepingCapacity: true)
    }
}

/// Makes the engines of one replay, which differ in their first sequence alone.
struct EngineMaker {
    let configuration: EngineConfiguration
    let kernels: KernelTable
    let tracing: Tracing
    private let digest: String

    init(configuration: EngineConfiguration, kernels: KernelTable, tracing: Tracing) {
        self.configuration = configuration
        self.kernels = kernels
        self.tracing = tracing
        digest = EngineDigest.of(configuration)
    }

    /// An engine whose first record has the sequence `first`.
    func engine(from first: UInt64) -> Engine {
        Engine(
            configuration: configuration, digest: digest, version: Version.text, kernels: kernels,
            nextSequence: first, tracing: tracing)
    }

    /// The record with which a run begins.
    func startRecord(_ start: Stamp, sequence: UInt64) -> Record? {
        var engine = engine(from: sequence)
        var effects: [Effect] = []
        engine.handle(.start(start), into: &effects)
        return effects.lazy.compactMap { if case .append(let record) = $0 { record } else { nil } }.first
    }
}
