import GRDB
public import VitalsCore

extension JournalReader {
    /// Ledger entries with `number > after`, in order, at most `limit` of them.
    public func ledger(after number: UInt64, limit: Int) throws(JournalError) -> [LedgerEntry] {
        let path = path
        return try read { db in
            var entries: [LedgerEntry] = []
            guard try JournalSchema.hasLedger(db) else { return entries }
            let statement = try db.cachedStatement(sql: LedgerEntry.query)
            let rows = try Row.fetchCursor(statement, arguments: Self.range(number, limit))
            while let row = try rows.next() {
                do {
                    entries.append(try LedgerEntry(row))
                } catch let fault as StoredRecordFault {
                    let place = LedgerEntry.number(row).map { "ledger entry \($0)" } ?? "a ledger entry"
                    let what = "\(place), column \(fault.column)"
                    throw JournalError(.damaged(sequence: nil, what: what), "read", path: path)
                }
            }
            return entries
        }
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
}
