import GRDB
import Testing
import VitalsCore
import VitalsModel
import VitalsTestKit

@testable import VitalsStore

@Suite("What a start asks of a journal")
struct NewestTests {
    @Test(
        "The newest alarms and the newest start are those that a walk over all records finds",
        arguments: 1...5 as ClosedRange<UInt64>)
    func newest(seed: UInt64) throws {
        let directory = try TemporaryDirectory()
        let journal = try Journal(path: directory.file("journal.db"), gateway: "gateway", created: .zero)
        var maker = RecordMaker(seed: seed)
        var random = SplitMix64(seed: seed)
        let subjects = ["spo2-low", "adapter-down", "heart-rate-high"]
        let records = maker.records(300).map { record in
            var record = record
            if record.kind == .alarm {
                record.subject = subjects[random.int(0...2)]
                if record.subject == "adapter-down" { record.sensor = nil }
            }
            return record
        }
        try journal.append(records)
        #expect(try journal.reader.last(.start) == records.last { $0.kind == .start })
        #expect(try journal.reader.last(.link) == records.last { $0.kind == .link })
        for limit in [1, 2, 100, 301] as [UInt64] {
            var newest: [String: VitalsCore.Record] = [:]
            for record in records where record.kind == .alarm && record.sequence < limit {
                newest["\(record.sensor?.rawValue ?? 0) \(record.subject)"] = record
            }
            let expected = newest.values.sorted { $0.sequence < $1.sequence }
            #expect(try journal.reader.lastAlarms(before: limit) == expected)
        }
        try journal.close()
    }

    @Test("They are found by look-ups in the index alone (lesson 39)")
    func plans() throws {
        let directory = try TemporaryDirectory()
        let journal = try Journal(path: directory.file("journal.db"), gateway: "gateway", created: .zero)
        let plans = try journal.reader.read { db in
            try NewestStatements.queries.map { (sql: String) -> String in
                let numbers = StatementArguments([Int](repeating: 1, count: sql.filter { $0 == "?" }.count))
                return try Row.fetchAll(db, sql: "EXPLAIN QUERY PLAN " + sql, arguments: numbers)
                    .compactMap { $0["detail"] as String? }.joined(separator: "; ")
            }
        }
        for plan in plans {
            #expect(plan.hasPrefix("SEARCH record USING COVERING INDEX record_state"), "\(plan)")
            #expect(!plan.contains("TEMP B-TREE"), "\(plan)")
        }
        try journal.close()
    }
}
