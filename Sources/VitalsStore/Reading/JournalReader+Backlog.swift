import GRDB
import VitalsCore

extension JournalReader {
    /// How many of the records that are there each sink's receiver has not acknowledged.
    ///
    /// Sequences are no count: retention leaves gaps in them, and so does an era that begins after damage.
    public func backlogs() throws(JournalError) -> [String: UInt64] {
        let path = path
        return try read { db in
            let last = try UInt64(clamping: Int64.fetchOne(db, sql: "SELECT max(sequence) FROM record") ?? 0)
            var backlogs: [String: UInt64] = [:]
            for (sink, ranges) in try Self.acknowledgements(db, path: path) where Self.takesRecords(sink) {
                backlogs[sink] = try ranges.missing(upTo: last).reduce(0) { count, gap in
                    let statement = try db.cachedStatement(
                        sql: "SELECT count(*) FROM record WHERE sequence BETWEEN ? AND ?")
                    let records = try Int64.fetchOne(
                        statement, arguments: [Int64(clamping: gap.lowerBound), Int64(clamping: gap.upperBound)])
                    return count + UInt64(clamping: records ?? 0)
                }
            }
            return backlogs
        }
    }

    /// Whether a sink's name is that of a receiver of records: its receipts and the ledger are noted under names beside it.
    static func takesRecords(_ sink: String) -> Bool { !sink.contains("/") && !sink.contains(".") }
}
