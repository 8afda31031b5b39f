/// Every bound of this module, with its reason: a hostile or damaged file must not exhaust memory.
public enum VitalsCaptureLimits {
    /// Bytes in one btsnoop record. BlueZ writes at most 1,490; HCI itself allows 65,535 and a header.
    public static let recordBytesMax = 65_536
    /// Bytes in one line of a text capture. The longest value that ATT allows takes about 1,200.
    public static let lineBytesMax = 65_536
    /// Bytes in one L2CAP packet with its header, while it is put together. The length field allows 65,539.
    public static let reassemblyBytesMax = 65_536
    /// Links at one time, over all adapters. Controllers offer 5 to 32 each.
    public static let linksMax = 64
    /// Peers whose GATT table is kept over reconnections. Peers that use changing addresses would fill it for ever.
    public static let peersMax = 256
    /// Attributes kept for one peer. Sensors have 20 to 100.
    public static let attributesMax = 1_024
    /// Enhanced ATT channels on one link. One request opens at most five.
    public static let enhancedChannelsMax = 10
    /// Bytes in one attribute value (Core 5.4, volume 3, part F, 3.2.9).
    public static let attributeBytesMax = 512
    /// Handles listed in the statistics; further ones are counted only.
    public static let reportedHandlesMax = 256
    /// Events held back while a cached GATT table is checked. Real clients check it within some 20 packets.
    public static let heldEventsMax = 1_024
    /// Microseconds that events are held back for the same reason: ATT gives a request 30 s, but a client that has not
    /// asked for the database hash this long after connecting trusts its cache.
    public static let heldMicroseconds: Int64 = 2_000_000
    /// Microseconds that a record's stamp may lie before an earlier one's without meaning that the clock was set: the
    /// recorder gathers several sources, and 80 ms were seen.
    public static let stampDisorderMicroseconds: Int64 = 1_000_000
    /// Seconds of a capture, a hundred years: beyond it a time is damage, and the arithmetic stays far from its ends.
    public static let captureSecondsMax: Int64 = 3_155_760_000
    /// Seconds that a clock may step, ten thousand years: no two times that RFC 3339 can write lie further apart.
    public static let clockStepSecondsMax: Int64 = 315_576_000_000
    /// Intervals looked at before the unit of an RR file is guessed: enough that one artefact does not decide.
    public static let unitGuessIntervals = 15
    /// The ATT MTU of what the importers produce: the one that every sensor has without asking (Core 5.4, volume 3, part
    /// G, 5.2.1), so that what they write could have come over any link.
    public static let importMTU: UInt16 = 23
    /// Notes of the kernel that a recorder repeats in each file. It writes two, its own version and Bluetooth's.
    public static let stateNotesMax = 4
    /// Adapters that a recorder repeats in each file. A gateway has one or two.
    public static let stateAdaptersMax = 16
    /// Bytes of one peer's table that a recorder repeats in each file. The largest sensors have 100 attributes, which take
    /// some 3,000 bytes with their requests.
    public static let stateTableBytesMax = 16_384
    /// Characters of a foreign name that an error text repeats: enough to find it.
    public static let quotedCharactersMax = 32
}
