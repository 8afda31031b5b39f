import Foundation
import GRDB
import Testing
import VitalsCore
import VitalsDaemon
import VitalsJSON
import VitalsKernels
import VitalsModel
import VitalsStore
import VitalsTestKit

@testable import VitalsTools

@Suite("Explaining findings and alarms")
struct ExplainTests {
    let bench: Workbench

    init() throws { bench = try Workbench() }

    /// A journal of a synthesised recording with something of everything.
    private func fill(configuration: String? = nil) throws -> [VitalsCore.Record] {
        try Synthesis(output: bench.path("quick.jsonl")).run(
            scenario: Workbench.fixture("scenarios/quick.toml"), standard: MemoryOutput(), progress: .hidden)
        _ = try bench.digest([bench.path("quick.jsonl")]) {
            $0.configuration = configuration
            $0.journal = bench.path("journal.db")
        }
        return try JournalReader(path: bench.path("journal.db")).records(after: 0, limit: .max)
    }

    private func explain(
        _ record: String, _ change: (inout ExplainOptions) -> Void = { _ in }
    ) throws -> (isSame: Bool, text: String) {
        let output = MemoryOutput()
        var options = ExplainOptions(record: record)
        options.journal = bench.path("journal.db")
        change(&options)
        let style = ExplanationText.Style(columns: 100, isUnicode: false)
        let isSame = try Explain(options, output: output, style: style, progress: .hidden).run()
        return (isSame, output.text)
    }

    private func json(_ record: VitalsCore.Record, kernels: String? = nil) throws -> JSONValue {
        let output = try explain("\(record.sequence)") {
            $0.wantsJSON = true
            $0.kernels = kernels
        }
        return try JSONParser.parse(Array(output.text.utf8))
    }

    /// A journal with these records and no others.
    private func write(_ records: [VitalsCore.Record], to name: String) throws {
        let journal = try Journal(path: bench.path(name), gateway: "gateway", created: WallTime(microseconds: 0))
        try journal.append(records)
        try journal.close()
    }

    @Test("Findings and alarms of every kind are judged again with the same bits, records and all")
    func everyKind() throws {
        let records = try fill().filter { $0.kind == .finding || $0.kind == .alarm }
        // Two of each: all of them, over whole nights, are a part of scripts/validate.
        let kinds = Dictionary(grouping: records) { "\($0.kind) \($0.subject)" }
        #expect(kinds.count >= 12, "the recording shows too little: \(kinds.keys.sorted())")
        for record in kinds.values.flatMap({ $0.prefix(2) }) {
            let told = try json(record)
            #expect(told["rejudged"]?["verdict"]?.string == "same-records", "record \(record.sequence)")
            #expect(told["record"]?["sequence"]?.number?.integer == Int64(record.sequence))
        }
    }

    @Test("The kernels change nothing of it", arguments: ["scalar", "baseline", "auto"])
    func kernels(_ level: String) throws {
        let change = try #require(try fill().first { $0.kind == .finding && $0.subject == "change" })
        #expect(try json(change, kernels: level)["rejudged"]?["verdict"]?.string == "same-records")
    }

    @Test("The text says what, when, by what, shows the window and every number, and ends with the verdict")
    func text() throws {
        let finding = try #require(try fill().first { $0.kind == .finding && $0.subject == "limit" })
        let (isSame, text) = try explain("\(finding.sequence)")
        #expect(isSame)
        let body = try JSONParser.parse(finding.body)
        guard case .object(let numbers)? = body["evaluation"]?["numbers"] else {
            Issue.record("the finding has no numbers")
            return
        }
        for member in numbers {
            #expect(text.contains("\n\(member.name) "), "\(member.name)")
            #expect(text.contains(member.value.number?.text ?? "?"), "\(member.name)")
        }
        for fact in [
            body["condition"]?.string, body["detector"]?.string, body["configuration"]?.string,
            finding.sensor?.description, finding.stamp.wall.rfc3339, "=====", "-----", "** **", "threshold",
        ] {
            #expect(text.contains(fact ?? "?"), "\(fact ?? "?")")
        }
        #expect(text.hasSuffix("same bits, and so is every byte of the records\n"))
        #expect(text.utf8.allSatisfy { $0 < 0x80 }, "plain ASCII where there is no terminal")
        #expect(text.split(separator: "\n").allSatisfy { !$0.hasSuffix(" ") })
    }

