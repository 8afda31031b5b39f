/// The journal's own audit trail: what the store did, entry by entry, hash-chained beside the records.
///
/// Real adapter: `VitalsStore.Journal` (SQLite). Twin: `InMemoryJournal` in the test kit. Both pass one conformance
/// suite.
public protocol LedgerPort: AnyObject, Sendable {
    /// The number of the last entry, 0 when there is none.
    var ledgerHead: UInt64 { get throws }

    /// Adds an entry, which is durable when it returns. `body` is one JSON object with sorted members.
    func note(_ kind: LedgerEntry.Kind, body: [UInt8]) throws

    /// Entries with `number > after`, in order, at most `limit` of them. After damage their numbers may leave a gap.
    func ledger(after number: UInt64, limit: Int) throws -> [LedgerEntry]

    /// The newest entry of a kind; nil when there is none.
    func lastLedgerEntry(_ kind: LedgerEntry.Kind) throws -> LedgerEntry?

    /// Notes that a sink's receiver acknowledged every entry up to this number. Durable with or before the next append.
    func acknowledgeLedger(through number: UInt64, sink: String) throws

    /// The number up to which the sink's receiver has acknowledged every entry; 0 when none.
    func ledgerAcknowledged(sink: String) throws -> UInt64
}
