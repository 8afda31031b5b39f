/// A set of sequence numbers as disjoint, ascending ranges that do not touch.
struct SequenceRanges: Hashable, Sendable {
    private(set) var ranges: [ClosedRange<UInt64>] = []

    /// Adds a range, and joins what it overlaps or touches.
    mutating func insert(_ range: ClosedRange<UInt64>) {
        let touching = range.lowerBound.saturatingPredecessor...range.upperBound.saturatingSuccessor
        let start = ranges.firstIndex { $0.upperBound >= touching.lowerBound } ?? ranges.endIndex
        let end = ranges[start...].firstIndex { $0.lowerBound > touching.upperBound } ?? ranges.endIndex
        let joined = ranges[start..<end]
        let lower = min(range.lowerBound, joined.first?.lowerBound ?? range.lowerBound)
        let upper = max(range.upperBound, joined.last?.upperBound ?? range.upperBound)
        ranges.replaceSubrange(start..<end, with: CollectionOfOne(lower...upper))
    }

    /// The part up to and including `last`.
    func upTo(_ last: UInt64) -> SequenceRanges {
        var part = SequenceRanges()
        part.ranges = ranges.prefix { $0.lowerBound <= last }.map { $0.lowerBound...min($0.upperBound, last) }
        return part
    }
}

extension UInt64 {
    fileprivate var saturatingPredecessor: UInt64 { self == .min ? .min : self - 1 }
    fileprivate var saturatingSuccessor: UInt64 { self == .max ? .max : self + 1 }
}
