/// The bounds within which no arithmetic of the kernels can overflow 32 bits. Every input is clamped to them at entry, so
/// that the kernels are right, and the same on every instruction set, for any bits that they are given.
public enum KernelLimits {
    /// Greatest magnitude of a sample and of the sigma floor, in hundredths: 10,485.76 units, thirty times any vital
    /// sign. It gives deviations below 2²³ in Q2 and below 2²⁹ in the EWMA's Q8, and 32 of them add up to 2²⁸ at most.
    public static var magnitudeMax: Int32 { 1 << 20 }
    /// Least sigma floor, in hundredths: with a sigma of zero every deviation would be infinitely significant.
    public static var sigmaFloorMin: Int32 { 1 }
    /// Greatest slack, in sixteenths of sigma: 4 sigma. Sigma is below 1.25 · 10⁷ in Q2, so the product stays below 2³⁰.
    public static var slackMax: Int32 { 64 }
    /// Greatest decision limit, in sixteenths of sigma: 10 sigma, for which the product stays below 2³¹.
    public static var limitMax: Int32 { 160 }
    /// Most slots of a ring of words: a word's count in it has to fit an octet.
    public static var ringSlotsMax: Int { 255 }
    /// Greatest RR interval: the field has 16 bits. With it every product of the long division stays below 2^31.
    public static var intervalMax: Int32 { 65_535 }
    /// Most intervals that one window may hold, 2^14: their sum, that of the pairs and those of half squares stay below 2^31.
    public static var summedIntervalsMax: Int { 1 << 14 }
    /// What stands for an absent sample while samples are sorted: greater than any sample, so it sorts to the end.
    static var absent: Int32 { .max }
}
