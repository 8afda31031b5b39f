import GRDB
import VitalsCore
import VitalsModel

extension LedgerEntry {
    /// The entries after a number, in order.
    static let query = """
        SELECT entry, kind, monotonic, wall, synchronised, body, chain, signature
        FROM ledger WHERE entry > ? ORDER BY entry LIMIT ?
        """

    /// The row's number, when it has one that an entry can have.
    static func number(_ row: Row) -> UInt64? { row.integer(0).flatMap(UInt64.init(exactly:)) }

    /// Reads a row of `query`, or says which column cannot be what was written.
    init(_ row: Row) throws(StoredRecordFault) {
        guard let number = Self.number(row), number > 0 else { throw StoredRecordFault(column: "entry") }
        guard let kind = row.text(1).flatMap(Kind.init(rawValue:)) else { throw StoredRecordFault(column: "kind") }
        guard let monotonic = row.integer(2) else { throw StoredRecordFault(column: "monotonic") }
        guard let wall = row.integer(3) else { throw StoredRecordFault(column: "wall") }
        guard let synchronised = row.integer(4), synchronised == 0 || synchronised == 1 else {
            throw StoredRecordFault(column: "synchronised")
        }
        guard let body = row.bytes(5) else { throw StoredRecordFault(column: "body") }
        guard let chain = row.bytes(6), chain.count == RecordChain.byteCount else {
            throw StoredRecordFault(column: "chain")
        }
        guard row.isNull(7) || row.bytes(7) != nil else { throw StoredRecordFault(column: "signature") }
        self.init(
            number: number, kind: kind,
            stamp: Stamp(
                monotonic: MonotonicTime(microseconds: monotonic), wall: WallTime(microseconds: wall),
                isSynchronised: synchronised == 1),
            body: body, chain: chain, signature: row.bytes(7))
    }
}
