import VitalsCore
import VitalsModel

/// A row of a journal, told by its shape alone: which table a damaged page belongs to, nobody says. Some shapes are those
/// of two tables; then it is taken for both, and what is proved by a tag decides.
enum SalvagedRow: Sendable {
    /// Whose journal it is.
    case journal(JournalRow)
    /// What stands for a sensor.
    case sensor(id: Int64, address: UInt64)
    /// What stands for a subject.
    case subject(id: Int64, name: String)
    /// A record, with the numbers of its sensor and its subject.
    case record(RecordRow)
    /// What was received and was in no record yet.
    case arrival(ArrivalRow)
    /// An entry of the ledger.
    case ledger(LedgerEntry)
    /// A run of records that retention dropped, with the hash of the last one, covered or not.
    case dropped(ClosedRange<UInt64>, chain: [UInt8])
    /// A wrapped data key, as it stands.
    case key(KeyRow)
    /// What a sink had acknowledged. It has no proof, so it only tells how far the sequences went.
    case acknowledged(through: UInt64)

    /// Whose journal it is, and how far it went.
    struct JournalRow: Hashable, Sendable {
        let identity: JournalIdentity
        let created: WallTime
        let sealedSequence: UInt64
        let generation: Int64
    }

    /// Reads a cell; nil when no table of a journal has such rows.
    init?(_ cell: BTreePage.Cell) {
        let columns = cell.columns
        let row: SalvagedRow? =
            if let id = cell.rowID {
                columns.first == .null ? Self.keyRow(id, columns, count: 5) ?? Self.tableRow(id, columns) : nil
            } else {
                Self.indexRow(columns)
            }
        guard let row else { return nil }
        self = row
    }

    private static func tableRow(_ id: Int64, _ columns: [SQLiteValue]) -> SalvagedRow? {
        guard id > 0 else { return nil }
        switch columns.count {
        case 2:
            if let name = columns[1].text { return .subject(id: id, name: name) }
            return columns[1].count.map { .sensor(id: id, address: $0) }
        case 3:
            guard let last = columns[1].count, let first = UInt64(exactly: id), first <= last,
                let chain = columns[2].blob,
                [RecordChain.byteCount, ChainCover.coveredByteCount].contains(chain.count)
            else { return nil }
            return .dropped(first...last, chain: chain)
        case 8 where columns[1].text != nil: return ledgerRow(id, columns)
        case 7, 11: return journalRow(columns) ?? RecordRow(id, columns).map(SalvagedRow.record)
        default: return RecordRow(id, columns).map(SalvagedRow.record)
        }
    }

    private static func indexRow(_ columns: [SQLiteValue]) -> SalvagedRow? {
        switch columns.count {
        case 2:
            guard let id = columns[1].integer, id > 0 else { return nil }
            if let name = columns[0].text { return .subject(id: id, name: name) }
            // An index over the sequences themselves looks the same.
            guard let address = columns[0].count, address != UInt64(id) else { return nil }
            return .sensor(id: id, address: address)
        case 3:
            guard columns[0].text != nil, let last = columns[2].count else { return nil }
            return .acknowledged(through: last)
        // The index over the keys holds all of each.
        case 6: return columns[0].integer.flatMap { keyRow($0, columns, count: 6) }
        case 8, 11: return ArrivalRow(columns).map(SalvagedRow.arrival)
        default: return nil
        }
    }

    /// The key that covers hashes has the number 0.
    private static func keyRow(_ id: Int64, _ columns: [SQLiteValue], count: Int) -> SalvagedRow? {
        guard columns.count == count, id >= KeyRow.cover, let kek = columns[1].text, let wrapped = columns[2].blob,
            wrapped.count == KeyRow.wrappedByteCount
        else { return nil }
        return .key(KeyRow(id: id, kek: kek, wrapped: wrapped))
    }

    private static func journalRow(_ columns: [SQLiteValue]) -> SalvagedRow? {
        guard let gateway = columns[1].text, let epoch = columns[2].text, let created = columns[4].integer,
            let sealed = columns[5].count
        else { return nil }
        let generation = columns.count > 7 ? columns[7].integer : 0
        return .journal(
            JournalRow(
                identity: JournalIdentity(gateway: gateway, epoch: epoch), created: WallTime(microseconds: created),
                sealedSequence: sealed, generation: generation ?? 0))
    }

    private static func ledgerRow(_ id: Int64, _ columns: [SQLiteValue]) -> SalvagedRow? {
        guard let number = UInt64(exactly: id), let kind = columns[1].text.flatMap(LedgerEntry.Kind.init(rawValue:)),
            let stamp = Stamp(columns[2], columns[3], columns[4]), let body = columns[5].blob,
            let chain = columns[6].blob.flatMap(LedgerChain.init(stored:)),
            columns[7] == .null || columns[7].blob != nil
        else { return nil }
        return .ledger(
            LedgerEntry(
                number: number, kind: kind, stamp: stamp, body: body, chain: chain.hash, signature: columns[7].blob))
    }
}

extension Stamp {
    /// The three columns of a stamp.
    init?(_ monotonic: SQLiteValue, _ wall: SQLiteValue, _ synchronised: SQLiteValue) {
        guard let monotonic = monotonic.integer, let wall = wall.integer, let synchronised = synchronised.integer,
            synchronised == 0 || synchronised == 1
        else { return nil }
        self.init(
            monotonic: MonotonicTime(microseconds: monotonic), wall: WallTime(microseconds: wall),
            isSynchronised: synchronised == 1)
    }
}