    @Test("An alarm leads to its cause, and so does its end")
    func chain() throws {
        let records = try fill()
        let end = try #require(
            records.first { record in
                guard record.kind == .alarm, let body = try? JSONParser.parse(record.body) else { return false }
                return body["state"]?.string == "cleared" && body["condition"]?.string == "spo2-low"
            })
        let told = try json(end)
        let raised = try #require(try JSONParser.parse(end.body)["raised"]?.number?.integer)
        #expect(told["alarm"]?["sequence"]?.number?.integer == raised)
        #expect(told["cause"]?["kind"]?.string == "finding")
        #expect(told["alarm"]?["body"]?["cause"] == told["cause"]?["sequence"])
        #expect(try explain("\(end.sequence)").text.contains("cleared \(end.stamp.wall.rfc3339)"))
    }

    @Test("A number that is not what the engine makes is named, and the status says so")
    func changedNumber() throws {
        var records = try fill()
        let index = try #require(records.firstIndex { $0.kind == .finding && $0.subject == "limit" })
        let text = String(decoding: records[index].body, as: UTF8.self)
        let value = try #require(
            try JSONParser.parse(records[index].body)["evaluation"]?["numbers"]?["valueHundredths"]?.number?.text)
        records[index].body = Array(
            text.replacingOccurrences(of: "\"valueHundredths\":\(value)", with: "\"valueHundredths\":8000").utf8)
        try write(records, to: "changed.db")
        let (isSame, told) = try explain("\(records[index].sequence)") { $0.journal = bench.path("changed.db") }
        #expect(!isSame)
        #expect(told.contains("NOT the same"))
        #expect(told.contains("evaluation.numbers.valueHundredths  8000"))
        #expect(told.contains("  \(value)\n"))
    }

    @Test("A finding that the samples do not bear out does not come out again")
    func invented() throws {
        var records = try fill()
        let index = try #require(records.firstIndex { $0.kind == .finding && $0.subject == "limit" })
        let samples = try #require(records[..<index].lastIndex { $0.kind == .samples && $0.subject == "oximetry" })
        // The samples that it was judged on are those of another time.
        records[samples].body = try #require(records.first { $0.kind == .samples && $0.subject == "oximetry" }).body
        try write(records, to: "invented.db")
        let (isSame, told) = try explain("\(records[index].sequence)") { $0.journal = bench.path("invented.db") }
        #expect(!isSame)
        #expect(told.contains("did not come out again") || told.contains("NOT the same"))
    }

    @Test("A run of which records are gone is shown, and not judged again")
    func gap() throws {
        let records = try fill()
        let finding = try #require(records.last { $0.kind == .finding && $0.subject == "limit" })
        let gone = try #require(records.first { $0.kind == .samples })
        let database = try DatabaseQueue(path: bench.path("journal.db"))
        try database.writeWithoutTransaction { database in
            try database.execute(
                sql: """
                    DELETE FROM record WHERE sequence = \(gone.sequence);
                    INSERT INTO dropped VALUES (\(gone.sequence), \(gone.sequence), zeroblob(32));
                    """)
        }
        try database.close()
        let (isSame, told) = try explain("\(finding.sequence)")
        #expect(!isSame)
        #expect(told.hasSuffix("not re-judged: record \(gone.sequence) of the run is gone\n"))
    }

    @Test("The settings of the run are found in the journal, and a given file has to be the same")
    func settings() throws {
        let file = try bench.file(
            "vitalsd.toml", "[detection.spo2]\nlow = 92\n[mqtt]\nenabled = false\n")
        let other = try bench.file("other.toml", "[detection.spo2]\nlow = 91\n[mqtt]\nenabled = false\n")
        let finding = try #require(
            try fill(configuration: file).first { $0.kind == .finding && $0.subject == "limit" })
        #expect(try explain("\(finding.sequence)").isSame)
        #expect(try explain("\(finding.sequence)") { $0.configuration = file }.isSame)
        let (isSame, told) = try explain("\(finding.sequence)") { $0.configuration = other }
        #expect(!isSame)
        #expect(told.contains("not re-judged: the digest of \(other) is"))
        #expect(told.contains("** **"), "the window is shown all the same")
    }

    @Test("A record of another kind, of another journal, or none at all is told")
    func wrongRecord() throws {
        let records = try fill()
        let samples = try #require(records.first { $0.kind == .samples })
        for (record, words, status) in [
            ("\(samples.sequence)", "is neither a finding nor an alarm, but samples", 65),
            ("999999", "there is no record 999999; the last one is \(records.count)", 65),
            ("0011223344556677:1", "its epoch is", 65), ("spo2-low", "names no record", 64),
            ("1:2:3", "names no record", 64), (":5", "names no record", 64), ("0", "names no record", 64),
        ] {
            let failure = Workbench.failure { _ = try explain(record) }
            #expect(failure?.text.contains(words) == true, "\(record): \(failure?.text ?? "no error")")
            #expect(failure.map { Int($0.status) } == status)
        }
        let failure = Workbench.failure { _ = try explain("1") { $0.journal = nil } }
        #expect(failure?.status == 64)
    }

    @Test("What a live run judged before it was killed is judged again, samples that were in no block among them")
    func live() throws {
        let (strap, path) = (SensorAddress(rawValue: 0xC000_0000_0001), bench.path("journal.db"))
        func stamp(_ second: Int64) -> Stamp {
            Stamp(
                monotonic: MonotonicTime(microseconds: second * 1_000_000),
                wall: WallTime(microseconds: 1_795_000_000_000_000 + second * 1_000_000), isSynchronised: true)
        }
        func value(_ rate: UInt8, at second: Int64) -> EngineInput {
            .sensor(
                SensorEvent(
                    stamp: stamp(second),
                    kind: .value(sensor: strap, characteristic: .heartRateMeasurement, bytes: [0, rate])))
        }
        let journal = try Journal(path: path, gateway: "gateway", created: WallTime(microseconds: 0))
        func run(at second: Int64, _ inputs: [EngineInput]) throws {
            var outcome = EngineRun.Outcome()
            var run = try EngineRun(
                live: EngineConfiguration(), kernels: .best, start: stamp(second), boot: "b1", journal: journal,
                into: &outcome)
            for input in inputs { try run.handle(input, into: &outcome) }
            try journal.append(outcome.records, arrivals: outcome.arrivals)
        }
        // A low rate raises its alarm; then the process is killed with samples in an open block.
        try run(at: 0, (1...40).map { value($0 < 10 ? 70 : 33, at: $0) })
        try run(at: 60, [value(70, at: 61)])
        try journal.close()
        let records = try JournalReader(path: path).records(after: 0, limit: .max)
        let finding = try #require(records.first { $0.kind == .finding })
        #expect(try json(finding)["rejudged"]?["verdict"]?.string == "same-records")
        let alarms = records.filter { $0.kind == .alarm }
        let givenUp = try #require(alarms.last)
        #expect(try JSONParser.parse(givenUp.body)["state"]?.string == "abandoned")
        let told = try json(givenUp)
        #expect(told["cause"]?["sequence"]?.number?.integer == Int64(finding.sequence))
        #expect(told["rejudged"]?["verdict"]?.string == "same-records")
    }
}
