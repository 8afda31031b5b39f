import Foundation
import GRDB
import Synchronization
import Testing
import VitalsCore
import VitalsModel
import VitalsTestKit

@testable import VitalsStore

@Suite("Checking, compacting and taking back a journal")
struct JournalRepairTests {
    let directory: TemporaryDirectory
    let path: String

    init() throws {
        directory = try TemporaryDirectory()
        path = directory.file("vitals.db")
    }

    private func open(_ name: String = "vitals.db") throws -> Journal {
        try Journal(path: directory.file(name), gateway: "gateway", created: .zero)
    }

    private func fill(_ count: Int) throws -> [VitalsCore.Record] {
        var maker = RecordMaker(seed: 5)
        let records = maker.records(count)
        let journal = try open()
        try journal.append(records)
        try journal.acknowledge([1...UInt64(count / 4)], sink: "mqtt")
        try journal.close()
        return records
    }

    private func sql(_ sql: String, _ name: String = "vitals.db") throws {
        let database = try DatabaseQueue(path: directory.file(name))
        try database.writeWithoutTransaction { try $0.execute(sql: sql) }
        try database.close()
    }

    // MARK: Check

    @Test("A sound journal has no findings, fast and in full")
    func sound() throws {
        _ = try fill(50)
        #expect(try JournalCheck(path: path, depth: .fast).findings == [])
        let full = try JournalCheck(path: path, depth: .full)
        #expect(full.findings == [] && full.isSound)
        #expect(full.records == 50)
    }

    @Test("An altered record is found in full, with its place and what to do")
    func altered() throws {
        _ = try fill(50)
        try sql("UPDATE record SET body = x'00' WHERE sequence = 20")
        #expect(try JournalCheck(path: path, depth: .fast).isSound)
        let finding = try #require(try JournalCheck(path: path, depth: .full).findings.first)
        #expect(finding.isFault)
        #expect(finding.what.contains("20"))
        #expect(finding.remedy.contains("--mark"))
    }

