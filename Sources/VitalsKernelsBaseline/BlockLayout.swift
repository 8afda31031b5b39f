/// One row of a block: sixteen lanes, lane i belonging to window i.
///
/// The width is logical and the same everywhere: one register under AVX-512, two under AVX2, four under SSE2 and NEON.
public typealias Lanes = SIMD16<Int32>

/// The rows of a block, the one piece of memory that the kernels work on: sixteen windows side by side.
///
/// A window is 96 slots of one second. Its first 64 are the reference, its last 32 the test part. Fixed-point rows are
/// named by their fraction bits: a row "in Q2" holds its quantity times 2².
///
/// Every row holds `Lanes`; the caller fills the input rows, each kernel fills its result rows, and the scratch rows are
/// nobody's between two kernels.
public enum BlockLayout {
    // The shape of a window.

    /// Slots of the reference part: a power of two, because it is sorted by a bitonic network.
    public static var referenceSlots: Int { 64 }
    /// Slots of the test part.
    public static var testSlots: Int { 32 }
    /// Width of the Hampel filter: five slots before a sample, the sample, and five after it.
    public static var hampelWidth: Int { 11 }
    /// The first slots of the test part, which are filtered and charted. The last five only look ahead for the filter: what
    /// a spike in them is, the start of a change or an artefact, is not known before the next window.
    public static var chartedSlots: Int { 27 }
    /// Slots of a whole window.
    public static var windowSlots: Int { 96 }

    // Input.

    /// 96 rows of sample values, oldest first, in hundredths of the quantity's unit.
    public static var values: Int { 0 }
    /// Three rows of validity bits: slot s is valid where bit s mod 32 of row s div 32 is set.
    public static var validity: Int { 96 }
    /// The least sigma, in hundredths: what the sensor's resolution and a resting body's wobble explain by themselves.
    public static var sigmaFloor: Int { 99 }
    /// The CUSUM's slack k, in sixteenths of sigma.
    public static var slack: Int { 100 }
    /// The CUSUM's decision limit h, in sixteenths of sigma.
    public static var limit: Int { 101 }

    // Results of `reference`.

    /// Median of the valid reference samples, in hundredths, Q1 (exact: the mean of two integers); 0 without samples.
    public static var median: Int { 102 }
    /// Median absolute deviation from that median, in hundredths, Q2 (exact); 0 without samples.
    public static var mad: Int { 103 }
    /// max(floor, 1.4824 · MAD), in hundredths, Q2.
    public static var sigma: Int { 104 }

    // Result of `hampel`.

    /// Outlier bits: bit s is set where charted slot s holds a valid sample that the Hampel filter rejects.
    public static var outliers: Int { 105 }

    // Results of `chart`.

    /// The EWMA of the deviation from the reference median after the last charted slot, in hundredths, Q8.
    public static var ewma: Int { 106 }
    /// The EWMA's value that was farthest from zero, the earliest such, in hundredths, Q8.
    public static var ewmaExtreme: Int { 107 }
    /// The greatest value of the upper CUSUM, in hundredths, Q2.
    public static var cusumUp: Int { 108 }
    /// The greatest value of the lower CUSUM, in hundredths, Q2.
    public static var cusumDown: Int { 109 }
    /// The charted slot at which the upper CUSUM first exceeded its limit; -1 where it never did.
    public static var crossedUp: Int { 110 }
    /// The charted slot at which the lower CUSUM first exceeded its limit; -1 where it never did.
    public static var crossedDown: Int { 111 }
    /// The sum of the charted deviations from `crossedUp` on, in hundredths, Q2.
    public static var shiftUp: Int { 112 }
    /// How many deviations these are.
    public static var shiftUpCount: Int { 113 }
    /// The sum of the charted deviations from `crossedDown` on, in hundredths, Q2.
    public static var shiftDown: Int { 114 }
    /// How many deviations these are.
    public static var shiftDownCount: Int { 115 }

    // Results of `summary`.

    /// Valid samples of the reference part.
    public static var referenceCount: Int { 116 }
    /// Valid samples of the test part, outliers among them.
    public static var testCount: Int { 117 }
    /// The least valid sample of the window, in hundredths; 0 without samples.
    public static var minimum: Int { 118 }
    /// The greatest valid sample of the window, in hundredths; 0 without samples.
    public static var maximum: Int { 119 }
    /// The sum of the valid samples of the window, in hundredths.
    public static var sum: Int { 120 }

    // Scratch.

    /// 64 rows for the kernels' own use.
    public static var scratch: Int { 121 }
    /// All rows of a block.
    public static var rows: Int { 185 }
}
