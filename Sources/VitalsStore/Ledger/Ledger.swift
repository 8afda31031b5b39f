import GRDB
import VitalsCore
import VitalsModel

/// The store's own audit trail, table `ledger`: numbered, hash-chained, append-only.
///
/// It is a value, as `JournalTail` is: a transaction works on a copy, which takes its place only when the commit has
/// succeeded. So an entry is there exactly when what it tells of is.
struct Ledger: Sendable {
    /// The number of the last entry, 0 without any.
    private(set) var head: UInt64 = 0
    /// The hash of the last entry.
    private(set) var chain: LedgerChain

    /// Reads the end of the ledger.
    init(_ db: Database, identity: JournalIdentity, path: String) throws {
        chain = LedgerChain(identity)
        guard let row = try Row.fetchOne(db, sql: "SELECT entry, chain FROM ledger ORDER BY entry DESC LIMIT 1") else {
            return
        }
        guard let number = row.integer(0).flatMap(UInt64.init(exactly:)), number > 0,
            let stored = row.bytes(1).flatMap(LedgerChain.init(stored:))
        else { throw JournalError(.damaged(sequence: nil, what: "the last ledger entry"), "open", path: path) }
        head = number
        chain = stored
    }

    /// Goes on with the numbers of the next era, above all that were ever given out: what damage took of a ledger's end
    /// nobody knows.
    mutating func beginEra(above claimed: UInt64) {
        let era = VitalsStoreLimits.sequenceEra
        head = (max(head, claimed) / era + 1) * era - 1
    }

    /// Writes the next entry in the transaction that is under way.
    mutating func append(_ note: LedgerNote, at stamp: Stamp, _ db: Database) throws {
        var entry = LedgerEntry(
            number: head + 1, kind: note.kind, stamp: stamp, body: note.body, chain: [], signature: note.signature)
        let next = chain.appending(entry)
        entry.chain = next.hash
        let statement = try db.cachedStatement(
            sql: """
                INSERT INTO ledger (entry, kind, monotonic, wall, synchronised, body, chain, signature)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?)
                """)
        try statement.execute(arguments: [
            Int64(clamping: entry.number), entry.kind.rawValue, stamp.monotonic.microseconds, stamp.wall.microseconds,
            stamp.isSynchronised ? 1 : 0, entry.body.blob, entry.chain.blob, entry.signature?.blob,
        ])
        head = entry.number
        chain = next
    }
}
