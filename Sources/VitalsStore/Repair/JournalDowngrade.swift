import GRDB
import VitalsCore
import VitalsModel

/// The way back: writes a journal's records, acknowledgements and arrivals into a file of version 3, which the
/// releases before the ledger read and go on with. The journal itself is left as it is.
///
/// Version 3 knows no ledger, no tags, no seals and no dropped records. So the account stays behind in the old file, and
/// `journal verify` of that release names the first record that retention has dropped as missing; and what is sealed in
/// the journal, which takes its key, is readable in the copy. Identity, sequences
/// and hashes stay the same: a receiver sees no difference, and the journal may be migrated forward again.
public enum JournalDowngrade {
    /// The version that is written.
    public static let version: Int64 = 3

    /// What was written.
    public struct Outcome: Hashable, Sendable {
        /// Records.
        public let records: UInt64
        /// Arrivals that were in no record yet.
        public let arrivals: Int
        /// Whether records are missing, which version 3 cannot explain.
        public let hasGaps: Bool
        /// Whether the journal is sealed: the copy is not, since version 3 knows no seals.
        public internal(set) var wasSealed = false
    }

    /// Writes a version-3 copy of a journal.
    ///
    /// - Parameters:
    ///   - reader: The journal, open for reading; nobody should write it meanwhile.
    ///   - output: The new file, which must not be there.
    ///   - progress: Told the sequence of each record.
    /// - Throws: `JournalError`; also when a new record would get a number that was given out before.
    public static func run(
        _ reader: JournalReader, to output: String, files: any FileSystem = PosixFileSystem(),
        progress: (UInt64) -> Void = { _ in }
    ) throws(JournalError) -> Outcome {
        let head = try reader.head
        let last = try reader.last
        guard head == last.sequence else {
            let what =
                "its last record is \(last.sequence), and records up to \(head) were there: version 3 would give "
                + "their numbers out again"
            throw JournalError(.damaged(sequence: nil, what: what), "downgrade", path: reader.path)
        }
        let arrivals = try reader.read { db in try ArrivalTable.read(db, reader.reading(db), path: reader.path) }
        let wasSealed = try reader.read { db in try JournalSchema.hasLedger(db) && !KeyRow.all(db).isEmpty }
        let created = try JournalError.onFiles("downgrade", path: output) { () throws(FileSystemError) in
            try files.create(output)
        }
        guard created else { throw JournalError(.cannotCreate("there is such a file"), "downgrade", path: output) }
        do throws(JournalError) {
            var outcome = try write(reader, arrivals, last, to: output, files, progress)
            outcome.wasSealed = wasSealed
            return outcome
        } catch {
            for suffix in ["", "-wal", "-shm"] { try? files.remove(output + suffix) }
            throw error
        }
    }

    /// Fills the new file, which nobody trusts before it is whole.
    private static func write(
        _ reader: JournalReader, _ arrivals: [Arrival], _ last: ChainEnd, to output: String, _ files: any FileSystem,
        _ progress: (UInt64) -> Void
    ) throws(JournalError) -> Outcome {
        let outcome = try JournalError.mapping("downgrade", path: output) {
            let database = try JournalConnection.writer(output)
            let birth = JournalSchema.Birth(identity: reader.identity, created: reader.created)
            try JournalSchema.migrator(birth).migrate(database, upTo: "3 arrivals")
            let outcome = try database.writeWithoutTransaction { db in
                try db.execute(sql: "PRAGMA synchronous = OFF")
                var outcome: Outcome?
                try db.inTransaction {
                    outcome = try copy(reader, arrivals, last, db, progress)
                    return .commit
                }
                return outcome
            }
            try database.close()
            return outcome
        }
        try JournalError.onFiles("downgrade", path: output) { () throws(FileSystemError) in
            try files.synchronise(output)
            try files.synchronise(output.directory)
        }
        guard let outcome else { throw JournalError(.closed, "downgrade", path: output) }
        return outcome
    }

    private static func copy(
        _ reader: JournalReader, _ arrivals: [Arrival], _ last: ChainEnd, _ db: Database, _ progress: (UInt64) -> Void
    ) throws -> Outcome {
        var head: UInt64 = 0
        var count: UInt64 = 0
        while true {
            let rows = try reader.storedRecords(after: head, limit: VitalsStoreLimits.walkBatch)
            guard !rows.isEmpty else { break }
            for row in rows {
                if let refusal = row.refusal { throw JournalError(refusal, "downgrade", path: reader.path) }
                guard case .success(let stored) = row.content else {
                    throw JournalError(
                        .damaged(sequence: row.sequence, what: row.faultyColumn), "downgrade", path: reader.path)
                }
                try insert(stored, db)
                head = row.sequence
                count += 1
                progress(head)
            }
        }
        for (number, arrival) in arrivals.enumerated() { try insert(arrival, Int64(number) + 1, db) }
        for (sink, ranges) in try reader.acknowledged() where !sink.hasSuffix("/ledger") {
            for range in ranges {
                try db.execute(
                    sql: "INSERT INTO acknowledged (sink, first, last) VALUES (?, ?, ?)",
                    arguments: [sink, Int64(clamping: range.lowerBound), Int64(clamping: range.upperBound)])
            }
        }
        try db.execute(
            sql: "UPDATE journal SET sealed_sequence = ?, sealed_chain = ?",
            arguments: [Int64(clamping: last.sequence), last.chain.hash.blob])
        return Outcome(records: count, arrivals: arrivals.count, hasGaps: count != head)
    }

    private static func insert(_ stored: StoredRecord, _ db: Database) throws {
        let record = stored.record
        let statement = try db.cachedStatement(
            sql: """
                INSERT INTO record (sequence, kind, sensor, monotonic, wall, synchronised, subject, body, chain)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
                """)
        try statement.execute(arguments: [
            Int64(clamping: record.sequence), Int64(record.kind.rawValue),
            try record.sensor.map { try RowNumber.of($0, db) }, record.stamp.monotonic.microseconds,
            record.stamp.wall.microseconds, record.stamp.isSynchronised ? 1 : 0, try RowNumber.of(record.subject, db),
            record.body.blob, stored.chain.hash.blob,
        ])
    }

    private static func insert(_ arrival: Arrival, _ number: Int64, _ db: Database) throws {
        let statement = try db.cachedStatement(
            sql: """
                INSERT INTO arrival (sensor, stream, number, boot, monotonic, wall, synchronised, value)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?)
                """)
        try statement.execute(arguments: [
            Int64(clamping: arrival.sensor.rawValue), Int64(arrival.stream.rawValue), number, arrival.boot,
            arrival.stamp.monotonic.microseconds, arrival.stamp.wall.microseconds, arrival.stamp.isSynchronised ? 1 : 0,
            arrival.value.blob,
        ])
    }
}

extension JournalReader {
    /// The last record that is there, and its hash; 0 without any.
    fileprivate var last: ChainEnd {
        get throws(JournalError) {
            let identity = identity
            let path = path
            return try read { db in
                try ChainEnd(
                    ofRecords: db, identity: identity, reading: reading(db), operation: "downgrade", path: path)
            }
        }
    }
}
