import GRDB
public import VitalsCore

extension JournalReader {
    /// Ledger entries with `number > after`, in order, at most `limit` of them.
    public func ledger(after number: UInt64, limit: Int) throws(JournalError) -> [LedgerEntry] {
        var entries: [LedgerEntry] = []
        for row in try ledgerRows(after: number, limit: limit) {
            guard case .success(let entry) = row.content else {
                let place = row.number.map { "ledger entry \($0)" } ?? "a ledger entry"
                throw JournalError(.damaged(sequence: nil, what: "\(place), \(row.faultyColumn)"), "read", path: path)
            }
            entries.append(entry)
        }
        return entries
    }

    /// The number of the last ledger entry, 0 without any.
    public var ledgerHead: UInt64 {
        get throws(JournalError) {
            let last = try read { db in
                guard try JournalSchema.hasLedger(db) else { return nil as Int64? }
                return try Int64.fetchOne(db, sql: "SELECT max(entry) FROM ledger")
            }
            return UInt64(clamping: last ?? 0)
        }
    }

    /// The last entry of a kind; nil when there is none.
    public func lastLedgerEntry(_ kind: LedgerEntry.Kind) throws(JournalError) -> LedgerEntry? {
        let number = try read { db in
            guard try JournalSchema.hasLedger(db) else { return nil as Int64? }
            let sql = "SELECT entry FROM ledger WHERE kind = ? ORDER BY entry DESC LIMIT 1"
            return try Int64.fetchOne(db, sql: sql, arguments: [kind.rawValue])
        }
        guard let number, number > 0 else { return nil }
        return try ledger(after: UInt64(number) - 1, limit: 1).first
    }

    /// The rows of the ledger, each readable or not; none in a file that is older than the ledger.
    func ledgerRows(after number: UInt64, limit: Int) throws(JournalError) -> [LedgerRow] {
        try read { db in
            guard try JournalSchema.hasLedger(db) else { return [] }
            // From the first row on, also those that cannot be: an entry 0 or below is foreign.
            let first = number == 0 ? Int64.min : Int64(clamping: number)
            let statement = try db.cachedStatement(sql: LedgerEntry.query)
            let rows = try Row.fetchCursor(statement, arguments: [first, Int64(max(0, limit))])
            var found: [LedgerRow] = []
            while let row = try rows.next() { found.append(LedgerRow(row)) }
            return found
        }
    }

    /// The number with which the ledger went on after the last damage: what stands before may have lost entries. 0 when
    /// there was none.
    var ledgerEra: UInt64 {
        get throws(JournalError) {
            let entry = try read { db in
                guard try JournalSchema.hasLedger(db) else { return nil as Int64? }
                return try Int64.fetchOne(
                    db, sql: "SELECT max(entry) FROM ledger WHERE kind = ?",
                    arguments: [LedgerEntry.Kind.quarantine.rawValue])
            }
            return entry.flatMap(UInt64.init(exactly:)) ?? 0
        }
    }

    /// How often the journal was opened for writing; nil in a file that is older than the ledger.
    var generation: UInt64? {
        get throws(JournalError) {
            try read { db in
                guard try JournalSchema.hasLedger(db) else { return nil }
                let generation = try Int64.fetchOne(db, sql: "SELECT generation FROM journal")
                return generation.flatMap(UInt64.init(exactly:))
            }
        }
    }
}

/// A row of the ledger, readable or not.
struct LedgerRow: Sendable {
    /// Nil when not even the number can be read.
    let number: UInt64?
    let content: Result<LedgerEntry, StoredRecordFault>

    init(_ row: Row) {
        number = LedgerEntry.number(row)
        content = Result { () throws(StoredRecordFault) in try LedgerEntry(row) }
    }

    /// The column that cannot be read, of a row that cannot.
    var faultyColumn: String {
        if case .failure(let fault) = content { "column \(fault.column)" } else { "no column" }
    }
}
