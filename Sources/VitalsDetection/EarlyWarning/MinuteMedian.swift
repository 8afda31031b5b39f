/// The median of the values of one minute, one a second; the last of a second counts.
struct MinuteMedian: Hashable, Sendable {
    private var seconds = [Int32?](repeating: nil, count: Int(VitalsDetectionLimits.earlyWarningSeconds))
    /// Why the last reading without a value had none.
    private(set) var lastRefusal: Refusal?

    /// Takes a reading; `second` is its place in the minute, 0 to 59.
    mutating func take(_ reading: Reading, second: Int) {
        switch reading {
        case .value(let value): seconds[second] = value
        case .absent(let refusal): lastRefusal = refusal
        }
    }

    /// How many seconds have a value.
    var count: Int { seconds.count { $0 != nil } }

    /// Twice the median: the two middle values of an even number of them are added, and nothing is rounded.
    var doubledMedian: Int64? {
        let sorted = seconds.compactMap(\.self).sorted()
        guard !sorted.isEmpty else { return nil }
        return Int64(sorted[(sorted.count - 1) / 2]) + Int64(sorted[sorted.count / 2])
    }

    mutating func reset() { self = MinuteMedian() }
}
