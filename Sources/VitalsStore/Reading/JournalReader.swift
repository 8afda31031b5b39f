import Foundation
import GRDB
import Synchronization
public import VitalsCore
public import VitalsModel

/// A journal, read only. It works while the daemon writes, from any process; each call sees one committed state.
public final class JournalReader: Sendable {
    /// The journal's file.
    public let path: String
    /// Which journal this is.
    public let identity: JournalIdentity
    /// When it was created, by the wall clock of that moment.
    public let created: WallTime
    private let connection: Mutex<DatabaseQueue>
    private let unsealer: Unsealer
    /// Rows up to this one may have no tag.
    private let untaggedThrough: UInt64
    private let isClosed = Mutex(false)
    private let activity = Mutex(ReadActivity())

    /// Opens a journal. Nothing is created or changed.
    ///
    /// - Parameter protection: The key of a sealed journal. Without it, what is sealed is an error when it is read.
    public init(
        path: String, protection: JournalProtection = JournalProtection(), files: any FileSystem = PosixFileSystem()
    ) throws(JournalError) {
        let isThere = (try? files.size(of: path)) ?? nil != nil
        guard isThere else { throw JournalError(.absent, "open", path: path) }
        // SQLite calls a directory a fault of the disk.
        _ = try JournalError.onFiles("open", path: path) { () throws(FileSystemError) in
            try files.read(path, at: 0, count: 1)
        }
        let (database, header) = try JournalError.mapping("open", path: path) {
            let database = try JournalConnection.reader(path)
            return (database, try database.read { try JournalHeader.read($0, path: path) })
        }
        guard let header else { throw JournalError(.notAJournal, "open", path: path) }
        self.path = path
        connection = Mutex(database)
        identity = header.identity
        created = header.created
        unsealer = Unsealer(protection, epoch: header.identity.epoch)
        untaggedThrough = header.version < 4 ? .max : header.untaggedThrough
    }

    private var database: DatabaseQueue { connection.withLock { $0 } }

    /// Goes on with a new connection, when the old one's file may be lost. The old one ends with its last reader.
    func reopen() throws(JournalError) {
        let new = try JournalError.mapping("reopen", path: path) { try JournalConnection.reader(path) }
        connection.withLock { $0 = new }
    }

    /// Ends the connection; every later call throws.
    public func close() throws(JournalError) {
        try JournalError.mapping("close", path: path) {
            let wasClosed = isClosed.withLock { isClosed in
                defer { isClosed = true }
                return isClosed
            }
            guard !wasClosed else { throw JournalError(.closed, "close", path: path) }
            try database.close()
        }
    }

    /// The sequence of the last record, 0 in an empty journal.
    public var head: UInt64 {
        get throws(JournalError) {
            let last = try read { db in
                let record = try Int64.fetchOne(db, sql: "SELECT max(sequence) FROM record") ?? 0
                guard try JournalSchema.hasLedger(db) else { return record }
                return max(record, try Int64.fetchOne(db, sql: "SELECT max(last) FROM dropped") ?? 0)
            }
            return UInt64(clamping: last)
        }
    }

    /// The head with its hash, to be kept elsewhere.
    public var anchor: JournalAnchor {
        get throws(JournalError) {
            let end = try end
            return JournalAnchor(identity: identity, sequence: end.sequence, hash: end.chain.hash)
        }
    }

    private var end: ChainEnd {
        get throws(JournalError) {
            let (identity, path) = (identity, path)
            return try read { db in
                try ChainEnd(db, identity: identity, reading: reading(db), operation: "read", path: path)
            }
        }
    }

    /// Forgets keys that are erased.
    func forget(keys: [Int64]) { for id in keys { unsealer.forget(id) } }

    /// What it takes to read rows in this transaction.
    func reading(_ db: Database) -> RowReading {
        RowReading(database: db, epoch: identity.epoch, untaggedThrough: untaggedThrough, unsealer: unsealer)
    }

    /// Records with `sequence > after`, in order, at most `limit` of them. One that is missing without an account is
    /// damage: a page of another place may hide all the others, and have nothing wrong in itself.
    public func records(after sequence: UInt64, limit: Int) throws(JournalError) -> [VitalsCore.Record] {
        var records: [VitalsCore.Record] = []
        let (rows, hole) = try read { db in
            let rows = try stored(after: sequence, limit: limit, db)
            return (rows, try ChainGap.unaccounted(rows.map(\.sequence), after: sequence, db))
        }
        if let hole {
            throw JournalError(.damaged(sequence: hole, what: "the record is missing"), "read", path: path)
        }
        for row in rows {
            if let refusal = row.refusal { throw JournalError(refusal, "read", path: path) }
            guard let stored = row.whole else {
                throw JournalError(.damaged(sequence: row.sequence, what: row.faultyColumn), "read", path: path)
            }
            records.append(stored.record)
        }
        return records
    }

