import GRDB
import VitalsCore

/// Records that are no longer there, one after the other, and the chain at the last of them. Behind what damage took the
/// chain may be unknown: then it begins anew with the record that follows, as the ledger tells.
struct ChainGap: Sendable {
    let sequences: ClosedRange<UInt64>
    let chain: RecordChain?

    /// The first run that begins at or after a sequence; nil when there is none.
    static func first(
        from sequence: UInt64, _ db: Database, _ cover: ChainCover, path: String
    ) throws -> ChainGap? {
        guard try JournalSchema.hasLedger(db) else { return nil }
        let sql = "SELECT first, last, chain FROM dropped WHERE first >= ? ORDER BY first LIMIT 1"
        guard let row = try Row.fetchOne(db, sql: sql, arguments: [Int64(clamping: sequence)]) else { return nil }
        return try ChainGap(row, cover, path: path)
    }

    /// The run that a sequence lies in; nil when it lies in none.
    static func containing(
        _ sequence: UInt64, _ db: Database, _ cover: ChainCover, path: String
    ) throws -> ChainGap? {
        guard try JournalSchema.hasLedger(db) else { return nil }
        let sql = "SELECT first, last, chain FROM dropped WHERE first <= ? ORDER BY first DESC LIMIT 1"
        guard let row = try Row.fetchOne(db, sql: sql, arguments: [Int64(clamping: sequence)]) else { return nil }
        let run = try ChainGap(row, cover, path: path)
        return run.sequences.contains(sequence) ? run : nil
    }

    /// The first sequence behind `after` that is neither among these, which follow it, nor in a run; nil when all are.
    static func unaccounted(_ sequences: [UInt64], after: UInt64, _ db: Database) throws -> UInt64? {
        var last = after
        for sequence in sequences {
            if sequence <= last || sequence > last + 1, try !covers(last + 1, before: sequence, db) { return last + 1 }
            last = sequence
        }
        return nil
    }

    /// Whether runs hold all from a sequence to the one before another.
    private static func covers(_ first: UInt64, before end: UInt64, _ db: Database) throws -> Bool {
        guard first < end, try JournalSchema.hasLedger(db) else { return false }
        let statement = try db.cachedStatement(
            sql: "SELECT last FROM dropped WHERE first <= ? ORDER BY first DESC LIMIT 1")
        var next = first
        while next < end {
            let row = try Row.fetchOne(statement, arguments: [Int64(clamping: next)])
            guard let last = row?.integer(0).flatMap(UInt64.init(exactly:)), last >= next else { return false }
            next = last + 1
        }
        return true
    }

    private init(_ row: Row, _ cover: ChainCover, path: String) throws {
        guard let first = row.integer(0).flatMap(UInt64.init(exactly:)), first > 0,
            let last = row.integer(1).flatMap(UInt64.init(exactly:)), first <= last,
            let stored = row.bytes(2), stored.isEmpty || cover.reveal(stored) != nil
        else {
            let what = "the account of dropped records"
            throw JournalError(.damaged(sequence: StoredRecord.sequence(row), what: what), "read", path: path)
        }
        sequences = first...last
        chain = cover.reveal(stored)
    }
}
