import Foundation
import GRDB
import VitalsCore
import VitalsJSON
import VitalsModel
import VitalsTestKit

@testable import VitalsStore

/// What somebody may do to a journal's file who can write it: random edits of each kind, by a seed.
struct Tampering {
    /// The kinds that the verifier has to find.
    enum Kind: String, CaseIterable, Sendable {
        /// A value of a record, its hash or its tag becomes another one.
        case edit
        /// Records are gone.
        case deletion
        /// The same, and the gap is closed.
        case closedDeletion = "closed deletion"
        /// A record that never was there: a copy of another one, with its hash and tag. One whose hash was computed anew
        /// is a fork.
        case insertion
        /// Two records change places.
        case reordering
        /// The end is gone, with everything in the file that tells of it but the checkpoints elsewhere.
        case truncation
        /// The journal went on otherwise from some record on.
        case fork
        /// An older copy of the whole file is in its place.
        case rollback = "roll-back"
        /// A ledger entry becomes another one, or is gone, or was added.
        case ledger
        /// Records are gone and the account says so, but for the ledger.
        case falseAccount = "false account"
    }

    static let protection = JournalProtection(
        key: nil, signer: CheckpointSigner(secret: (0..<32).map { UInt8($0) }))
    static let records = 60

    /// The record that a salvaged journal has lost, with its hash.
    static let lost = 30

    /// The untouched journal, and what the far side has of it.
    let original: String
    /// What it was like at the end of each opening but the last.
    private let older: [String]
    let witness: Checkpoint
    let publicKey: [UInt8]
    /// Records that are there, behind those that retention dropped, and the ledger's entries.
    private let places: [Int]
    private let entries: [Int]

    /// Makes the journal: some openings, each with a checkpoint at its end, and some records dropped as retention does.
    ///
    /// - Parameter isSalvaged: Whether it was damaged before its last opening, and so goes on in another era.
    init(in directory: TemporaryDirectory, key: JournalKey?, isSalvaged: Bool) throws {
        original = directory.file("original.sqlite")
        older = (0..<3).map { directory.file("older-\($0).sqlite") }
        var protection = Self.protection
        protection.key = key
        var maker = RecordMaker(seed: 77)
        for round in 0..<4 {
            let journal = try Self.open(original, protection, salvages: isSalvaged && round == 3)
            if isSalvaged, round == 3 { maker = RecordMaker(seed: 78, first: journal.nextSequence) }
            try journal.append(maker.records(Self.records / 4))
            if round == 2 { try Self.drop(4...6, from: journal) }
            try journal.close()
            if round < older.count { try FileManager.default.copyItem(atPath: original, toPath: older[round]) }
        }
        let reader = try JournalReader(path: original, protection: protection)
        (places, entries) = try reader.read { db in
            (
                try Int.fetchAll(db, sql: "SELECT sequence FROM record WHERE sequence > 7 ORDER BY sequence"),
                try Int.fetchAll(db, sql: "SELECT entry FROM ledger ORDER BY entry")
            )
        }
        let last = try reader.lastLedgerEntry(.checkpoint)
        guard let last, let witness = Checkpoint(last, of: reader.identity), let signer = protection.signer else {
            throw CocoaError(.fileReadCorruptFile)
        }
        self.witness = witness
        publicKey = signer.publicKey
    }

    private static func open(_ path: String, _ protection: JournalProtection, salvages: Bool) throws -> Journal {
        if salvages {
            let database = try DatabaseQueue(path: path)
            try database.writeWithoutTransaction { db in
                try db.execute(
                    sql: """
                        UPDATE record SET body = zeroblob(length(body)), chain = zeroblob(length(chain)),
                            tag = zeroblob(length(tag)) WHERE sequence = \(lost)
                        """)
            }
            try database.close()
            JournalRecovery.suspect(path: path, reason: "a test says so")
        }
        return try JournalRecovery(path: path, gateway: "gateway", now: .zero, protection: protection)
            .open { () throws(JournalError) in
                try Journal(
                    path: path, gateway: "gateway", created: .zero, epoch: "0123456789abcdef", protection: protection)
            }.journal
    }

