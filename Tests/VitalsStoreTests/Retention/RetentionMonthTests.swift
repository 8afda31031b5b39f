import Foundation
import GRDB
import Testing
import VitalsCore
import VitalsJSON
import VitalsModel
import VitalsTestKit

@testable import VitalsStore

@Suite("A month at the cap (T16)")
struct RetentionMonthTests {
    /// What the month must not lose, and in which order the rest may go.
    private struct Ward {
        var classes: [UInt64: RetentionClass] = [:]
        var acknowledged = SequenceRanges()
        var present: Set<UInt64> = []
        var dropped = 0
        var droppedUnacknowledged = 0
        var largest: Int64 = 0

        mutating func take(_ records: [VitalsCore.Record]) {
            for record in records {
                classes[record.sequence] = RetentionClass(kind: record.kind, subject: record.subject)
                present.insert(record.sequence)
            }
        }

        /// Judges what is gone since the last look.
        mutating func look(_ reader: JournalReader, hour: Int) throws {
            let now = Set(
                try reader.read { db in try Int64.fetchAll(db, sql: "SELECT sequence FROM record") }.map { UInt64($0) })
            #expect(now.isSubset(of: present), "hour \(hour)")
            let gone = present.subtracting(now)
            let data = now.filter { classes[$0] != .alarms }
            for sequence in gone where !acknowledged.contains(sequence) {
                #expect(classes[sequence] != .alarms, "hour \(hour): alarm \(sequence) that nobody has is gone")
                droppedUnacknowledged += 1
            }
            if gone.contains(where: { !acknowledged.contains($0) }) {
                let delivered = data.filter { acknowledged.contains($0) }
                #expect(delivered.isEmpty, "hour \(hour): data that nobody has went before \(delivered.count) others")
            }
            dropped += gone.count
            present = now
        }

        mutating func measure(_ journal: Journal, cap: Int64, hour: Int) throws {
            let size = try journal.space().totalBytes
            largest = max(largest, size)
            #expect(size <= cap, "hour \(hour)")
        }
    }

    private static let cap = RetentionLimits.maxBytesLeast
    private static let policy = RetentionPolicy(
        maxBytes: cap, days: [.waveforms: 1, .samples: 9], graceHours: 24, sinks: ["mqtt"])

    private static func open(_ path: String) throws -> Journal {
        try Journal(path: path, gateway: "gateway", created: .zero, retention: policy)
    }

    /// Whether the uplink delivers in this hour: two outages, and at the end nobody ever acknowledges again.
    private static func isOnline(_ hour: Int) -> Bool { !(150..<560).contains(hour) && hour < 600 }

    /// Months, each with a seed of its own.
    private static let months = ProcessInfo.processInfo.environment["VITALS_RETENTION_SEEDS"].flatMap(Int.init) ?? 1

    @Test("Size <= cap always; delivered data go first, then other data, alarms that nobody has never (lesson 36)")
    func months() throws {
        var result = SuiteResult("retention", tests: ["T16"], seed: "7..<\(7 + Self.months)", isFull: Self.months > 1)
        var total = Ward()
        for seed in 7..<(7 + UInt64(Self.months)) {
            let ward = try month(seed: seed)
            total.dropped += ward.dropped
            total.droppedUnacknowledged += ward.droppedUnacknowledged
            total.largest = max(total.largest, ward.largest)
        }
        result.count("months at the cap", Self.months)
        result.count("records dropped", total.dropped)
        result.count("of them not acknowledged, in two outages", total.droppedUnacknowledged)
        result.goal(
            "never above \(Self.cap) bytes", "\(total.largest) bytes at most", holds: total.largest <= Self.cap)
        try result.report()
    }

    private func month(seed: UInt64) throws -> Ward {
        let directory = try TemporaryDirectory()
        let path = directory.file("journal.db")
        var journal = try Self.open(path)
        var maker = WardMaker(seed: seed)
        var ward = Ward()
        var started = 0
        while maker.hour < 30 * 24 {
            let records = maker.records()
            ward.take(records)
            let refusals = try journal.appendMakingRoom(records, at: maker.stamp(since: started))
            #expect(refusals != nil, "no room at hour \(maker.hour)")
            if Self.isOnline(maker.hour) {
                let last = records.last?.sequence ?? 1
                ward.acknowledged.insert(1...last)
                try journal.acknowledge([1...last], sink: "mqtt")
            }
            try ward.measure(journal, cap: Self.cap, hour: maker.hour)
            var chunks = 0
            while try journal.maintain(at: maker.stamp(since: started)), chunks < 1_000 { chunks += 1 }
            #expect(chunks < 1_000)
            try ward.measure(journal, cap: Self.cap, hour: maker.hour)
            try ward.look(journal.reader, hour: maker.hour)
            // A restart now and then goes on where the last run ended.
            if maker.hour % 200 == 0 {
                try journal.close()
                started = maker.hour
                journal = try Self.open(path)
            }
        }
        #expect(ward.dropped > 2_000 && ward.droppedUnacknowledged > 100)
        try Self.checkAccount(journal.reader, ward)
        try journal.close()
        print(
            "month at the cap: \(ward.dropped) dropped, \(ward.droppedUnacknowledged) of them undelivered, largest "
                + "\(ward.largest) of \(Self.cap) bytes")
        return ward
    }

    /// The ledger accounts for every dropped record, and `dropped` has each of them once.
    private static func checkAccount(_ reader: JournalReader, _ ward: Ward) throws {
        let runs = try reader.read { db in
            try Row.fetchAll(db, sql: "SELECT first, last, chain FROM dropped ORDER BY first")
                .compactMap(DroppedRun.init(_:))
        }
        #expect(DroppedRun.joined(runs) == runs)
        #expect(runs.reduce(0) { $0 + $1.count } == UInt64(ward.dropped))
        let gone = SequenceRanges(runs.map { $0.first...$0.last })
        #expect(Set(ward.classes.keys).subtracting(ward.present).allSatisfy { gone.contains($0) })
        var count = 0
        var missing = 0
        for entry in try reader.ledger(after: 0, limit: .max) where entry.kind == .retention {
            let body = try JSONParser.parse(entry.body)
            count += Int(body["count"]?.number?.integer ?? 0)
            missing += Int(body["unacknowledged_count"]?.number?.integer ?? 0)
        }
        #expect(count == ward.dropped)
        #expect(missing == ward.droppedUnacknowledged)
        let statistics = try JournalStatistics(reader)
        #expect(statistics.dropped.values.reduce(0) { $0 + $1.records } == UInt64(ward.dropped))
        #expect(statistics.dropped.values.reduce(0) { $0 + $1.unacknowledged } == UInt64(ward.droppedUnacknowledged))
        #expect(statistics.classes.values.reduce(0) { $0 + $1.records } == ward.present.count)
        #expect(statistics.dropped[.alarms] == nil && statistics.space.ballastBytes > 0)
        #expect(try JournalVerifier.verify(reader).fault == nil)
        let walk = try ChainWalk(reader)
        #expect(walk.fault == nil && walk.kept == ward.present)
    }
}
