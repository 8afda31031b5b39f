import Foundation
import Testing
import VitalsTestKit

@testable import VitalsTools

@Suite("Judging a series")
struct SeriesTests {
    let bench: Workbench
    let output = MemoryOutput()

    init() throws { bench = try Workbench() }

    private func judge(
        _ text: String, by detector: SeriesDetector = .trend, as form: SeriesJudgement.Form = .json
    ) throws {
        let file = try bench.file("series.csv", text)
        try SeriesJudgement(by: detector, as: form).judge(file, to: output)
    }

    @Test("Each row is a line with its number, its time and the evaluation; header, blanks and white space are none")
    func rows() throws {
        try judge("timestamp,value\r\n2014-02-14 14:30:00,0.5\r\n\r\n2014-02-14 14:35:00, \r\nlater,-2 \r\n")
        let evaluations = [
            #"{"decision":"not-assessed","numbers":{"sampleQ16":32768},"refusal":"warming-up"}"#,
            #"{"decision":"not-assessed","numbers":{},"refusal":"gap"}"#,
            #"{"decision":"not-assessed","numbers":{"residualQ27":20971520,"residualRecordQ27":0,"sampleQ16":-131072,"#
                + #""spikeQ26":167772160,"spikeRecordQ26":0,"variabilityQ26":2621440,"variabilityRecordQ26":0},"#
                + #""refusal":"warming-up"}"#,
        ]
        let times = ["2014-02-14 14:30:00", "2014-02-14 14:35:00", "later"]
        let subject = bench.path("series.csv")
        for (index, evaluation) in evaluations.enumerated() {
            let head = #"{"detector":"trend","evaluation":\#(evaluation),"kind":"trace","row":\#(index + 1),"#
            let tail = #""subject":"\#(subject)","time":"\#(times[index])","version":1}"#
            #expect(String(output.lines[index]) == head + tail)
        }
        #expect(output.lines.count == 3)
    }

    @Test("Columns are time, value and score; values alone, missing ones and a last line without an end are taken too")
    func columns() throws {
        let rows = (0..<60).map { $0 == 55 ? "100" : $0 == 57 ? "nan" : "\($0 % 2)" }
        try judge(rows.joined(separator: "\n"), as: .csv)
        #expect(output.lines.count == 61 && output.lines[0] == "time,value,score")
        #expect(output.lines[1] == ",0," && output.lines[50] == ",1,")
        #expect(output.lines[51].hasSuffix("0.000000") == false && output.lines[51].hasPrefix(",0,0."))
        #expect(output.lines[56].hasPrefix(",100,0.99"))
        #expect(output.lines[57] == ",0,0.000000")
        #expect(output.lines[58] == ",nan,")
    }

    @Test("What is written does not depend on how the file comes in chunks, nor on its compression")
    func chunks() throws {
        var random = SplitMix64(seed: 1)
        let rows = (0..<30_000).map { "t\($0),\(random.int(-99_999...99_999)).25" }
        try judge(rows.joined(separator: "\n") + "\n", as: .csv)
        #expect(output.lines.count == 30_001)
        let gzip = Process()
        gzip.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        gzip.arguments = ["gzip", bench.path("series.csv")]
        try gzip.run()
        gzip.waitUntilExit()
        let again = MemoryOutput()
        try SeriesJudgement(as: .csv).judge(bench.path("series.csv.gz"), to: again)
        #expect(again.bytes == output.bytes)
    }

    @Test("A row without a number is named by file and line, and what came before it stands written")
    func fault() throws {
        let subject = bench.path("series.csv")
        let error = #expect(throws: ToolError.self) { try judge("a,1\nb,2\nc,x\n") }
        #expect(
            error?.description
                == "\(subject): line 3: the value is no number; correct it, or leave it empty where there is none")
        #expect(error?.status == 65)
        #expect(output.lines.count == 2)
        let whole = #expect(throws: ToolError.self) { try judge("1\n1.5\n", by: .discord(window: 64, history: 64)) }
        #expect(whole?.description.contains("line 2: the value is no whole number of 32 bits") == true)
        let long = #expect(throws: ToolError.self) { try judge("1\n" + String(repeating: "7", count: 5_000)) }
        #expect(long?.description.contains("line 2 is longer than 4096 bytes") == true)
        #expect(throws: (any Error).self) { try SeriesJudgement().judge(bench.path("none.csv"), to: output) }
    }

    @Test("Every detector that is named can be made, and others and their ranges are refused with the choice")
    func detectors() throws {
        for name in SeriesDetector.names { _ = try SeriesDetector(named: name) }
        let unknown = #expect(throws: ToolError.self) { try SeriesDetector(named: "astrology") }
        #expect(
            unknown?.description
                == "--detector: there is no detector \"astrology\" for a series; choose one of trend, discord, "
                + "pulse-wave, pulse-quality, desaturation-compatible")
        #expect(unknown?.status == 64)
        var options = SeriesDetector.Options()
        options.window = 0
        let small = #expect(throws: ToolError.self) { try SeriesDetector(named: "discord", options) }
        #expect(small?.description.hasPrefix("--window: 0 is out of range; choose ") == true)
        let form = #expect(throws: ToolError.self) {
            try SeriesJudgement(by: .discord(window: 64, history: 64), as: .csv)
        }
        #expect(form?.status == 64)
    }

    @Test("A desaturation of the published definition is found in rows of percent, one a second")
    func desaturation() throws {
        let falling = [97.0, 97, 96, 95, 94, 93, 92, 92, 92, 92, 92, 92, 93, 94, 95, 96, 97, 97]
        let rows = Array(repeating: 97.0, count: 60) + falling + Array(repeating: 97.0, count: 200)
        try judge(rows.map { "\($0)" }.joined(separator: "\n"), by: .compatibleDesaturation(fall: 3))
        let found = output.lines.filter { $0.contains(#""decision":"desaturation""#) }
        #expect(found.count == 1)
        #expect(found.first?.contains(#""begin":62,"#) == true)
        #expect(output.lines[0].contains(#""valueHundredths":9700"#))
    }

    @Test("A discord's evaluation has its window and neighbour")
    func discord() throws {
        let rows = (0..<200).map { "\(($0 % 20 < 10 ? 100 : 0) + ($0 == 150 ? 70 : $0 % 3))" }
        try judge(rows.joined(separator: "\n"), by: .discord(window: 16, history: 128))
        #expect(output.lines.count == 200)
        #expect(output.lines.last?.contains(#""neighbourStart":"#) == true)
    }
}
