import VitalsModel

/// What the far side asked to be sent again: which sequences, and of them those of which span of time.
///
/// It shrinks as records are sent, or turn out to be dropped, not to be delivered yet, or to lie outside the span.
struct ReplayOrder: Sendable {
    private var pending = SequenceRanges()
    private var span: ClosedRange<WallTime>?

    /// Sequences that are still to be looked at.
    var count: UInt64 { pending.count }
    var isEmpty: Bool { pending.isEmpty }
    var first: UInt64? { pending.ranges.first?.lowerBound }
    var last: UInt64 { pending.ranges.last?.upperBound ?? 0 }

    /// Adds an order for records up to `head`. Two at a time are one whose span holds both: what is sent once too often is
    /// discarded.
    mutating func add(_ ranges: [ClosedRange<UInt64>], span: ClosedRange<WallTime>?, head: UInt64) {
        if pending.isEmpty {
            self.span = span
        } else if let old = self.span, let span {
            self.span = min(old.lowerBound, span.lowerBound)...max(old.upperBound, span.upperBound)
        } else {
            self.span = nil
        }
        for range in ranges where range.upperBound > 0 && range.lowerBound <= head {
            pending.insert(max(1, range.lowerBound)...max(1, min(range.upperBound, head)))
        }
    }

    /// Whether a record of the journal is to be sent.
    func wants(_ record: Record) -> Bool {
        pending.contains(record.sequence) && span.map { $0.contains(record.stamp.wall) } ?? true
    }

    /// The next sequence behind one that is to be looked at.
    func next(after sequence: UInt64) -> UInt64? {
        guard let range = pending.ranges.first(where: { $0.upperBound > sequence }) else { return nil }
        return max(range.lowerBound, sequence + 1)
    }

    /// A record was sent, or need not be.
    mutating func sent(_ sequence: UInt64) { sent(sequence...sequence) }

    /// These were sent, or need not be.
    mutating func sent(_ range: ClosedRange<UInt64>) { pending.remove(range) }
}
