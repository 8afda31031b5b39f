/// The bounds of an encoded sample block. The encoder's caller keeps them, the decoder enforces them.
public enum SampleBlockCodecLimits {
    /// Samples in a block. Columns of equal values take no space, so a few hostile bytes could claim any count; this one
    /// is more than an hour of a sensor that notifies at 1 Hz, far above any block that the engine builds.
    public static let countMax = 4_096

    /// RR intervals in a block, all samples together: 256 packets of the largest attribute (512 octets) filled to the
    /// last octet, and half a day of an ordinary heart.
    public static let rrIntervalCountMax = 65_536

    /// Samples of photoplethysmogram in a block: five minutes at 176 Hz, in each of four channels.
    public static let ppgCountMax = 65_536

    /// Bytes of frames that are not read, in a block: 300 of the largest attribute.
    public static let rawByteCountMax = 300 * 512

    /// Bits of a stream's number in its short form, and the greatest number that has it.
    static let shortStreamBits = 2
    static let shortStreamMax: UInt64 = 3

    /// Bits of any other stream's number, behind a short form of 0.
    static let longStreamBits = 6

    /// Ones that a Rice quotient may take before the value is written in full: at 24, one outlier (a missed packet among
    /// regular ones) costs a few octets and never ruins the block.
    static let riceQuotientMax = 24

    /// Bits that name the power of ten by which times are divided: a microsecond to ten seconds.
    static let timeUnitExponentBits = 3

    /// The largest such power.
    static let timeUnitExponentMax = 7
}
