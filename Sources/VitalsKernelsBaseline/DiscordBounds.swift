/// The bounds within which the arithmetic of the discord kernel is exact.
public enum DiscordBounds {
    /// Greatest product of a window's length and the magnitude of a sample: 2^26. Sums stay below 2^26, m times a dot
    /// product and m times a sum of squares below 2^52, and their differences below 2^53, where doubles hold every whole
    /// number.
    public static var windowTimesMagnitude: Int { 1 << 26 }
    /// Lags that are worked on at a time.
    public static var width: Int { 8 }
    /// What no score is below: the start of a search for the greatest.
    public static var least: Double { -0x1p1000 }
    /// The weight of a window that may not be compared: with any half (2^-1 to 2^25) far below every score, which is 2^26
    /// at most.
    public static var excluded: Double { -0x1p500 }
    /// What only the scores of windows that may not be compared are below.
    public static var noneBelow: Double { -0x1p400 }
    /// How far a score may be beside the greatest and yet be it, relative to it: a score is rounded four times (root,
    /// reciprocal, product, sum), by 2^-53 each.
    public static var doubt: Double { 0x1p-49 }
}
