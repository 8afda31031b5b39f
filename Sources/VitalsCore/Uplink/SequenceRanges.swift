/// A set of sequence numbers, kept as ranges: what a receiver has acknowledged or a verifier has seen.
///
/// Deliveries come nearly in order, so there are rarely more ranges than records in flight. Adding at the end costs
/// nothing that grows; anywhere else the cost is linear in the number of ranges.
public struct SequenceRanges: Hashable, Sendable {
    /// The ranges: disjoint, ascending, not touching.
    public private(set) var ranges: [ClosedRange<UInt64>] = []
    /// How many sequence numbers there are.
    public private(set) var count: UInt64 = 0

    /// An empty set.
    public init() {}

    /// The union of `ranges`, which may overlap and stand in any order.
    public init(_ ranges: some Sequence<ClosedRange<UInt64>>) {
        for range in ranges { insert(range) }
    }

    /// Whether nothing is in it.
    public var isEmpty: Bool { ranges.isEmpty }

    /// Adds one number; false when it was there already.
    @discardableResult
    public mutating func insert(_ sequence: UInt64) -> Bool {
        let before = count
        insert(sequence...sequence)
        return count != before
    }

    /// Adds all numbers of a range.
    public mutating func insert(_ range: ClosedRange<UInt64>) {
        // Ranges below `first` end before the new one with a gap; ranges from `end` on begin after it with a gap.
        let first = index { $0.upperBound < range.lowerBound && range.lowerBound - $0.upperBound > 1 }
        let end = index { $0.lowerBound <= range.upperBound || $0.lowerBound - range.upperBound == 1 }
        var merged = range
        for touched in ranges[first..<end] {
            merged = min(merged.lowerBound, touched.lowerBound)...max(merged.upperBound, touched.upperBound)
            count -= Self.size(touched)
        }
        ranges.replaceSubrange(first..<end, with: CollectionOfOne(merged))
        count += Self.size(merged)
    }

    /// Takes all numbers of a range away.
    public mutating func remove(_ range: ClosedRange<UInt64>) {
        let first = index { $0.upperBound < range.lowerBound }
        let end = index { $0.lowerBound <= range.upperBound }
        guard first < end else { return }
        var rest: [ClosedRange<UInt64>] = []
        for touched in ranges[first..<end] {
            count -= Self.size(touched)
            if touched.lowerBound < range.lowerBound { rest.append(touched.lowerBound...range.lowerBound - 1) }
            if touched.upperBound > range.upperBound { rest.append(range.upperBound + 1...touched.upperBound) }
        }
        for range in rest { count += Self.size(range) }
        ranges.replaceSubrange(first..<end, with: rest)
    }

    /// How many of the numbers are not above `last`.
    public func count(upTo last: UInt64) -> UInt64 {
        var count = count
        for range in ranges.reversed() where range.upperBound > last {
            count -= Self.size(range)
            if range.lowerBound <= last { count += Self.size(range.lowerBound...last) }
        }
        return count
    }

    /// Whether the number is in it.
    public func contains(_ sequence: UInt64) -> Bool { range(containing: sequence) != nil }

    /// The range that the number lies in.
    public func range(containing sequence: UInt64) -> ClosedRange<UInt64>? {
        let first = index { $0.upperBound < sequence }
        return first < ranges.count && ranges[first].contains(sequence) ? ranges[first] : nil
    }

    /// What is missing of `1...last`, ascending; empty when nothing is.
    public func missing(upTo last: UInt64) -> [ClosedRange<UInt64>] { last == 0 ? [] : missing(in: 1...last) }

    /// What is missing of a range, ascending; empty when nothing is.
    public func missing(in range: ClosedRange<UInt64>) -> [ClosedRange<UInt64>] {
        var gaps: [ClosedRange<UInt64>] = []
        var next = range.lowerBound
        let start = index { $0.upperBound < range.lowerBound }
        for known in ranges[start...] where next <= range.upperBound {
            if known.lowerBound > next { gaps.append(next...min(known.lowerBound - 1, range.upperBound)) }
            guard known.upperBound < range.upperBound else { return gaps }
            next = max(next, known.upperBound + 1)
        }
        if next <= range.upperBound { gaps.append(next...range.upperBound) }
        return gaps
    }

    /// The first range for which `isBelow` does not hold; binary search.
    private func index(where isBelow: (ClosedRange<UInt64>) -> Bool) -> Int {
        var low = 0
        var high = ranges.count
        while low < high {
            let middle = low + (high - low) / 2
            if isBelow(ranges[middle]) { low = middle + 1 } else { high = middle }
        }
        return low
    }

    /// Sequences begin at 1, so a 0 in a foreign range is not counted, and even the fullest range has a size that fits.
    private static func size(_ range: ClosedRange<UInt64>) -> UInt64 {
        range.upperBound == 0 ? 0 : range.upperBound - max(range.lowerBound, 1) + 1
    }
}
