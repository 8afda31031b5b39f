import VitalsCore
import VitalsDaemon
import VitalsJSON
import VitalsModel

/// An explanation for people.
struct ExplanationText {
    /// For what it is made.
    struct Style: Hashable, Sendable {
        /// Columns of the output.
        var columns: Int
        /// Whether braille and lines may be used; else ASCII alone.
        var isUnicode: Bool

        /// That of standard output: a terminal's width and signs, or plain text.
        static var ofOutput: Style {
            Terminal.isOutput
                ? Style(columns: min(Terminal.size.columns, VitalsToolsLimits.plotColumnsMax), isUnicode: true)
                : Style(columns: VitalsToolsLimits.terminalColumns, isUnicode: false)
        }
    }

    private let explanation: Explanation
    private let style: Style

    /// The text of an explanation.
    init(_ explanation: Explanation, _ style: Style) {
        self.explanation = explanation
        self.style = style
    }

    /// All of it.
    var text: String {
        let parts = [facts, plot, numbers, evaluations, verdict]
        return parts.filter { !$0.isEmpty }.map { $0.map { $0 + "\n" }.joined() }.joined(separator: "\n")
    }

    // MARK: What, when, by what

    private var facts: [String] {
        let (asked, run) = (explanation.evidence.asked, explanation.run)
        var table = TextTable([.left, .left])
        table.add([
            "Record",
            "\(explanation.identity.epoch):\(asked.sequence), \(asked.kind.name), of \(explanation.identity.gateway)",
        ])
        table.add(["What", explanation.condition + (ConditionText.of(explanation.condition).map { ": \($0)" } ?? "")])
        table.add([
            "Sensor",
            asked.sensor.map {
                "\($0)" + (explanation.finding?.companion.map { " and \($0)" } ?? "")
                    + (explanation.stream.map { ", \($0)" } ?? "")
            } ?? "the gateway",
        ])
        table.add(["When", when(asked.stamp)])
        for line in alarmLines { table.add(line) }
        for line in judgementLines { table.add(line) }
        table.add([
            "Run", "from record \(run.start.sequence), \(when(run.start.stamp)), by vitalsd \(run.version.printable)",
        ])
        table.add(["Configuration", run.digest.printable])
        return table.lines
    }

    private func when(_ stamp: Stamp) -> String {
        stamp.wall.rfc3339 + (stamp.isSynchronised ? "" : " (clock not synchronised)") + ", data time "
            + NumberForm("Microseconds").text(stamp.monotonic.microseconds) + " s"
    }

    private var alarmLines: [[String]] {
        guard let alarm = explanation.evidence.alarm, let body = try? JSONParser.parse(alarm.body) else { return [] }
        var lines = [
            [
                "Alarm",
                "record \(alarm.sequence), \(body["priority"]?.string ?? "") priority, \(body["kind"]?.string ?? ""), raised \(alarm.stamp.wall.rfc3339)",
            ]
        ]
        let asked = explanation.evidence.asked
        if asked.kind == .alarm, asked != alarm, let end = try? JSONParser.parse(asked.body) {
            let lasted = (asked.stamp.monotonic - alarm.stamp.monotonic).text
            lines.append(["", "\(end["state"]?.string ?? "ended") \(asked.stamp.wall.rfc3339), after \(lasted)"])
        }
        return lines
    }

    private var judgementLines: [[String]] {
        guard let cause = explanation.evidence.cause else { return [["Cause", "not in this journal any more"]] }
        guard let finding = explanation.finding, let body = explanation.body else {
            return [
                [
                    "Cause",
                    "record \(cause.sequence), \(cause.kind.name): \(String(decoding: cause.body, as: UTF8.self).printable)",
                ]
            ]
        }
        let span = (finding.stamp.monotonic - explanation.judged.lowerBound).text
        var lines = [["Finding", "record \(finding.sequence), by \((body["detector"]?.string ?? "").printable)"]]
        let decision = body["evaluation"]?["decision"]?.string ?? ""
        lines.append([
            "Decision", decision.printable + (body["evaluation"]?["refusal"]?.string.map { ": \($0)" } ?? ""),
        ])
        var judged = "\(span) from \(explanation.wall(explanation.judged.lowerBound).rfc3339)"
        if let range = body["records"]?.array, let first = range.first?.number?.text,
            let last = range.last?.number?.text
        {
            judged += ", samples in records \(first) to \(last)"
        }
        lines.append(["Judged", judged])
        return lines
    }

