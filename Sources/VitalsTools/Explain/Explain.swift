import VitalsCore
import VitalsDaemon
import VitalsJSON
import VitalsKernels
import VitalsModel
import VitalsStore

/// Explains a finding or an alarm: what was judged by what, and whether judging it again gives the same bits.
public struct Explain {
    private let options: ExplainOptions
    private let output: any ByteOutput
    private let style: ExplanationText.Style
    private let progress: ProgressLine

    /// An explanation for people or programs, written to `output`, which may be a terminal.
    public init(_ options: ExplainOptions, output: any ByteOutput, progress: ProgressLine? = nil) {
        self.init(options, output: output, style: .ofOutput, progress: progress)
    }

    /// The same in a style of its own.
    init(
        _ options: ExplainOptions, output: any ByteOutput, style: ExplanationText.Style, progress: ProgressLine? = nil
    ) {
        self.options = options
        self.output = output
        self.style = style
        self.progress = progress ?? ProgressLine(isBesideOutput: false)
    }

    /// Writes the explanation; true when judging again gave the same bits.
    ///
    /// - Throws: `ToolError`, `JournalError`, `ConfigurationError` or `KernelError` when there is nothing to explain.
    public func run() throws -> Bool {
        defer { progress.clear() }
        let reference = try RecordReference(options.record)
        let reader = try JournalReader(path: try journalPath(), protection: options.protection)
        let evidence = try Evidence(reference, in: reader)
        let run = try RecordedRun(of: evidence.oldest, in: reader)
        let judged = Self.judged(evidence)
        let window = Self.window(around: judged, since: run.start.stamp.monotonic)
        let kernels = try KernelTable(KernelLevel(named: options.kernels ?? KernelLevel.automatic))
        let rejudgement = try Rejudgement(
            evidence.targets(in: run, reader), of: run,
            configuration: RunConfiguration.find(run, file: options.configuration), kernels: kernels, window: window,
            in: reader, progress)
        let explanation = Explanation(
            evidence: evidence, run: run, identity: reader.identity, rejudgement: rejudgement, judged: judged,
            window: window)
        progress.clear()
        if options.wantsJSON {
            var json = JSONWriter()
            json.value(explanation)
            json.endLine()
            try output.write(json.bytes)
        } else {
            try output.write(ExplanationText(explanation, style).text)
        }
        if case .same = rejudgement.verdict { return true }
        return false
    }

    private func journalPath() throws -> String {
        if let path = options.journal { return path }
        if let file = options.configuration {
            return try DaemonConfiguration(file: file, needsSource: false).journalPath
        }
        throw ToolError(
            "--journal", "no journal is named", remedy: "give --journal PATH, or --config FILE of the daemon",
            status: ExitStatus.usage)
    }

    /// What was judged, as the finding says; else from the alarm's beginning to its raising.
    private static func judged(_ evidence: Evidence) -> ClosedRange<MonotonicTime> {
        let record = evidence.cause ?? evidence.asked
        let body = try? JSONParser.parse(record.body)
        let alarm = try? JSONParser.parse((evidence.alarm ?? record).body)
        let end = evidence.alarm.map { max($0.stamp.monotonic, record.stamp.monotonic) } ?? record.stamp.monotonic
        let from = body?["from"]?.number?.integer ?? alarm?["since"]?.number?.integer
        return min(from.map { MonotonicTime(microseconds: $0) } ?? end, end)...end
    }

    /// What is shown: the judged span with some time around it, as far as the run goes back.
    private static func window(
        around judged: ClosedRange<MonotonicTime>, since start: MonotonicTime
    ) -> ClosedRange<MonotonicTime> {
        let span = (judged.upperBound - judged.lowerBound).microseconds
        let least = VitalsToolsLimits.explainedMargin.microseconds
        let before = MonotonicTime.Span(microseconds: max(span / 2, least))
        let after = MonotonicTime.Span(microseconds: max(span / 4, least / 2))
        let first = MonotonicTime(
            microseconds: judged.lowerBound.microseconds.subtractingSaturating(before.microseconds))
        return min(max(first, start), judged.lowerBound)...judged.upperBound + after
    }
}
