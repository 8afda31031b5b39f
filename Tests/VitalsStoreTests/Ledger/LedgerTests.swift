import Crypto
import Foundation
import GRDB
import Testing
import VitalsCore
import VitalsJSON
import VitalsModel
import VitalsTestKit

@testable import VitalsStore

@Suite("The ledger of a journal")
struct LedgerTests {
    let directory: TemporaryDirectory
    let path: String
    static let stamp = Stamp(
        monotonic: MonotonicTime(microseconds: 7), wall: WallTime(microseconds: 9), isSynchronised: true)

    init() throws {
        directory = try TemporaryDirectory()
        path = directory.file("journal.sqlite")
    }

    private func open() throws -> Journal {
        try Journal(path: path, gateway: "gateway", created: .zero, epoch: "0123456789abcdef", clock: { Self.stamp })
    }

    private func text(_ entries: [LedgerEntry]) -> [String] {
        entries.map { "\($0.number) \($0.kind.rawValue) \(String(decoding: $0.body, as: UTF8.self))" }
    }

    @Test("Every opening that writes is told, with the one before it")
    func openings() throws {
        var maker = RecordMaker(seed: 1)
        let first = try open()
        try first.append(maker.records(2))
        try first.close()
        let second = try open()
        try second.append(maker.records(1))
        try second.reader.close()
        // As a kill leaves it: the file, and no word of an end.
        for suffix in ["", "-wal"] {
            try FileManager.default.copyItem(atPath: path + suffix, toPath: directory.file("killed.sqlite" + suffix))
        }
        let third = try Journal(path: directory.file("killed.sqlite"), gateway: "gateway", created: .zero)
        try third.flush()
        // The first one was closed, and made a checkpoint.
        let told = text(try third.reader.ledger(after: 0, limit: 9).filter { $0.kind != .checkpoint })
        #expect(
            told == [
                #"1 opened {"after":"new","generation":1,"schema":4,"sealed":false}"#,
                #"3 opened {"after":"close","generation":2,"schema":4,"sealed":false}"#,
                #"4 opened {"after":"kill","generation":3,"schema":4,"sealed":false}"#,
            ])
    }

    @Test("An opening that writes nothing tells nothing")
    func idle() throws {
        let journal = try open()
        #expect(try journal.reader.ledgerHead == 0)
        #expect(try journal.reader.read { try Int64.fetchOne($0, sql: "SELECT generation FROM journal") } == 0)
    }

    @Test("Entries are numbered, stamped and chained as documented, and read back in parts")
    func notes() throws {
        let journal = try open()
        try journal.note([
            LedgerNote(.receipt) { $0.member("through", 5) }, LedgerNote(.replayRequest) { $0.member("first", 1) },
        ])
        let entries = try journal.reader.ledger(after: 0, limit: 9)
        #expect(entries.map(\.kind) == [.opened, .receipt, .replayRequest])
        #expect(entries.allSatisfy { $0.stamp == Self.stamp && $0.signature == nil })
        #expect(try journal.reader.ledger(after: 1, limit: 1) == [entries[1]])
        #expect(try journal.reader.ledgerHead == 3)

        var chain = LedgerChain(journal.identity)
        #expect(Hex.string(chain.hash) == Self.zeroHash)
        for entry in entries {
            chain = chain.appending(entry)
            #expect(entry.chain == chain.hash)
        }
        // The second entry's bytes, written out by hand.
        let bytes =
            [0] + entries[0].chain + [0, 0, 0, 0, 0, 0, 0, 2] + [0, 0, 0, 7] + Array("receipt".utf8)
            + [0, 0, 0, 0, 0, 0, 0, 7] + [0, 0, 0, 0, 0, 0, 0, 9] + [1] + [0, 0, 0, 13] + Array(#"{"through":5}"#.utf8)
        #expect(entries[1].chain == Array(SHA256.hash(data: bytes)))
    }

    /// Of the gateway `gateway` and the epoch `0123456789abcdef`.
    private static let zeroHash = Hex.string(
        Array(
            SHA256.hash(
                data: Array("vitalsd ledger\0".utf8) + [0, 0, 0, 1, 0, 0, 0, 7] + Array("gateway".utf8) + [0, 0, 0, 16]
                    + Array("0123456789abcdef".utf8))))

    @Test("What a transaction tells is there exactly when what it did is")
    func oneTransaction() throws {
        struct Stop: Error {}
        let journal = try open()
        #expect(throws: JournalError.self) {
            try journal.change("retain") { db, ledger, stamp in
                try db.execute(sql: "INSERT INTO retained VALUES (1, 7)")
                try ledger.append(LedgerNote(.retention) { $0.member("through", 7) }, at: stamp, db)
                throw Stop()
            }
        }
        #expect(try journal.reader.ledgerHead == 0)
        try journal.change("retain") { db, ledger, stamp in
            try db.execute(sql: "INSERT INTO retained VALUES (1, 7)")
            try ledger.append(LedgerNote(.retention) { $0.member("through", 7) }, at: stamp, db)
        }
        #expect(try journal.reader.ledger(after: 0, limit: 9).map(\.kind) == [.opened, .retention])
        try journal.append([RecordMaker.first])
        #expect(try JournalVerifier.verify(journal.reader).fault == nil)
    }

    @Test("A journal that was signed gets no checkpoint from somebody who cannot sign")
    func unsigned() throws {
        var maker = RecordMaker(seed: 5)
        for protection in [Tampering.protection, JournalProtection()] {
            let journal = try Journal(path: path, gateway: "gateway", created: .zero, protection: protection)
            try journal.append(maker.records(2))
            try journal.close()
        }
        let reader = try JournalReader(path: path)
        #expect(try reader.ledger(after: 0, limit: 9).map(\.kind) == [.opened, .checkpoint, .opened])
        let outcome = try JournalVerifier.verify(reader)
        #expect(outcome.fault == nil && outcome.checkpoints == 1 && outcome.signers.count == 1)
    }

    @Test("A journal of version 3 tells that it was migrated, and which of its records have no tag")
    func migration() throws {
        var maker = RecordMaker(seed: 4)
        let records = maker.records(6)
        let journal = try open()
        try journal.append(Array(records[..<4]))
        try journal.close()
        try Self.toVersion3(path)
        try FileManager.default.removeItem(atPath: path + ".witness")
        #expect(try JournalReader(path: path).records(after: 0, limit: 9) == Array(records[..<4]))
        #expect(try JournalReader(path: path).ledgerHead == 0)

        let migrated = try open()
        try migrated.append(Array(records[4...]))
        #expect(try migrated.records(after: 0, limit: 9) == records)
        #expect(
            text(try migrated.reader.ledger(after: 0, limit: 9)) == [
                #"1 migration {"from":3,"to":4}"#,
                #"2 opened {"after":"migration","generation":1,"schema":4,"sealed":false}"#,
            ])
        let (tagged, untagged) = try migrated.reader.read { db in
            (
                try Int64.fetchAll(db, sql: "SELECT sequence FROM record WHERE length(tag) = 16"),
                try Int64.fetchOne(db, sql: "SELECT untagged_through FROM journal")
            )
        }
        #expect(tagged == [5, 6])
        #expect(untagged == 4)
        #expect(try JournalVerifier.verify(migrated.reader).fault == nil)
    }

    /// Takes away what version 4 added.
    private static func toVersion3(_ path: String) throws {
        let database = try DatabaseQueue(path: path)
        try database.writeWithoutTransaction { db in
            try db.execute(
                sql: """
                    DROP INDEX record_alarm; DROP TABLE dropped; DROP TABLE retained; DROP TABLE mark;
                    DROP TABLE ledger; DROP TABLE key;
                    ALTER TABLE record DROP COLUMN key; ALTER TABLE record DROP COLUMN counter;
                    ALTER TABLE record DROP COLUMN tag;
                    ALTER TABLE arrival DROP COLUMN key; ALTER TABLE arrival DROP COLUMN counter;
                    ALTER TABLE arrival DROP COLUMN tag;
                    ALTER TABLE journal DROP COLUMN generation; ALTER TABLE journal DROP COLUMN untagged_through;
                    ALTER TABLE journal DROP COLUMN next_sequence; ALTER TABLE journal DROP COLUMN is_closed;
                    DELETE FROM grdb_migrations WHERE identifier = '4 ledger';
                    PRAGMA user_version = 3;
                    """)
        }
        try database.close()
    }
}