    /// Drops records as retention does.
    static func drop(_ sequences: ClosedRange<UInt64>, from journal: Journal) throws {
        try journal.change("retain") { db, ledger, stamp in
            let arguments: StatementArguments = [Int64(sequences.upperBound) - 1, 1]
            guard let row = try Row.fetchOne(db, sql: StoredRecord.query(db), arguments: arguments),
                let chain = StoredRow(row, journal.reader.reading(db))?.whole?.chain
            else { throw CocoaError(.fileReadCorruptFile) }
            let (first, last) = (Int64(sequences.lowerBound), Int64(sequences.upperBound))
            try db.execute(sql: "DELETE FROM record WHERE sequence BETWEEN ? AND ?", arguments: [first, last])
            try db.execute(
                sql: "INSERT INTO dropped VALUES (?, ?, ?)",
                arguments: [first, last, try journal.cover.cover(chain).blob])
            try ledger.append(LedgerNote(.retention) { $0.member("count", last - first + 1) }, at: stamp, db)
        }
    }

    /// Writes a copy with one edit of a kind; what was done, for a report.
    func tamper(_ kind: Kind, _ random: inout SplitMix64, at path: String) throws -> String {
        for suffix in ["", "-wal", "-shm"] { try? FileManager.default.removeItem(atPath: path + suffix) }
        if kind == .rollback {
            let number = random.int(0...(older.count - 1))
            try FileManager.default.copyItem(atPath: older[number], toPath: path)
            return "copy \(number)"
        }
        try FileManager.default.copyItem(atPath: original, toPath: path)
        var configuration = Configuration()
        configuration.foreignKeysEnabled = false
        let database = try DatabaseQueue(path: path, configuration: configuration)
        defer { try? database.close() }
        return try database.writeWithoutTransaction { db in
            let sql = try statements(kind, &random, db)
            try db.execute(sql: sql)
            return sql
        }
    }

    private func statements(_ kind: Kind, _ random: inout SplitMix64, _ db: Database) throws -> String {
        let index = random.int(0...(places.count - 1))
        let place = places[index]
        let other = places[(index + random.int(1...(places.count - 1))) % places.count]
        let columns = "kind, sensor, monotonic, wall, synchronised, subject, body, chain, key, counter, tag"
        switch kind {
        case .edit: return "UPDATE record SET \(edit(&random)) WHERE sequence = \(place)"
        case .deletion:
            return "DELETE FROM record WHERE sequence BETWEEN \(place) AND \(place + random.int(0...3))"
        case .closedDeletion:
            return """
                DELETE FROM record WHERE sequence = \(place);
                UPDATE record SET sequence = -sequence WHERE sequence > \(place);
                UPDATE record SET sequence = -sequence - 1 WHERE sequence < 0;
                """
        case .insertion:
            return """
                UPDATE record SET sequence = -sequence WHERE sequence >= \(place);
                UPDATE record SET sequence = -sequence + 1 WHERE sequence < 0;
                INSERT INTO record (sequence, \(columns))
                SELECT \(place), \(columns) FROM record WHERE sequence = \(other >= place ? other + 1 : other);
                """
        case .reordering:
            return """
                UPDATE record SET sequence = -1 WHERE sequence = \(place);
                UPDATE record SET sequence = \(place) WHERE sequence = \(other);
                UPDATE record SET sequence = \(other) WHERE sequence = -1;
                """
        case .truncation:
            let entry = try Int64.fetchOne(db, sql: "SELECT max(entry) FROM ledger") ?? 0
            return """
                DELETE FROM record WHERE sequence >= \(place);
                DELETE FROM ledger WHERE entry > \(random.int(4...Int(entry) - 1));
                UPDATE journal SET sealed_sequence = 0,
                    generation = (SELECT count(*) FROM ledger WHERE kind = 'opened');
                """
        // One that goes on otherwise with the record behind a gap is a fork of the record after it.
        case .fork: return try fork(from: places.contains(place - 1) ? place : place + 1, db)
        case .ledger: return ledgerEdit(&random)
        case .falseAccount:
            return """
                DELETE FROM record WHERE sequence = \(place);
                INSERT INTO dropped SELECT \(place), \(place), chain FROM dropped LIMIT 1;
                """
        case .rollback: return ""
        }
    }

