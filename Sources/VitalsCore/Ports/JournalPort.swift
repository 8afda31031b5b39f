/// The durable, append-only sequence of records, and what each sink has had acknowledged of it.
///
/// Real adapter: `VitalsStore.Journal` (SQLite). Twin: `InMemoryJournal` in the test kit. Both pass one conformance
/// suite. Errors are the adapter's own; a throwing `append` has stored none of the batch.
public protocol JournalPort: AnyObject, Sendable {
    /// Which journal this is.
    var identity: JournalIdentity { get }

    /// The sequence of the last durable record, 0 in an empty journal.
    var head: UInt64 { get throws }

    /// Makes records durable, all or none. Their sequences follow the head without a gap.
    func append(_ records: [Record]) throws

    /// Durable records with `sequence > after`, in order, at most `limit` of them.
    func records(after sequence: UInt64, limit: Int) throws -> [Record]

    /// Notes that a sink's receiver acknowledged these sequences. Durable with or before the next append.
    func acknowledge(_ sequences: [ClosedRange<UInt64>], sink: String) throws

    /// What the sink's receiver has acknowledged: disjoint, ascending, not touching.
    func acknowledged(sink: String) throws -> [ClosedRange<UInt64>]
}
