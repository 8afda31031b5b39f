import GRDB
import VitalsCore

/// The last record of a journal and its hash, be it there or dropped by retention.
struct ChainEnd: Sendable {
    /// The record's sequence, 0 in an empty journal.
    private(set) var sequence: UInt64 = 0
    /// The chain at that record.
    private(set) var chain: RecordChain

    /// Reads it: two look-ups, however many records there are.
    init(_ db: Database, identity: JournalIdentity, operation: String, path: String) throws {
        chain = RecordChain(identity)
        try take(db, "SELECT sequence, chain FROM record ORDER BY sequence DESC LIMIT 1", operation, path)
        guard try JournalSchema.hasLedger(db) else { return }
        try take(db, "SELECT last, chain FROM dropped ORDER BY first DESC LIMIT 1", operation, path)
    }

    /// Reads the last record that is there.
    init(ofRecords db: Database, identity: JournalIdentity, operation: String, path: String) throws {
        chain = RecordChain(identity)
        try take(db, "SELECT sequence, chain FROM record ORDER BY sequence DESC LIMIT 1", operation, path)
    }

    private mutating func take(_ db: Database, _ sql: String, _ operation: String, _ path: String) throws {
        guard let row = try Row.fetchOne(db, sql: sql) else { return }
        guard let sequence = StoredRecord.sequence(row), sequence > 0,
            let chain = row.bytes(1).flatMap(RecordChain.init(stored:))
        else { throw JournalError(.damaged(sequence: nil, what: "the last record"), operation, path: path) }
        guard sequence > self.sequence else { return }
        self.sequence = sequence
        self.chain = chain
    }
}
