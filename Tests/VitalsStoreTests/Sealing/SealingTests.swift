import Foundation
import GRDB
import Testing
import VitalsCore
import VitalsJSON
import VitalsModel
import VitalsTestKit

@testable import VitalsStore

@Suite("A sealed journal")
struct SealingTests {
    let directory: TemporaryDirectory
    let path: String

    init() throws {
        directory = try TemporaryDirectory()
        path = directory.file("journal.sqlite")
    }

    static func key(_ number: UInt8) throws -> JournalKey {
        try #require(JournalKey(bytes: (0..<32).map { $0 &* 7 &+ number }))
    }

    private func open(
        _ key: JournalKey?, former: [JournalKey] = [], day: Int64 = 0, path: String? = nil
    ) throws -> Journal {
        try Journal(
            path: path ?? self.path, gateway: "gateway", created: .zero,
            protection: JournalProtection(key: key, formerKeys: former),
            clock: {
                Stamp(
                    monotonic: MonotonicTime(microseconds: day * 86_400_000_000), wall: .zero, isSynchronised: false)
            })
    }

    private func failure(_ body: () throws -> Void) -> JournalError.Code? {
        do {
            try body()
            return nil
        } catch {
            return (error as? JournalError)?.code
        }
    }

    private func rows(_ journal: Journal, _ sql: String) throws -> [Row] {
        try journal.reader.read { try Row.fetchAll($0, sql: sql) }
    }

    @Test("Records and arrivals come back as they were, to whoever has the key")
    func roundTrip() throws {
        var maker = RecordMaker(seed: 1)
        let records = maker.records(60)
        var air = ArrivalMaker(seed: 2)
        let arrivals = air.arrivals(9)
        let key = try Self.key(1)
        let journal = try open(key)
        try journal.append(Array(records[..<40]), arrivals: arrivals)
        try journal.close()

        let again = try open(key)
        try again.append(Array(records[40...]))
        #expect(try again.records(after: 0, limit: 99) == records)
        #expect(try again.arrivals() == arrivals)
        #expect(try again.contains(records[7]))
        #expect(try JournalVerifier.verify(again.reader).fault == nil)
        #expect(try JournalVerifier.verify(again.reader).records == 60)
        let reader = try JournalReader(path: path, protection: JournalProtection(key: key))
        #expect(try reader.records(after: 50, limit: 5) == Array(records[50..<55]))
        #expect(try reader.anchor == again.anchor)
    }

    @Test("The chain of a sealed journal is the one of a journal that is not: it is over what was recorded")
    func sameChain() throws {
        var maker = RecordMaker(seed: 3)
        let records = maker.records(20)
        let epoch = "0123456789abcdef"
        let anchors = try [Self.key(1), nil].enumerated().map { index, key in
            let journal = try Journal(
                path: directory.file("\(index)"), gateway: "gateway", created: .zero, epoch: epoch,
                protection: JournalProtection(key: key))
            try journal.append(records)
            return journal.anchor
        }
        #expect(anchors[0] == anchors[1])
    }

