import GRDB
import VitalsCore

/// The last record of a journal and its hash, be it there or dropped by retention.
struct ChainEnd: Sendable {
    /// The record's sequence, 0 in an empty journal.
    private(set) var sequence: UInt64 = 0
    /// The chain at that record.
    private(set) var chain: RecordChain

    /// Reads it: two look-ups, however many records there are.
    init(
        _ db: Database, identity: JournalIdentity, reading: RowReading, operation: String, path: String
    ) throws {
        try self.init(ofRecords: db, identity: identity, reading: reading, operation: operation, path: path)
        guard try JournalSchema.hasLedger(db),
            let row = try Row.fetchOne(db, sql: "SELECT last, chain FROM dropped ORDER BY first DESC LIMIT 1")
        else { return }
        guard let last = StoredRecord.sequence(row), last > 0, let bytes = row.bytes(1) else {
            throw Self.damaged(operation, path)
        }
        guard last > sequence else { return }
        guard let dropped = try KeyTable.cover(reading.unsealer, db, operation, path: path).reveal(bytes) else {
            throw Self.damaged(operation, path)
        }
        sequence = last
        chain = dropped
    }

    /// Reads the last record that is there.
    init(
        ofRecords db: Database, identity: JournalIdentity, reading: RowReading, operation: String, path: String
    ) throws {
        chain = RecordChain(identity)
        guard let row = try Row.fetchOne(db, sql: StoredRecord.lastQuery(db)) else { return }
        guard let row = StoredRow(row, reading) else { throw Self.damaged(operation, path) }
        if let code = row.refusal { throw JournalError(code, operation, path: path) }
        guard let stored = row.whole, row.sequence > 0 else { throw Self.damaged(operation, path) }
        sequence = row.sequence
        chain = stored.chain
    }

    private static func damaged(_ operation: String, _ path: String) -> JournalError {
        JournalError(.damaged(sequence: nil, what: "the last record"), operation, path: path)
    }
}
