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
    mutating func putBack(_ record: Record) {
        guard let last = waiting.last, last.sequence > record.sequence else { return waiting.append(record) }
        let index = waiting.firstIndex { $0.sequence > record.sequence } ?? waiting.endIndex
        waiting.insert(record, at: index)
    }

    /// Begins anew behind a sequence.
    mutating func reset(to sequence: UInt64) {
        cursor = sequence
        waiting.removeAll(keepingCapacity: true)
    }
}
