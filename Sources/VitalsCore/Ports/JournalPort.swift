/// The durable, append-only sequence of records, and what each sink has had acknowledged of it.
///
/// Real adapter: `VitalsStore.Journal` (SQLite). Twin: `InMemoryJournal` in the test kit. Both pass one conformance
/// suite. Errors are the adapter's own; a throwing `append` has stored none of the batch.
public protocol JournalPort: AnyObject, Sendable {
    /// Which journal this is.
    var identity: JournalIdentity { get }

    /// The sequence of the last durable record, 0 in an empty journal.
    var head: UInt64 { get throws }

    /// The sequence that the next record must have: the head's successor, or the first one of a new era when damage lost
    /// an unknown tail, so that no sequence is given twice.
    var nextSequence: UInt64 { get throws }

    /// The sequence of the oldest record that is kept; nil when none is. Records below it, and some above it, may have
    /// been dropped by retention.
    var oldestSequence: UInt64? { get throws }

    /// The runs of sequences that end where an era begins: as far as anybody knows they are no records, and most of them never
    /// were.
    var eraGaps: [ClosedRange<UInt64>] { get throws }

    /// Makes records durable, all or none. Their sequences follow from `nextSequence` without a gap.
    func append(_ records: [Record]) throws

    /// Sequences up to here are about to be seen outside before their records are durable: whatever becomes of this
    /// process, they are given to no other record. It never waits for a commit that is under way.
    func promise(upTo sequence: UInt64) throws

    /// Durable records with `sequence > after`, in order, at most `limit` of them. Dropped ones are not among them.
    func records(after sequence: UInt64, limit: Int) throws -> [Record]

    /// Those of one kind. For alarms it costs no more than their number, however many other records lie between them.
    func records(after sequence: UInt64, limit: Int, kind: RecordKind) throws -> [Record]

    /// Notes that a sink's receiver acknowledged these sequences. Durable with or before the next append; a sequence
    /// above the head, of an alarm whose commit is late, with the append that brings its record.
    func acknowledge(_ sequences: [ClosedRange<UInt64>], sink: String) throws

    /// What the sink's receiver has acknowledged: disjoint, ascending, not touching.
    func acknowledged(sink: String) throws -> [ClosedRange<UInt64>]
}
