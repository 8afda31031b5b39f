/// How long things took, in microseconds: counts in buckets that are an eighth of a power of two wide, so a percentile is
/// at most an eighth too high. It takes no more room however long it counts.
public struct LatencyHistogram: Hashable, Sendable {
    private static let parts = 8

    private var buckets: [UInt64] = []
    /// How many there were.
    public private(set) var count: UInt64 = 0
    /// The longest, in microseconds.
    public private(set) var maximum: UInt64 = 0

    /// An empty histogram.
    public init() {}

    /// Counts one more.
    public mutating func note(microseconds: UInt64) {
        let index = Self.index(microseconds)
        if index >= buckets.count { buckets += [UInt64](repeating: 0, count: index + 1 - buckets.count) }
        buckets[index] += 1
        count += 1
        maximum = max(maximum, microseconds)
    }

    /// What so many of a thousand stayed below, in microseconds: 500 is the median, 990 the 99th percentile, 999 the
    /// 99.9th; nil without any.
    public func perMille(_ share: UInt64) -> UInt64? {
        guard count > 0 else { return nil }
        let rank = max(1, (count * min(share, 1_000) + 999) / 1_000)
        var seen: UInt64 = 0
        for (index, number) in buckets.enumerated() {
            seen += number
            if seen >= rank { return min(maximum, Self.highest(index)) }
        }
        return maximum
    }

    private static func index(_ value: UInt64) -> Int {
        guard value >= UInt64(parts) else { return Int(value) }
        let power = 63 - value.leadingZeroBitCount
        return (power - 2) * parts + Int((value >> UInt64(power - 3)) & 7)
    }

    /// The largest value of a bucket.
    private static func highest(_ index: Int) -> UInt64 {
        guard index >= parts else { return UInt64(index) }
        let power = UInt64(index / parts + 2)
        let part = UInt64(index % parts)
        return ((8 + part) << (power - 3)) + ((1 << (power - 3)) - 1)
    }
}
