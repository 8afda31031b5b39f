/// The rows of a block of interval windows: sixteen windows of RR intervals side by side, a lane a window.
///
/// The kernel adds the intervals of a part of each window to the sums, so that windows longer than a block are given to it
/// part after part. An interval of 0 is none, and breaks the chain: what follows is no pair with what came before.
///
/// Sums of squares are kept as two: those of the lower and of the upper sixteen bits of each square, so that none leaves
/// 32 bits within `KernelLimits.summedIntervalsMax`.
public enum IntervalLayout {
    // Header: 32-bit numbers of the first row.

    /// How many rows of intervals are to be added, 0 to `capacity`.
    public static var used: Int { 0 }
    /// The greatest difference of a pair that is not above 20 ms, in the unit of the intervals, 0 to 65535.
    public static var within20: Int { 1 }
    /// The same for 50 ms.
    public static var within50: Int { 2 }

    // State.

    /// The interval before the next one; 0 where there is none, or the chain is broken.
    public static var previous: Int { 1 }

    // Sums, added to. x is an interval; of a pair, d is the second less the first, and t the two together.

    /// Intervals.
    public static var count: Int { 2 }
    /// Σ x.
    public static var sum: Int { 3 }
    /// Σ x², the lower halves; then the upper ones.
    public static var squares: Int { 4 }
    /// Pairs.
    public static var pairs: Int { 6 }
    /// Σ d.
    public static var differences: Int { 7 }
    /// Σ |d|.
    public static var magnitudes: Int { 8 }
    /// Σ d², the lower halves; then the upper ones.
    public static var squaredDifferences: Int { 9 }
    /// Σ t.
    public static var totals: Int { 11 }
    /// Σ of the products of the two intervals of each pair, the lower halves; then the upper ones. t² is d² and four times
    /// the product.
    public static var products: Int { 12 }
    /// Pairs with |d| above 20 ms.
    public static var above20: Int { 14 }
    /// Pairs with |d| above 50 ms.
    public static var above50: Int { 15 }

    // Input.

    /// Rows of intervals, 0 to 65535 each; a shorter window ends with zeros.
    public static var intervals: Int { 16 }
    /// Rows of intervals in a block: five minutes at 100 bpm, in 32 KB.
    public static var capacity: Int { 512 }
    /// All rows of a block.
    public static var rows: Int { intervals + capacity }
}
