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

    /// The first numbers in a row that are in this set and not in the other.
    public func firstRange(notIn other: SequenceRanges) -> ClosedRange<UInt64>? {
        var skipped = 0
        for range in ranges {
            var first = range.lowerBound
            while skipped < other.ranges.count, other.ranges[skipped].upperBound < first { skipped += 1 }
            if skipped < other.ranges.count, other.ranges[skipped].contains(first) {
                guard other.ranges[skipped].upperBound < range.upperBound else { continue }
                first = other.ranges[skipped].upperBound + 1
                skipped += 1
            }
            guard skipped < other.ranges.count, other.ranges[skipped].lowerBound <= range.upperBound else {
                return first...range.upperBound
            }
            return first...(other.ranges[skipped].lowerBound - 1)
        }
        return nil
    }
}
