/// The arithmetic of the charts: Q16 of any unit in 64 bits.
enum ChartNumber {
    /// A number no larger than the largest sample.
    static func clamped(_ value: Int64) -> Int64 {
        min(max(value, -VitalsDetectionLimits.trendSample), VitalsDetectionLimits.trendSample)
    }

    /// The product of two Q16 numbers, rounded down, or the nearer end of the range.
    static func product(_ a: Int64, _ b: Int64) -> Int64 {
        let (high, low) = a.multipliedFullWidth(by: b)
        guard high >> 15 == 0 || high >> 15 == -1 else { return high < 0 ? .min : .max }
        return high << 48 | Int64(bitPattern: UInt64(low) >> 16)
    }
}

extension UInt64 {
    /// The greatest integer whose square is no more than this, bit by bit.
    var squareRootRoundedDown: UInt64 {
        var root: UInt64 = 0
        var rest = self
        var bit: UInt64 = 1 << 62
        while bit > 0 {
            if rest >= root + bit {
                rest -= root + bit
                root = root >> 1 + bit
            } else {
                root >>= 1
            }
            bit >>= 2
        }
        return root
    }
}
