extension SequenceRanges {
    /// The part up to a sequence.
    public func upTo(_ last: UInt64) -> SequenceRanges {
        guard let end = ranges.last?.upperBound, end > last else { return self }
        return SequenceRanges(
            ranges.prefix { $0.lowerBound <= last }.map { $0.lowerBound...min($0.upperBound, last) })
    }

    /// What is in both.
    public func intersection(_ other: SequenceRanges) -> SequenceRanges {
        var result: [ClosedRange<UInt64>] = []
        var one = 0
        var two = 0
        while one < ranges.count, two < other.ranges.count {
            let first = max(ranges[one].lowerBound, other.ranges[two].lowerBound)
            let last = min(ranges[one].upperBound, other.ranges[two].upperBound)
            if first <= last { result.append(first...last) }
            if ranges[one].upperBound < other.ranges[two].upperBound { one += 1 } else { two += 1 }
        }
        return SequenceRanges(result)
    }

    /// What is in this set and not in the other, ascending: so many ranges at most.
    public func ranges(notIn other: SequenceRanges, atMost count: Int) -> [ClosedRange<UInt64>] {
        var found: [ClosedRange<UInt64>] = []
        for range in ranges {
            for missing in other.missing(in: range) {
                guard found.count < count else { return found }
                found.append(missing)
            }
        }
        return found
    }
}
