import VitalsModel

/// The header of one record of a btsnoop file.
struct BTSnoopRecord {
    /// Bytes of the header.
    static let headerBytes = 24
    /// 1970-01-01 in the file's own time: microseconds since year 0, proleptic.
    static let unixEpoch: Int64 = 0x00DC_DDB3_0F2F_8000

    /// Bytes that the packet had.
    let originalLength: Int
    /// Bytes that the record holds.
    let includedLength: Int
    /// Meaning by datalink.
    let flags: UInt32
    /// Records that the recorder has lost so far.
    let drops: Int
    /// When the packet was seen.
    let time: WallTime

    /// Reads a header; nil when it is too short.
    init?(_ header: [UInt8]) {
        var reader = ByteReader(header)
        guard let original = reader.bigEndianUInt32(), let included = reader.bigEndianUInt32(),
            let flags = reader.bigEndianUInt32(), let drops = reader.bigEndianUInt32(),
            let time = reader.bigEndianUInt64()
        else { return nil }
        originalLength = Int(original)
        includedLength = Int(included)
        self.flags = flags
        self.drops = Int(drops)
        let microseconds = Int64(bitPattern: time).subtractingSaturating(Self.unixEpoch)
        self.time = WallTime(microseconds: microseconds)
    }
}
