/// The bounds of an encoded sample block. The encoder's caller keeps them, the decoder enforces them.
public enum SampleBlockCodecLimits {
    /// Samples in a block. Columns of equal values take no space, so a few hostile bytes could claim any count; this one
    /// is more than an hour of a sensor that notifies at 1 Hz, far above any block that the engine builds.
    public static let countMax = 4_096

    /// RR intervals in a block, all samples together: 256 packets of the largest attribute (512 octets) filled to the
    /// last octet, and half a day of an ordinary heart.
    public static let rrIntervalCountMax = 65_536

    /// Ones that a Rice quotient may take before the value is written in full: at 24, one outlier (a missed packet among
    /// regular ones) costs a few octets and never ruins the block.
    static let riceQuotientMax = 24

    /// Bits that name the power of ten by which times are divided: a microsecond to ten seconds.
    static let timeUnitExponentBits = 3

    /// The largest such power.
    static let timeUnitExponentMax = 7
}