    private func edit(_ random: inout SplitMix64) -> String {
        let edits = [
            "kind = kind % 9 + 1", "monotonic = monotonic + 1", "wall = wall - 1", "synchronised = 1 - synchronised",
            "body = CAST(body || 'x' AS BLOB)", "body = x''", "chain = zeroblob(32)", "tag = zeroblob(16)",
            "tag = NULL", "sensor = CASE WHEN sensor IS NULL THEN 1 END", "counter = coalesce(counter, 0) + 1, key = 1",
            "subject = (SELECT id FROM subject WHERE id <> record.subject LIMIT 1)", "body = substr(body, 2)",
        ]
        return edits[random.int(0...edits.count - 1)]
    }

    private func ledgerEdit(_ random: inout SplitMix64) -> String {
        let entry = entries[random.int(0...(entries.count - 1))]
        let edits = [
            "UPDATE ledger SET body = CAST(body || ' ' AS BLOB) WHERE entry = \(entry)",
            "UPDATE ledger SET wall = wall + 1 WHERE entry = \(entry)",
            "UPDATE ledger SET kind = 'receipt' WHERE entry = \(entry)",
            "UPDATE ledger SET chain = zeroblob(32) WHERE entry = \(entry)",
            "DELETE FROM ledger WHERE entry = \(entry)",
            "INSERT INTO ledger SELECT -entry, kind, monotonic, wall, synchronised, body, chain, signature FROM ledger",
            "UPDATE ledger SET signature = zeroblob(64) WHERE kind = 'checkpoint' AND entry >= \(min(entry, 6))",
            "UPDATE ledger SET signature = NULL WHERE kind = 'checkpoint'",
            "DELETE FROM ledger; UPDATE journal SET generation = 0",
        ]
        return edits[random.int(0...edits.count - 1)]
    }

    /// Computes the chain anew from a record on, as somebody can who knows the format: tags, seal and all, but no
    /// signature.
    private func fork(from place: Int, _ db: Database) throws -> String {
        let identity = JournalIdentity(gateway: "gateway", epoch: "0123456789abcdef")
        let reading = RowReading(
            database: db, epoch: identity.epoch, untaggedThrough: 0,
            unsealer: Unsealer(JournalProtection(), epoch: identity.epoch))
        var sql = ""
        var chain: RecordChain?
        for row in try Row.fetchAll(db, sql: StoredRecord.query(db), arguments: [place - 2, Self.records]) {
            // Of a sealed journal nothing can be computed anew without the key: an edit is all there is.
            guard let stored = StoredRow(row, reading)?.whole else {
                return "UPDATE record SET body = zeroblob(length(body)) WHERE sequence >= \(place)"
            }
            guard let before = chain else {
                chain = stored.chain
                continue
            }
            var record = stored.record
            if record.sequence == UInt64(place) { record.stamp.wall.microseconds += 1 }
            let next = before.appending(record)
            let tag = RowTag.of(record, chain: next, epoch: identity.epoch)
            sql += """
                UPDATE record SET wall = \(record.stamp.wall.microseconds), chain = x'\(Hex.string(next.hash))',
                    tag = x'\(Hex.string(tag))' WHERE sequence = \(record.sequence);
                """
            chain = next
        }
        guard let chain else { return "DELETE FROM record" }
        return sql
            + "UPDATE journal SET sealed_chain = x'\(Hex.string(chain.hash))' WHERE sealed_sequence = \(Self.records);"
    }
}