    /// The rows of those records, each readable or not.
    func storedRecords(after sequence: UInt64, limit: Int) throws(JournalError) -> [StoredRow] {
        try read { db in try stored(after: sequence, limit: limit, db) }
    }

    private func stored(after sequence: UInt64, limit: Int, _ db: Database) throws -> [StoredRow] {
        var stored: [StoredRow] = []
        let reading = reading(db)
        let statement = try db.cachedStatement(sql: StoredRecord.query(db))
        let rows = try Row.fetchCursor(statement, arguments: Self.range(sequence, limit))
        while let row = try rows.next() {
            if let row = StoredRow(row, reading) { stored.append(row) }
        }
        return stored
    }

    /// What the sink's receiver has acknowledged: disjoint, ascending, not touching.
    public func acknowledged(sink: String) throws(JournalError) -> [ClosedRange<UInt64>] {
        try acknowledgements()[sink]?.ranges ?? []
    }

    /// What every sink's receiver has acknowledged.
    public func acknowledged() throws(JournalError) -> [String: [ClosedRange<UInt64>]] {
        try acknowledgements().mapValues(\.ranges)
    }

    func acknowledgements() throws(JournalError) -> [String: SequenceRanges] {
        let path = path
        return try read { db in try Self.acknowledgements(db, path: path) }
    }

    static func acknowledgements(_ db: Database, path: String) throws -> [String: SequenceRanges] {
        var sinks: [String: SequenceRanges] = [:]
        let rows = try Row.fetchCursor(db, sql: "SELECT sink, first, last FROM acknowledged ORDER BY sink, first")
        while let row = try rows.next() {
            guard let sink = row.text(0), let first = row.integer(1).flatMap(UInt64.init(exactly:)),
                let last = row.integer(2).flatMap(UInt64.init(exactly:)), first > 0, first <= last
            else { throw JournalError(.damaged(sequence: nil, what: "an acknowledged range"), "read", path: path) }
            sinks[sink, default: SequenceRanges()].insert(first...last)
        }
        return sinks
    }

    /// The stored hashes of the records after a sequence: a record each, none missing, or it ends there.
    func hashes(after sequence: UInt64, limit: Int) throws(JournalError) -> [RecordChain] {
        var hashes: [RecordChain] = []
        for row in try storedRecords(after: sequence, limit: limit) {
            if let refusal = row.refusal { throw JournalError(refusal, "read", path: path) }
            guard row.sequence == sequence + UInt64(hashes.count) + 1, let stored = row.whole else { break }
            hashes.append(stored.chain)
        }
        return hashes
    }

    /// The run of dropped records that a sequence lies in; nil when it lies in none.
    func gap(at sequence: UInt64) throws(JournalError) -> ChainGap? {
        let path = path
        return try read { db in
            let cover = try KeyTable.cover(reading(db).unsealer, db, "read", path: path)
            return try ChainGap.containing(sequence, db, cover, path: path)
        }
    }

    /// One read transaction. One that is held for too long is interrupted (`interruptOld`), and says so.
    func read<Value>(_ body: (Database) throws -> Value) throws(JournalError) -> Value {
        let began = activity.withLock { $0.begin() }
        defer { activity.withLock { $0.end(began) } }
        return try JournalError.mapping("read", path: path) {
            try database.unsafeRead { db in
                // Asked on the queue that closes the connection: GRDB stops the program when a closed one is read.
                guard !isClosed.withLock({ $0 }) else { throw JournalError(.closed, "read", path: path) }
                var value: Value?
                try db.inTransaction(.deferred) {
                    value = try body(db)
                    return .commit
                }
                guard let value else { throw JournalError(.closed, "read", path: path) }
                return value
            }
        }
    }

    /// Interrupts the reads that were under way when it was called `VitalsStoreLimits.readSecondsMax` ago: a reader that
    /// holds the past open keeps the WAL file from being used again.
    ///
    /// - Returns: Whether there was one.
    func interruptOld(at time: MonotonicTime) -> Bool {
        let isOld = activity.withLock { $0.isHeld(at: time) }
        if isOld { database.interrupt() }
        return isOld
    }

    static func range(_ sequence: UInt64, _ limit: Int) -> StatementArguments {
        [Int64(clamping: sequence), Int64(max(0, limit))]
    }
}