    @Test("Without the key, or with another one, nothing is opened, and the error names the key that is needed")
    func wrongKey() throws {
        var maker = RecordMaker(seed: 4)
        let (key, other) = (try Self.key(1), try Self.key(2))
        let journal = try open(key)
        try journal.append(maker.records(3))
        try journal.close()
        #expect(failure { _ = try open(nil) } == .sealed(key: key.id))
        #expect(failure { _ = try open(other) } == .otherKey(needed: key.id, given: other.id))
        let blind = try JournalReader(path: path)
        #expect(try blind.head == 3)
        #expect(failure { _ = try blind.records(after: 0, limit: 9) } == .sealed(key: key.id))
        #expect(failure { _ = try JournalVerifier.verify(blind) } == .sealed(key: key.id))
        let wrong = try JournalReader(path: path, protection: JournalProtection(key: other))
        #expect(
            failure { _ = try wrong.records(after: 0, limit: 9) } == .otherKey(needed: key.id, given: other.id))
        #expect(try open(key).head == 3)
    }

    @Test("A data key of another journal opens nothing here")
    func otherJournal() throws {
        var maker = RecordMaker(seed: 5)
        let key = try Self.key(1)
        for name in ["a", "b"] {
            let journal = try open(key, path: directory.file(name))
            try journal.append(maker.records(3))
            try journal.close()
            maker = RecordMaker(seed: 5)
        }
        let database = try DatabaseQueue(path: directory.file("b"))
        try database.writeWithoutTransaction { db in
            try db.execute(
                sql:
                    "ATTACH ? AS other; UPDATE key SET wrapped = (SELECT wrapped FROM other.key k WHERE k.id = key.id)",
                arguments: [directory.file("a")])
        }
        try database.close()
        #expect(
            failure { _ = try open(key, path: directory.file("b")) }
                == .damaged(sequence: nil, what: "the last record"))
    }

    @Test("No two rows ever have the same key and nonce: not after a failed commit, not after an opening")
    func nonces() throws {
        var maker = RecordMaker(seed: 6)
        let key = try Self.key(1)
        for _ in 0..<4 {
            let journal = try open(key)
            try journal.append(maker.records(5))
            // Refused as a whole, after its rows were sealed.
            #expect(throws: JournalError.self) { try journal.append([maker.record(), RecordMaker.first]) }
            maker = RecordMaker(seed: UInt64(journal.head), first: journal.head + 1)
            try journal.append(maker.records(2))
            let pairs = try rows(journal, "SELECT key, counter FROM record").map { [$0[0], $0[1]] as [Int64] }
            #expect(Set(pairs).count == Int(journal.head))
            let last = try rows(journal, "SELECT max(counter) FROM record WHERE key = (SELECT max(id) FROM key)")
            #expect(last[0][0] as Int64 >= 8)
            try journal.reader.close()
        }
        #expect(try rows(open(key), "SELECT id FROM key WHERE id > 0").count == 4)
    }

    @Test("A row that was changed, or moved to another place, does not open")
    func altered() throws {
        let changes = [
            "body = zeroblob(length(body))", "tag = zeroblob(16)", "counter = counter + 1", "kind = kind % 9 + 1",
            "wall = wall + 1", "monotonic = monotonic - 1", "synchronised = 1 - synchronised",
            "(body, tag, counter) = (SELECT body, tag, counter FROM record r WHERE r.sequence = 6)",
        ]
        for (index, change) in changes.enumerated() {
            var maker = RecordMaker(seed: 7)
            let place = directory.file("\(index)")
            let journal = try open(try Self.key(1), path: place)
            try journal.append(maker.records(9))
            try journal.close()
            let database = try DatabaseQueue(path: place)
            try database.writeWithoutTransaction {
                try $0.execute(sql: "UPDATE record SET \(change) WHERE sequence = 5")
            }
            try database.close()
            let reader = try JournalReader(path: place, protection: JournalProtection(key: try Self.key(1)))
            #expect(try reader.records(after: 0, limit: 4).count == 4)
            #expect(
                failure { _ = try reader.records(after: 4, limit: 1) }
                    == .damaged(sequence: 5, what: "column seal"), "\(change)")
            #expect(
                try JournalVerifier.verify(reader).fault
                    == JournalFault(sequence: 5, kind: .unreadable("column seal")))
        }
    }

    @Test("A new key takes the place of the old one in one opening; the old one then opens nothing")
    func rotation() throws {
        var maker = RecordMaker(seed: 8)
        let records = maker.records(9)
        let (old, new) = (try Self.key(1), try Self.key(2))
        let journal = try open(old)
        try journal.append(Array(records[..<5]))
        try journal.close()
        #expect(failure { _ = try open(new) } == .otherKey(needed: old.id, given: new.id))
        let rotated = try open(new, former: [old])
        try rotated.append(Array(records[5...]))
        #expect(try rotated.records(after: 0, limit: 99) == records)
        try rotated.close()
        #expect(failure { _ = try open(old) } == .otherKey(needed: new.id, given: old.id))
        let reopened = try open(new)
        #expect(try reopened.records(after: 0, limit: 99) == records)
        #expect(try JournalVerifier.verify(reopened.reader).fault == nil)
        let told = try reopened.reader.ledger(after: 0, limit: 99).filter { $0.kind == .key }
        #expect(told.contains { String(decoding: $0.body, as: UTF8.self).contains(#""action":"wrapped","count":2"#) })
    }

    @Test("A journal that is sealed later seals what comes; what was there stays as it was")
    func sealedLater() throws {
        var maker = RecordMaker(seed: 9)
        let records = maker.records(8)
        let clear = try open(nil)
        try clear.append(Array(records[..<4]))
        try clear.close()
        let sealed = try open(try Self.key(3))
        try sealed.append(Array(records[4...]))
        #expect(try sealed.records(after: 0, limit: 99) == records)
        #expect(try rows(sealed, "SELECT sequence FROM record WHERE key IS NULL").count == 4)
        #expect(try JournalVerifier.verify(sealed.reader).fault == nil)
        try sealed.close()
        let id = try Self.key(3).id
        #expect(failure { _ = try open(nil) } == .sealed(key: id))
    }

    @Test("A key whose last record retention dropped is erased, from the file and from the WAL file")
    func erasure() throws {
        var maker = RecordMaker(seed: 10)
        let key = try Self.key(1)
        for day in 0..<3 {
            let journal = try open(key, day: Int64(day))
            try journal.append(maker.records(4))
            try journal.close()
        }
        let journal = try open(key, day: 3)
        try journal.append(maker.records(1))
        let wrapped = try rows(journal, "SELECT wrapped FROM key WHERE id = 1")[0].bytes(0)
        #expect(try journal.eraseSpentKeys() == 0)
        try journal.change("retain") { db, ledger, stamp in
            let raw = try #require(try Row.fetchOne(db, sql: StoredRecord.query(db), arguments: [3, 1]))
            let stored = try #require(StoredRow(raw, journal.reader.reading(db))?.whole)
            let chain = try journal.cover.cover(stored.chain)
            try db.execute(sql: "DELETE FROM record WHERE sequence <= 4")
            try db.execute(sql: "INSERT INTO dropped VALUES (1, 4, ?)", arguments: [chain.blob])
            try ledger.append(LedgerNote(.retention) { $0.member("count", 4) }, at: stamp, db)
        }
        #expect(try journal.eraseSpentKeys() == 1)
        #expect(try rows(journal, "SELECT id FROM key WHERE id > 0 ORDER BY id").map { $0[0] as Int64 } == [2, 3, 4])
        #expect(try JournalVerifier.verify(journal.reader).fault == nil)
        #expect(try JournalVerifier.verify(journal.reader).dropped == 4)
        let needle = Data(try #require(wrapped))
        for suffix in ["", "-wal"] {
            let bytes = try Data(contentsOf: URL(fileURLWithPath: path + suffix))
            #expect(bytes.range(of: needle) == nil)
        }
        #expect(
            try KeyCopy.read(journal: path, files: PosixFileSystem()).map(\.id).sorted() == [0, 2, 3, 4])
        try journal.append(maker.records(1))
        #expect(try journal.records(after: 0, limit: 99).map(\.sequence) == Array(5...14))
    }

    @Test("What retention drops by its age cannot be read any more: its upkeep erases the key")
    func upkeepErases() throws {
        let policy = RetentionPolicy(
            maxBytes: RetentionLimits.maxBytes,
            days: Dictionary(uniqueKeysWithValues: RetentionClass.allCases.map { ($0, 1) }), graceHours: 0,
            sinks: ["mqtt"])
        func open() throws -> Journal {
            try Journal(
                path: path, gateway: "gateway", created: .zero, protection: JournalProtection(key: try Self.key(1)),
                retention: policy)
        }
        func maintain(_ journal: Journal, hour: Int64) throws {
            let time = hour * 3_600_000_000
            let stamp = Stamp(
                monotonic: MonotonicTime(microseconds: time), wall: WallTime(microseconds: time), isSynchronised: true)
            for _ in 0..<100 where try journal.maintain(at: stamp) {}
        }
        var maker = RecordMaker(seed: 12)
        // Alarms stay, and starts.
        var records = maker.records(90).filter { RetentionClass(kind: $0.kind, subject: $0.subject) != .alarms }
        for index in records.indices { records[index].sequence = UInt64(index) + 1 }
        let first = try open()
        try first.append(Array(records[..<20]))
        try first.acknowledge([1...20], sink: "mqtt")
        try maintain(first, hour: 1)
        let wrapped = Data(try #require(try rows(first, "SELECT wrapped FROM key WHERE id = 1")[0].bytes(0)))
        try first.close()

        let journal = try open()
        try journal.append(Array(records[20..<25]))
        for hour in stride(from: 2, to: 80, by: 3) as StrideTo<Int64> { try maintain(journal, hour: hour) }
        #expect(try rows(journal, "SELECT sequence FROM record WHERE sequence <= 20").isEmpty)
        #expect(try rows(journal, "SELECT id FROM key WHERE id = 1").isEmpty)
        for suffix in ["", "-wal"] {
            let bytes = try Data(contentsOf: URL(fileURLWithPath: path + suffix))
            #expect(bytes.range(of: wrapped) == nil)
        }
        #expect(try KeyCopy.read(journal: path, files: PosixFileSystem()).allSatisfy { $0.id != 1 })
        #expect(try journal.records(after: 0, limit: 99).map(\.sequence) == Array(21...25))
        #expect(try JournalVerifier.verify(journal.reader).fault == nil)
    }

    @Test("A hash that stands outside of records is covered, so that nobody can test a guess of a record against it")
    func covered() throws {
        var maker = RecordMaker(seed: 11)
        let journal = try open(try Self.key(1))
        try journal.append(maker.records(5))
        let hash = Data(journal.anchor.hash)
        try journal.close()
        let bytes = try Data(contentsOf: URL(fileURLWithPath: path))
        #expect(bytes.range(of: hash) == nil)
        #expect(bytes.range(of: Data(Hex.string(Array(hash)).utf8)) == nil)
    }
}