    @Test("Records that were committed and are gone are found at once")
    func behind() throws {
        _ = try fill(50)
        try sql("DELETE FROM record WHERE sequence > 40; UPDATE journal SET sealed_sequence = 40")
        let findings = try JournalCheck(path: path, depth: .fast).findings
        #expect(
            findings.map(\.what) == ["damaged at record 41: records up to 50 were committed, the last is 40"])
    }

    @Test("A file that is no journal, or not there, is an error: nobody is told to mark what is somebody else's")
    func foreign() throws {
        #expect(throws: JournalError.self) { try JournalCheck(path: path, depth: .fast) }
        try Data(repeating: 7, count: 5_000).write(to: URL(fileURLWithPath: path))
        let error = #expect(throws: JournalError.self) { try JournalCheck(path: path, depth: .fast) }
        #expect(error?.code == .notAJournal)
    }

    @Test("Where a journal was, a file that is none is a finding")
    func overwritten() throws {
        _ = try fill(50)
        try Data(repeating: 7, count: 5_000).write(to: URL(fileURLWithPath: path))
        #expect(try JournalCheck(path: path, depth: .fast).findings.map(\.what).contains { $0.contains("header") })
    }

    @Test("A log that is deleted before its first checkpoint is damage, no new journal (lesson 38)")
    func beginningGone() throws {
        let first = try open()
        var maker = RecordMaker(seed: 3)
        try first.append(maker.records(20))
        // As a kill leaves it, and a hand that tidies up.
        let left = path + ".left"
        for suffix in ["", ".witness"] {
            try FileManager.default.copyItem(atPath: path + suffix, toPath: left + suffix)
        }
        let refusal = #expect(throws: JournalError.self) {
            try Journal(path: left, gateway: "gateway", created: .zero)
        }
        #expect(refusal?.damage?.contains("records up to 20 were committed") == true)
        let opened = try JournalRecovery(path: left, gateway: "gateway", now: .zero)
            .open { () throws(JournalError) in
                try Journal(path: left, gateway: "gateway", created: .zero)
            }
        #expect(opened.report?.lost == [1...20])
        #expect(opened.journal.identity == first.identity)
        #expect(opened.journal.nextSequence > 20)
    }

    @Test("A row that a replay finds altered marks the journal: the next opening salvages it")
    func alteredUnderReplay() throws {
        let records = try fill(50)
        try sql("UPDATE record SET body = x'00' WHERE sequence = 20")
        let journal = try open()
        let noticed = Mutex(0)
        journal.onDamage { _ in noticed.withLock { $0 += 1 } }
        #expect(throws: JournalError.self) { for record in records { _ = try journal.contains(record) } }
        #expect(noticed.withLock { $0 } == 1)
        #expect(FileManager.default.fileExists(atPath: path + ".suspect"))
        journal.abandon()
    }

    // MARK: Compact

    @Test("A compacted journal holds the same in less space, and goes on")
    func compact() throws {
        let records = try fill(400)
        try sql("CREATE TABLE ballast AS SELECT randomblob(400000) AS x; DROP TABLE ballast")
        let outcome = try JournalCompaction.run(path: path)
        #expect(outcome.after < outcome.before - 300_000)
        #expect(outcome.records == 400)
        let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
        #expect(mode == 0o600)
        let journal = try open()
        #expect(try journal.records(after: 0, limit: .max) == records)
        #expect(journal.acknowledged(sink: "mqtt") == [1...100])
        var maker = RecordMaker(seed: 6, first: 401)
        try journal.append(maker.records(3))
        #expect(try JournalVerifier.verify(journal.reader).fault == nil)
    }

    @Test("A journal that somebody writes, or that is damaged, is not compacted, and stays as it is")
    func refusedCompaction() throws {
        _ = try fill(50)
        let journal = try open()
        #expect(throws: JournalError.self) { try JournalCompaction.run(path: path) }
        try journal.close()
        try sql("UPDATE record SET body = x'00' WHERE sequence = 20")
        let before = try Data(contentsOf: URL(fileURLWithPath: path))
        #expect(throws: JournalError.self) { try JournalCompaction.run(path: path) }
        #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == before)
        #expect(!FileManager.default.fileExists(atPath: path + ".compact"))
    }

    // MARK: Versions

    @Test(
        "A journal of an older version with a full backlog is migrated, and loses nothing",
        arguments: ["1 journal", "2 runs and alarms", "3 arrivals"])
    func forward(version: String) throws {
        let records = try fill(5_000)
        try makeOld(version, from: path, to: directory.file("old.db"))
        let journal = try open("old.db")
        #expect(try journal.records(after: 0, limit: .max) == records)
        #expect(journal.acknowledged(sink: "mqtt") == [1...1_250])
        #expect(journal.nextSequence == 5_001)
        var maker = RecordMaker(seed: 6, first: 5_001)
        try journal.append(maker.records(20))
        let outcome = try JournalVerifier.verify(journal.reader)
        #expect(outcome.fault == nil && outcome.records == 5_020)
        #expect(
            try journal.reader.ledger(after: 0, limit: 9).filter { $0.kind != .checkpoint }.map(\.kind) == [
                .migration, .opened,
            ])
        // The rows of the old time have no tags: their hashes prove them all the same when the file is damaged.
        try journal.close()
        JournalRecovery.suspect(path: directory.file("old.db"), reason: "a test says so")
        let recovered = try JournalRecovery(path: directory.file("old.db"), gateway: "gateway", now: .zero)
            .open { () throws(JournalError) in
                try Journal(path: directory.file("old.db"), gateway: "gateway", created: .zero)
            }
        #expect(try recovered.journal.records(after: 0, limit: .max).count == 5_020)
    }

    /// Writes a file as the release of that version wrote it.
    private func makeOld(_ version: String, from path: String, to other: String) throws {
        let reader = try JournalReader(path: path)
        defer { try? reader.close() }
        _ = try JournalDowngrade.run(reader, to: other)
        guard version != "3 arrivals" else { return }
        let database = try DatabaseQueue(path: other)
        try database.writeWithoutTransaction { db in
            try db.execute(sql: "DROP TABLE arrival; DELETE FROM grdb_migrations WHERE identifier = '3 arrivals'")
            try db.execute(sql: "PRAGMA user_version = 2")
            guard version == "1 journal" else { return }
            try db.execute(
                sql: "DROP INDEX record_state; DELETE FROM grdb_migrations WHERE identifier = '2 runs and alarms'")
            try db.execute(sql: "PRAGMA user_version = 1")
        }
        try database.close()
    }

    @Test("A full backlog goes back to version 3 and forward again, with its identities and hashes")
    func thereAndBack() throws {
        let records = try fill(5_000)
        var arrivalMaker = ArrivalMaker(seed: 3)
        let arrivals = arrivalMaker.arrivals(30)
        let journal = try open()
        try journal.append([], arrivals: arrivals)
        let anchor = journal.anchor
        try journal.close()

        let reader = try JournalReader(path: path)
        let outcome = try JournalDowngrade.run(reader, to: directory.file("old.db"))
        try reader.close()
        #expect(outcome == JournalDowngrade.Outcome(records: 5_000, arrivals: 30, hasGaps: false))
        // What a release of version 3 looks at.
        let old = try DatabaseQueue(path: directory.file("old.db"))
        let (version, migrations, columns, sealed) = try old.read { db in
            (
                try Int64.fetchOne(db, sql: "PRAGMA user_version"),
                try String.fetchAll(db, sql: "SELECT identifier FROM grdb_migrations ORDER BY identifier"),
                try Row.fetchAll(db, sql: "PRAGMA table_info(record)").count,
                try Int64.fetchOne(db, sql: "SELECT sealed_sequence FROM journal")
            )
        }
        try old.close()
        #expect(version == 3 && columns == 9 && sealed == 5_000)
        #expect(migrations == ["1 journal", "2 runs and alarms", "3 arrivals"])

        let again = try open("old.db")
        #expect(again.anchor == anchor)
        #expect(try again.records(after: 0, limit: .max) == records)
        #expect(try again.arrivals() == arrivals)
        #expect(again.acknowledged(sink: "mqtt") == [1...1_250])
        #expect(try JournalVerifier.verify(again.reader).fault == nil)
    }

    @Test("A journal that was taken back in place gives no ledger number out twice")
    func ledgerAfterTheWayBack() throws {
        _ = try fill(20)
        let reader = try JournalReader(path: path)
        _ = try JournalDowngrade.run(reader, to: directory.file("old.db"))
        try reader.close()
        for suffix in ["", "-wal", "-shm"] { try? FileManager.default.removeItem(atPath: path + suffix) }
        try FileManager.default.moveItem(atPath: directory.file("old.db"), toPath: path)
        let journal = try open()
        var maker = RecordMaker(seed: 6, first: 21)
        try journal.append(maker.records(1))
        #expect(try journal.reader.ledger(after: 0, limit: 9).map(\.number) == [1 << 32, 1 << 32 + 1])
    }
}
