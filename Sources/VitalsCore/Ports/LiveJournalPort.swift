/// A journal that also keeps what live sensors sent and is in no record yet.
///
/// Real adapter: `VitalsStore.Journal` (SQLite). Twin: `InMemoryJournal` in the test kit. Both pass one conformance
/// suite.
public protocol LiveJournalPort: JournalPort {
    /// Makes records and arrivals durable, all or none, and in the same transaction forgets the arrivals that the
    /// records settle (`Settlement`), be they noted before or in this batch. `append` of records alone does so too.
    ///
    /// An arrival comes in an earlier batch than the record that settles it, or in the same one.
    func append(_ records: [Record], arrivals: [Arrival]) throws

    /// The arrivals that no record has settled, in the order in which they came.
    func arrivals() throws -> [Arrival]
}
