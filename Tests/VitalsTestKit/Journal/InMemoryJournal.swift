import Synchronization
public import VitalsCore
import VitalsModel

/// The journal's twin: as durable as the test that holds it, and it fails or stalls when it is told to.
public final class InMemoryJournal: LiveJournalPort {
    /// Why the twin refused something.
    public enum Refusal: Error, Hashable {
        /// A batch does not continue the journal.
        case outOfSequence
        /// Sequence 0 was acknowledged.
        case invalidAcknowledgement
        /// A record says that it holds samples, and they cannot be read.
        case damagedBlock
    }

    struct State {
        var records: [Record] = []
        /// The sequence that the next record must have.
        var next: UInt64 = 1
        var eraGaps: [ClosedRange<UInt64>] = []
        /// The last sequence that was seen outside before it was durable.
        var promised: UInt64 = 0
        var arrivals: [Arrival] = []
        /// What the last `start` record said.
        var boot: String?
        var acknowledged: [String: Set<UInt64>] = [:]
        var appends: [[Record]] = []
        var ledger: [LedgerEntry] = []
        var ledgerAcknowledged: [String: UInt64] = [:]
    }

    /// Which journal this is.
    public let identity: JournalIdentity
    let state = Mutex(State())
    private let beforeAppend: @Sendable (_ appends: Int) throws -> Void

    /// An empty journal.
    ///
    /// - Parameter beforeAppend: Called by each append with the count of appends that succeeded before; what it throws,
    ///   the append throws, and while it does not return, the append does not either.
    public init(
        identity: JournalIdentity = JournalIdentity(gateway: "gateway", epoch: "0123456789abcdef"),
        beforeAppend: @escaping @Sendable (_ appends: Int) throws -> Void = { _ in }
    ) {
        self.identity = identity
        self.beforeAppend = beforeAppend
    }

    /// A journal that holds what another one holds now, as a killed process leaves it.
    public init(copyOf journal: InMemoryJournal) {
        identity = journal.identity
        beforeAppend = { _ in }
        journal.state.withLock { other in
            state.withLock { state in
                state.records = other.records
                state.next = other.promised < other.next ? other.next : other.promised + 1
                state.eraGaps = other.eraGaps
                state.arrivals = other.arrivals
                state.acknowledged = other.acknowledged
                state.ledger = other.ledger
                state.ledgerAcknowledged = other.ledgerAcknowledged
            }
        }
    }

    /// The sequence of the last record, 0 before the first.
    public var head: UInt64 { state.withLock { $0.records.last?.sequence ?? 0 } }

    /// The sequence that the next record must have.
    public var nextSequence: UInt64 { state.withLock { $0.next } }

    /// The sequence of the oldest record that is kept; nil when none is.
    public var oldestSequence: UInt64? { state.withLock { $0.records.first?.sequence } }

    /// What lies before each era.
    public var eraGaps: [ClosedRange<UInt64>] { state.withLock { $0.eraGaps } }

    /// The batches in which the records came.
    public var appends: [[Record]] { state.withLock { $0.appends } }

    /// Takes records, all or none.
    public func append(_ records: [Record]) throws { try append(records, arrivals: []) }

    /// Takes records and arrivals, all or none, and drops every arrival whose very sample stands in a block.
    public func append(_ records: [Record], arrivals: [Arrival]) throws {
        try beforeAppend(state.withLock { $0.appends.count })
        try state.withLock { state in
            guard zip(records, state.next...).allSatisfy({ $0.sequence == $1 }) else { throw Refusal.outOfSequence }
            var next = state
            next.arrivals += arrivals
            for record in records { try next.settle(record) }
            next.records += records
            next.next += UInt64(records.count)
            if !records.isEmpty { next.appends.append(records) }
            state = next
        }
    }

    /// The arrivals that are in no block.
    public func arrivals() throws -> [Arrival] { state.withLock { $0.arrivals } }

    /// A copy of this journal, as a killed process leaves it, gives these sequences to no other record.
    public func promise(upTo sequence: UInt64) { state.withLock { $0.promised = max($0.promised, sequence) } }

    /// Records with `sequence > after`, in order, at most `limit` of them.
    public func records(after sequence: UInt64, limit: Int) throws -> [Record] {
        state.withLock { Array($0.records[$0.index(after: sequence)...].prefix(max(0, limit))) }
    }

    /// Those of one kind.
    public func records(after sequence: UInt64, limit: Int, kind: RecordKind) throws -> [Record] {
        state.withLock { state in
            Array(state.records[state.index(after: sequence)...].lazy.filter { $0.kind == kind }.prefix(max(0, limit)))
        }
    }

    /// Notes every single sequence: slow, and plainly right.
    public func acknowledge(_ sequences: [ClosedRange<UInt64>], sink: String) throws {
        guard sequences.allSatisfy({ $0.lowerBound > 0 }) else { throw Refusal.invalidAcknowledgement }
        state.withLock { state in
            for range in sequences { state.acknowledged[sink, default: []].formUnion(range) }
        }
    }

    /// The noted sequences as ranges.
    public func acknowledged(sink: String) throws -> [ClosedRange<UInt64>] {
        state.withLock { state in
            var ranges: [ClosedRange<UInt64>] = []
            for sequence in (state.acknowledged[sink] ?? []).sorted() {
                if let last = ranges.last, last.upperBound + 1 == sequence {
                    ranges[ranges.count - 1] = last.lowerBound...sequence
                } else {
                    ranges.append(sequence...sequence)
                }
            }
            return ranges
        }
    }

    // MARK: What happens to a journal

    /// Takes records away, as retention does.
    public func drop(_ sequences: ClosedRange<UInt64>) {
        state.withLock { $0.records.removeAll { sequences.contains($0.sequence) } }
    }

    /// The next record has this sequence, as after damage that lost an unknown tail.
    public func beginEra(at sequence: UInt64) {
        state.withLock { state in
            guard sequence > state.next else { return }
            state.eraGaps.append(state.next...(sequence - 1))
            state.next = sequence
        }
    }
}

extension InMemoryJournal.State {
    /// The place of the first record behind a sequence; binary search.
    func index(after sequence: UInt64) -> Int {
        var low = 0
        var high = records.count
        while low < high {
            let middle = low + (high - low) / 2
            if records[middle].sequence <= sequence { low = middle + 1 } else { high = middle }
        }
        return low
    }

    /// Slow, and plainly right: it looks for each arrival's own stamp, and knows nothing of ranges.
    fileprivate mutating func settle(_ record: Record) throws {
        if record.kind == .start { boot = record.boot }
        guard let boot, record.kind == .samples || record.kind == .malformed else { return }
        let stamps = record.kind == .samples ? try Self.stamps(record) : [record.stamp]
        arrivals.removeAll { arrival in
            let isItsStream =
                record.subject == arrival.stream.name
                || record.subject == arrival.stream.characteristic.description.lowercased()
            return isItsStream && arrival.sensor == record.sensor && arrival.boot == boot
                && stamps.contains(arrival.stamp)
        }
    }

    private static func stamps(_ record: Record) throws -> [Stamp] {
        guard let block = try? SampleBlock(decoding: record.body) else { throw InMemoryJournal.Refusal.damagedBlock }
        return block.stamps
    }
}
