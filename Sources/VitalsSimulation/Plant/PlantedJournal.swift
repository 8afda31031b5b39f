import VitalsCore
import VitalsStore

/// The journal as writer and uplink see it in a simulation. Without a bug it hands everything on.
final class PlantedJournal: LiveJournalPort, @unchecked Sendable {
    // Unchecked: a simulation has one thread.
    private let journal: Journal
    private let bug: PlantedBug?
    /// Records that are on the way to the journal, for the bug that publishes them.
    private var early: [Record] = []

    init(_ journal: Journal, bug: PlantedBug?) {
        self.journal = journal
        self.bug = bug
    }

    var identity: JournalIdentity { journal.identity }
    var head: UInt64 { max(journal.head, early.last?.sequence ?? 0) }
    var nextSequence: UInt64 { get throws { journal.nextSequence } }
    var oldestSequence: UInt64? { get throws { try journal.oldestSequence } }
    var eraGaps: [ClosedRange<UInt64>] { get throws { try journal.eraGaps } }

    /// Records are on the way.
    func willAppend(_ records: [Record]) { if bug == .publishesBeforeCommit { early += records } }

    func append(_ records: [Record]) throws { try append(records, arrivals: []) }

    func append(_ records: [Record], arrivals: [Arrival]) throws {
        early.removeAll { record in records.contains { $0.sequence == record.sequence } }
        let noted = bug == .forgetsArrivals ? [] : arrivals
        let result = Result { try journal.append(records, arrivals: noted) }
        if case .failure(let error) = result, bug != .ignoresCommitErrors { throw error }
    }

    func promise(upTo sequence: UInt64) { journal.promise(upTo: sequence) }

    func arrivals() throws -> [Arrival] { try journal.arrivals() }

    func records(after sequence: UInt64, limit: Int) throws -> [Record] {
        let durable = try journal.records(after: sequence, limit: limit)
        return durable + early.filter { $0.sequence > max(sequence, journal.head) }.prefix(limit - durable.count)
    }

    func records(after sequence: UInt64, limit: Int, kind: RecordKind) throws -> [Record] {
        try journal.records(after: sequence, limit: limit, kind: kind)
    }

    func acknowledge(_ sequences: [ClosedRange<UInt64>], sink: String) throws {
        try journal.acknowledge(sequences, sink: sink)
    }

    func acknowledged(sink: String) throws -> [ClosedRange<UInt64>] { journal.acknowledged(sink: sink) }
}
