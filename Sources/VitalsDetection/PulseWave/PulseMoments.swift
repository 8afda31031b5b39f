/// The power sums of a window's samples, and what follows from them.
struct PulseMoments {
    private let count: Int
    private let first: Int128
    private let second: Int128
    private let third: Int128
    private let least: Int64
    private let greatest: Int64

    /// The sums of samples of up to 24 bits, at most 750 of them: all below 2^123.
    init(_ samples: [Int64]) {
        count = samples.count
        var (first, second, third): (Int64, Int64, Int128) = (0, 0, 0)
        for sample in samples {
            first += sample
            second += sample * sample
            third += Int128(sample * sample) * Int128(sample)
        }
        (self.first, self.second, self.third) = (Int128(first), Int128(second), third)
        least = samples.min() ?? 0
        greatest = samples.max() ?? 0
    }

    /// The third standardised moment; nil where all samples are equal.
    var skewness: Double? {
        let n = Int128(count)
        let square = n * second - first * first
        guard square > 0 else { return nil }
        let cube = n * n * third - 3 * n * first * second + 2 * first * first * first
        let spread = square.rounded
        return cube.rounded / (spread * spread.squareRoot())
    }

    /// The range by the magnitude of the mean, thousandths, rounded down; nil where the mean is 0.
    var perfusion: Int64? {
        guard first != 0 else { return nil }
        let range = Int128(greatest - least) * Int128(count) * 1_000
        return Int64(truncatingIfNeeded: range / Int128(first.magnitude))
    }
}

extension Int128 {
    /// The number in floating point: the halves of its magnitude rounded and added.
    fileprivate var rounded: Double {
        let (high, low) = (UInt64(truncatingIfNeeded: magnitude >> 64), UInt64(truncatingIfNeeded: magnitude))
        let size = Double(high) * 0x1p64 + Double(low)
        return self < 0 ? 0 - size : size
    }
}