    // MARK: The window

    private var plot: [String] {
        var lines = explanation.series.map { drawn($0, explanation.levels) } ?? []
        if let companion = explanation.companion { lines += drawn(companion, []) }
        guard !lines.isEmpty else { return [] }
        let clock = { (time: MonotonicTime) in String(explanation.wall(time).rfc3339.dropFirst(11).prefix(8)) }
        let legend =
            "\(clock(explanation.window.lowerBound)) to \(clock(explanation.window.upperBound)) UTC; "
            + "\(style.isUnicode ? "━" : "=") judged; marks under the axis: x no measurement, ? doubtful"
        return lines + [legend]
    }

    private func drawn(_ series: PlotSeries, _ levels: [Plot.Level]) -> [String] {
        Plot(
            series, over: explanation.window, judged: explanation.judged, levels: levels,
            style: Plot.Style(columns: style.columns, rows: VitalsToolsLimits.plotRows, isUnicode: style.isUnicode)
        ).lines
    }

    // MARK: The numbers

    private var numbers: [String] {
        let numbers = explanation.numbers
        guard !numbers.isEmpty else { return [] }
        var table = TextTable([
            ("Number", .left), ("Value", .right), ("Unit", .left), ("In the record", .right), ("Meaning", .left),
        ])
        for number in numbers {
            table.add([number.member, number.text, number.unit, "\(number.raw)", number.meaning])
        }
        return table.lines
    }

    /// The evaluations that led to the finding, with the numbers that moved, as many as fit.
    private var evaluations: [String] {
        let evaluations = explanation.evaluations
        guard evaluations.count > 1 else { return [] }
        var members = Explanation.varying(evaluations)
        while true {
            let forms = members.map { NumberForm($0).stem }
            var table = TextTable([("Evaluation", .left), ("Decision", .left)] + forms.map { ($0, .right) })
            for evaluation in evaluations {
                let time = String(explanation.wall(evaluation.time).rfc3339.dropFirst(11))
                table.add([time, evaluation.decision.printable] + members.map { explanation.text($0, in: evaluation) })
            }
            if members.isEmpty || table.lines.allSatisfy({ $0.count <= style.columns }) { return table.lines }
            members.removeLast()
        }
    }

    // MARK: The verdict

    private var verdict: [String] {
        let rejudgement = explanation.rejudgement
        let (first, last) = (rejudgement.records.lowerBound, rejudgement.records.upperBound)
        let from = "re-judged from records \(first) to \(last) (\(rejudgement.inputs.counted("input")))"
        let version = explanation.run.version == Version.text ? "" : ", by vitalsctl \(Version.text)"
        switch rejudgement.verdict {
        case .same(let isWhole):
            return ["\(from)\(version): same bits" + (isWhole ? ", and so is every byte of the records" : "")]
        case .different(let differences):
            var table = TextTable([
                ("Record", .right), ("Member", .left), ("In the journal", .left), ("Re-judged", .left),
            ])
            for difference in differences.prefix(VitalsToolsLimits.listedMax) {
                table.add([
                    "\(difference.sequence)", difference.member, difference.recorded.printable,
                    difference.made.printable,
                ])
            }
            return ["\(from)\(version): NOT the same"] + table.lines
        case .absent(let sequence): return ["\(from)\(version): record \(sequence) did not come out again"]
        case .impossible(let reason): return ["not re-judged: \(reason)"]
        }
    }
}
