import GRDB
public import VitalsCore

/// What a delivery asks for beside the records themselves.
extension Journal {
    /// The sequence of the oldest record that is kept; nil when none is.
    public var oldestSequence: UInt64? {
        get throws(JournalError) {
            let oldest = try reader.read { db in
                try Int64.fetchOne(db, sql: "SELECT min(sequence) FROM record")
            }
            return oldest.flatMap(UInt64.init(exactly:))
        }
    }

    /// The runs of sequences that end where an era begins. One look-up for each era.
    public var eraGaps: [ClosedRange<UInt64>] {
        get throws(JournalError) {
            let eras = nextSequence / VitalsStoreLimits.sequenceEra
            guard eras > 0 else { return [] }
            return try reader.read { db in
                var gaps: [ClosedRange<UInt64>] = []
                for era in 1...min(eras, VitalsStoreLimits.erasMax) {
                    let last = era * VitalsStoreLimits.sequenceEra - 1
                    let statement = try db.cachedStatement(
                        sql: "SELECT first, last FROM dropped WHERE first <= ? ORDER BY first DESC LIMIT 1")
                    guard let row = try Row.fetchOne(statement, arguments: [Int64(clamping: last)]),
                        let first = StoredRecord.sequence(row), first <= last,
                        let end = row.integer(1).flatMap(UInt64.init(exactly:)), end >= last
                    else { continue }
                    gaps.append(first...last)
                }
                return gaps
            }
        }
    }

    /// Durable records of one kind with `sequence > after`, in order, at most `limit` of them.
    public func records(
        after sequence: UInt64, limit: Int, kind: RecordKind
    ) throws(JournalError) -> [VitalsCore.Record] {
        // The number stands in the statement: a partial index answers for a constant, never for an argument.
        let sequences = try reader.read { db in
            let statement = try db.cachedStatement(
                sql: """
                    SELECT sequence FROM record WHERE kind = \(kind.rawValue) AND sequence > ?
                    ORDER BY sequence LIMIT ?
                    """)
            return try Int64.fetchAll(statement, arguments: JournalReader.range(sequence, limit))
        }
        var records: [VitalsCore.Record] = []
        for sequence in sequences where sequence > 0 {
            records += try self.records(after: UInt64(sequence) - 1, limit: 1)
        }
        return records
    }
}
