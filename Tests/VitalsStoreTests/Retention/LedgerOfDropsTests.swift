import Testing
import VitalsCore
import VitalsJSON
import VitalsModel
import VitalsTestKit

@testable import VitalsStore

@Suite("What the ledger names of records that are no more")
struct LedgerOfDropsTests {
    private static let stamp = Stamp(
        monotonic: MonotonicTime(microseconds: 1), wall: WallTime(microseconds: 1), isSynchronised: true)

    /// A journal of links and alarms: every `period`-th record is an alarm.
    private static func journal(_ path: String, records: UInt64, period: UInt64) throws -> Journal {
        var policy = RetentionPolicy.standard
        policy.sinks = ["mqtt"]
        let journal = try Journal(path: path, gateway: "test", created: .zero, retention: policy)
        let made = (1...records).map { sequence in
            Record(
                sequence: sequence, kind: sequence % period == 0 ? .alarm : .link,
                sensor: SensorAddress(rawValue: 0xC000_0000_0001), stamp: stamp,
                subject: sequence % period == 0 ? "spo2-low" : "", body: Array(#"{"state":"raised"}"#.utf8))
        }
        try journal.append(made)
        return journal
    }

    /// What the ledger names of a class, entry by entry.
    private static func named(_ journal: Journal) throws -> [[ClosedRange<UInt64>]] {
        try journal.reader.ledger(after: 0, limit: 1_000).filter { $0.kind == .retention }.map { entry in
            let ranges = try JSONParser.parse(entry.body)["unacknowledged"]?.array ?? []
            return ranges.compactMap { range in
                let ends = range.array?.compactMap { $0.number?.integer.map { UInt64(clamping: $0) } } ?? []
                return ends.count == 2 ? ends[0]...ends[1] : nil
            }
        }
    }

    @Test("No range holds a record that is still there: a receiver waits for none in it, and says that it has them all")
    func exact() throws {
        let directory = try TemporaryDirectory()
        let journal = try Self.journal(directory.file("journal.db"), records: 30, period: 3)
        #expect(try journal.makeRoom(at: Self.stamp))
        let left = try journal.records(after: 0, limit: 100).map(\.sequence)
        #expect(left == Array(stride(from: 3, through: 30, by: 3)))
        let expected = left.map { alarm in (alarm - 2)...(alarm - 1) }
        #expect(try Self.named(journal).flatMap(\.self) == expected)
    }

    @Test("What has gone before is no gap between two that go now")
    func joined() throws {
        let directory = try TemporaryDirectory()
        let journal = try Self.journal(directory.file("journal.db"), records: 9, period: 100)
        try Tampering.drop(4...6, from: journal)
        #expect(try journal.makeRoom(at: Self.stamp))
        #expect(try Self.named(journal).last == [1...9])
    }

    @Test("More ranges than one entry takes stand in several, and none is told wider than it is")
    func several() throws {
        let directory = try TemporaryDirectory()
        let count = UInt64(RetentionLimits.ledgerRanges) * 2 + 10
        let journal = try Self.journal(directory.file("journal.db"), records: count * 2, period: 2)
        while try journal.makeRoom(at: Self.stamp) {}
        let entries = try Self.named(journal)
        #expect(entries.allSatisfy { $0.count <= RetentionLimits.ledgerRanges })
        let expected = stride(from: 1, to: count * 2, by: 2).map { link in link...link }
        #expect(entries.flatMap(\.self) == expected)
        #expect(try JournalVerifier.verify(journal.reader).fault == nil)
    }

    @Test("A backlog is what is there and was not acknowledged: no sequence that was dropped, and of no ledger")
    func backlog() throws {
        let directory = try TemporaryDirectory()
        let journal = try Self.journal(directory.file("journal.db"), records: 20, period: 100)
        try journal.acknowledge([1...5, 12...12], sink: "mqtt")
        try journal.acknowledgeLedger(through: 1, sink: "mqtt")
        try journal.flush()
        try Tampering.drop(8...10, from: journal)
        #expect(try journal.reader.backlogs() == ["mqtt": 20 - 6 - 3])
    }
}
