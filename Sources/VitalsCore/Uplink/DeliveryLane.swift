/// Which records go first. The order of the cases is the order of their right of way.
public enum DeliveryLane: Int, CaseIterable, Sendable {
    /// Alarms of now.
    case liveAlarms
    /// The alarms of the backlog, read ahead of it to know which is the newest of its condition; none is handed over.
    case alarmStates
    /// Alarms of the backlog.
    case alarms
    /// Everything else of now.
    case live
    /// Everything else of the backlog.
    case backlog
    /// What was delivered, and is asked for once more.
    case replay

    /// The one kind that is read from the journal; nil when all are.
    public var kind: RecordKind? {
        switch self {
        case .liveAlarms, .alarmStates, .alarms: .alarm
        case .live, .backlog, .replay: nil
        }
    }

    /// Whether it takes its turn at the pace of the backlog.
    var isPaced: Bool { self == .backlog || self == .replay }
}

/// The records of one lane: read up to a cursor, and waiting to be handed over in the order of the journal.
struct DeliveryQueue: Sendable {
    /// Everything up to here was read.
    var cursor: UInt64 = 0
    /// In the order of their sequences.
    private(set) var waiting: [Record] = []

    mutating func takeFirst() -> Record { waiting.removeFirst() }

    /// Puts a record into its place.
    mutating func putBack(_ record: Record) { waiting.insert(record, at: place(of: record.sequence)) }

    /// Whether the record of that sequence waits here.
    func contains(_ sequence: UInt64) -> Bool {
        let place = place(of: sequence)
        return place < waiting.count && waiting[place].sequence == sequence
    }

    /// How many wait before it; found by halving.
    private func place(of sequence: UInt64) -> Int {
        // Records come in the order of the journal: most belong at the end.
        guard let last = waiting.last, last.sequence >= sequence else { return waiting.count }
        var (low, high) = (0, waiting.count - 1)
        while low < high {
            let middle = (low + high) / 2
            if waiting[middle].sequence < sequence { low = middle + 1 } else { high = middle }
        }
        return low
    }

    /// Begins anew behind a sequence.
    mutating func reset(to sequence: UInt64) {
        cursor = sequence
        waiting.removeAll(keepingCapacity: true)
    }
}
