public import VitalsCore
public import VitalsModel

/// What a journal needs of its writer's thread beside commits. Plain calls, one at a time, none beside a commit: the
/// simulation makes them by turns.
public protocol JournalUpkeep: AnyObject, Sendable {
    /// The last durable record and its hash. It never waits for the disk.
    var anchor: JournalAnchor { get }

    /// Makes records and arrivals durable as `LiveJournalPort.append` does, with the account of records that were given up
    /// before they came so far. The sequences of both together follow the head without a gap.
    func append(_ records: [Record], arrivals: [Arrival], shed: [ShedRun]) throws

    /// One bounded piece of work: a mark, the ballast, or a chunk of retention; true when there is more at once.
    func maintain(at stamp: Stamp) throws -> Bool

    /// After a commit that found the disk or the journal full: makes room for the next try; false when there is nothing
    /// left that may go.
    func makeRoom(at stamp: Stamp) throws -> Bool

    /// After an error that leaves unknown what the disk holds: opens the file anew, and compares it with what was
    /// committed. Nothing is tried again on a connection that failed.
    ///
    /// - Returns: Whether the commit that failed is durable after all.
    func reopen() throws -> Bool
}
