import VitalsDaemon
import VitalsDetection
import VitalsFiles
import VitalsJSON

/// Judges series of numbers from text by a detector that takes any series, sample by sample, with the very code that
/// the daemon runs on its sensors.
public struct SeriesJudgement {
    /// What is written of each evaluation.
    public enum Form: Hashable, Sendable {
        /// A line of JSON with everything that it was made from.
        case json
        /// `time,value,score`, for the trend alone.
        case csv
    }

    private let detector: SeriesDetector
    private let form: Form

    /// A judgement by a detector.
    ///
    /// - Throws: `ToolError` when the form is not one of the detector's.
    public init(by detector: SeriesDetector = .trend, as form: Form = .json) throws(ToolError) {
        guard form == .json || detector == .trend else {
            throw ToolError(
                "--csv", "only the trend has one score a row", remedy: "leave it out, and read the lines of JSON",
                status: ExitStatus.usage)
        }
        self.detector = detector
        self.form = form
    }

    /// Writes the evaluations of a file's rows, as the file is read; `-` is standard input.
    ///
    /// A row is `time,value`, or a value alone; the last column is the value. A first line whose value is no number is
    /// the header. An empty value, or `nan`, is a missing sample. Plain or gzip.
    public func judge(_ path: String, to output: any ByteOutput) throws {
        let file = try CaptureFile(path: path == "-" ? "/dev/stdin" : path)
        var series = Series(path: path, form: form, detector: detector, judge: detector.judge())
        var rows = SeriesRows(of: path)
        if form == .csv { try output.write("time,value,score\n") }
        do {
            while let chunk = try file.next() {
                for row in try rows.rows(completedBy: chunk) { try series.take(row) }
                try series.flush(to: output, over: VitalsToolsLimits.outputBytes)
            }
            for row in try rows.finish() { try series.take(row) }
        } catch {
            // What was judged before the fault is good.
            try series.flush(to: output, over: 0)
            throw error
        }
        series.finish()
        try series.flush(to: output, over: 0)
    }
}

/// One series under judgement.
private struct Series {
    let path: String
    let form: SeriesJudgement.Form
    let detector: SeriesDetector
    let judge: (SeriesDetector.Sample, SeriesDetector.Report) -> Void
    private(set) var rowCount = 0
    private var last: SeriesRow?
    private var json = JSONWriter()

    init(
        path: String, form: SeriesJudgement.Form, detector: SeriesDetector,
        judge: @escaping (SeriesDetector.Sample, SeriesDetector.Report) -> Void
    ) {
        self.path = path
        self.form = form
        self.detector = detector
        self.judge = judge
    }

    mutating func take(_ row: SeriesRow) throws(ToolError) {
        let number = row.isMissing ? nil : detector.number(row.value)
        guard number != nil || row.isMissing else {
            if row.line == 1 { return }
            throw ToolError(
                path, "line \(row.line): the value is no \(detector.sampleName)",
                remedy: "correct it, or leave it empty where there is none", status: ExitStatus.badInput)
        }
        rowCount += 1
        last = row
        judge(number.map { .number($0) } ?? .missing) { write($1, by: $0) }
    }

    mutating func finish() { judge(.end) { write($1, by: $0) } }

    mutating func flush(to output: any ByteOutput, over bytes: Int) throws {
        guard json.bytes.count > bytes else { return }
        try output.write(json.bytes)
        json.removeAll()
    }

    private mutating func write(_ evaluation: any DetectorOutput, by identity: DetectorIdentity) {
        switch form {
        case .json: writeObject(evaluation, by: identity)
        case .csv: writeColumns(evaluation)
        }
        json.endLine()
    }

    private mutating func writeObject(_ evaluation: any DetectorOutput, by identity: DetectorIdentity) {
        let (path, row, time) = (path, rowCount, last?.time.map { String(decoding: $0, as: UTF8.self) })
        json.object { json in
            json.member("detector", identity.name)
            json.name("evaluation")
            json.object { json in
                json.member("decision", evaluation.decisionName)
                json.name("numbers")
                json.object { json in evaluation.trace { name, value in json.member(name, value) } }
                if let refusal = evaluation.refusalName { json.member("refusal", refusal) }
            }
            json.member("kind", "trace")
            json.member("row", row)
            json.member("subject", path)
            if let time { json.member("time", time) }
            json.member("version", identity.version)
        }
    }

    private mutating func writeColumns(_ evaluation: any DetectorOutput) {
        guard let last, let score = evaluation as? TrendScore.Output else { return }
        var text = last.time.map { Array($0) } ?? []
        text.append(UInt8(ascii: ","))
        text += last.value
        text.append(UInt8(ascii: ","))
        if score.refusal == nil { text += Self.millionths(ofQ20: score.scoreQ20).utf8 }
        json.raw(text)
    }

    /// A number from 0 to 1 with six decimals, rounded to the nearest.
    private static func millionths(ofQ20 score: Int64) -> String {
        let millionths = (score * 1_000_000 + 1 << 19) >> 20
        let digits = String(millionths % 1_000_000)
        return "\(millionths / 1_000_000)." + String(repeating: "0", count: 6 - digits.count) + digits
    }
}
