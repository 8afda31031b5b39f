/// The earlier window that a window of a series is nearest to, and how near.
public struct DiscordNeighbour: Hashable, Sendable {
    /// How many samples before the window it stands.
    public let lag: Int
    /// Samples in a window, m.
    public let window: Int
    /// What the two have in common.
    public let likeness: Likeness

    /// What two windows have in common; numbers are m² times the quantity, and exact.
    public enum Likeness: Hashable, Sendable {
        /// Both have a shape.
        case shapes(covariance: Int, variance: Int, other: Int)
        /// One of them is constant: a correlation of 1/2 by convention. The variance is that of the window itself.
        case oneConstant(variance: Int)
        /// Both are constant: a correlation of 1 by convention.
        case constants
    }

    /// The z-normalised Euclidean distance √(2m(1 - r)), 0 to √(4m), by IEEE arithmetic in a fixed order: r is the
    /// correlation of the two windows.
    ///
    /// Where r is above 0, 1 - r is (1 - r²)/(1 + r) with 1 - r² in whole numbers, so that nothing cancels.
    public var distance: Double {
        let length = Double(2 * window)
        switch likeness {
        case .constants: return 0
        case .oneConstant: return (length * 0.5).squareRoot()
        case .shapes(let covariance, let variance, let other):
            let root = Double(variance).squareRoot() * Double(other).squareRoot()
            guard covariance > 0 else { return (length * ((root - Double(covariance)) / root)).squareRoot() }
            let rest = Self.square(variance, other) - Self.square(covariance, covariance)
            return (length * (rest.rounded / (root * (root + Double(covariance))))).squareRoot()
        }
    }

    /// The correlation, -1 to 1; a few parts in 2^53 from the exact one.
    public var correlation: Double {
        switch likeness {
        case .constants: 1
        case .oneConstant: 0.5
        case .shapes(let covariance, let variance, let other):
            min(max(Double(covariance) / (Double(variance).squareRoot() * Double(other).squareRoot()), -1), 1)
        }
    }

    /// Whether it is nearer to the one window than another candidate is, decided in whole numbers.
    func isNearer(than rival: DiscordNeighbour) -> Bool {
        let (mine, its) = (parts, rival.parts)
        if (mine.covariance >= 0) != (its.covariance >= 0) { return mine.covariance >= 0 }
        let left = Self.product(mine.covariance, by: its.variance)
        let right = Self.product(its.covariance, by: mine.variance)
        if left == right { return false }
        let isFarther = left.high == right.high ? left.low < right.low : left.high < right.high
        return (mine.covariance >= 0) != isFarther
    }

    /// A covariance and a variance whose quotient, the first by the root of the second, is the correlation but for a
    /// common factor, the root of the window's own variance. So 1/2 is v / √(4v) by its own variance v.
    private var parts: (covariance: Int, variance: Int) {
        switch likeness {
        case .shapes(let covariance, _, let other): (covariance, other)
        case .oneConstant(let variance): (variance, 4 * variance)
        case .constants: (0, 0)
        }
    }

    /// covariance² · variance in 192 bits.
    private static func product(_ covariance: Int, by variance: Int) -> (high: UInt128, low: UInt64) {
        let square = square(covariance, covariance)
        let low = UInt128(UInt64(truncatingIfNeeded: square)) * UInt128(variance.magnitude)
        let high = (square >> 64) * UInt128(variance.magnitude) + low >> 64
        return (high, UInt64(truncatingIfNeeded: low))
    }

    private static func square(_ left: Int, _ right: Int) -> UInt128 {
        UInt128(left.magnitude) * UInt128(right.magnitude)
    }
}

extension UInt128 {
    /// The number in floating point: its upper and its lower half rounded and added.
    fileprivate var rounded: Double {
        Double(UInt64(truncatingIfNeeded: self >> 64)) * 0x1p64 + Double(UInt64(truncatingIfNeeded: self))
    }
}
