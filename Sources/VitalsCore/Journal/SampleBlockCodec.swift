/// The bytes of a sample block, version 1. They are as small as the samples allow and lose nothing: every value that
/// the types can hold comes back.
///
/// One byte says the version, then everything is bits, most significant first, in columns:
///
///     block      version (8 bits), stream (2 bits, or 8), count (δ), columns of the stream, zero bits to the byte's end
///     stamps     monotonic time (times), wall minus monotonic (times), synchronised (flags)
///     2A37       stamps, heart rate, contact, quality, energy expended (optional), RR counts, RR intervals
///     2A5F       stamps, SpO2, pulse rate, fast pair and slow pair (optional), measurement status, device status and
///                pulse amplitude index (optional), quality
///     2A5E       stamps, SpO2, pulse rate, device time, measurement status, device status and pulse amplitude index
///                (optional), quality
///
///     FB005C82   stamps, device time, measurement type, frame type, sample counts, three channels and ambient light,
///                byte counts, bytes, quality
///
///     stream     1 to 3 as themselves; any other as 0 and 6 bits
///     column     predictor (1 bit: 0 none, 1 the value before); for 1 the first value (δ of zigzag);
///                coding (1 bit: 0 uniform, 1 Rice); reference (δ of zigzag); span or Rice parameter (δ); residuals
///     times      power of ten of the unit in microseconds (3 bits), then a column in that unit
///     flags      1 and the value of them all, or 0 and one bit each
///     optional   flags that say which samples have a value, then a column of those
///     δ          Elias delta code of the number plus one
///
/// A column without values is not there at all. Constant columns cost a few bits in all, so a sample of a strap at 1 Hz
/// with one RR interval takes under four bytes, stamps included.
extension SampleBlock {
    /// The version that is written, and the only one that is read.
    public static let encodingVersion: UInt8 = 1

    /// The block as bytes; the same samples are always the same bytes.
    ///
    /// - Precondition: no more samples and RR intervals than `SampleBlockCodecLimits` allows.
    public func encoded() -> [UInt8] {
        var encoder = SampleBlockEncoder(version: Self.encodingVersion)
        switch samples {
        case .heartRate(let samples): encoder.encode(HeartRateColumns(samples), count: count, .heartRate)
        case .oximetry(let samples): encoder.encode(OximetryColumns(samples), count: count, .oximetry)
        case .spotCheck(let samples): encoder.encode(SpotCheckColumns(samples), count: count, .spotCheck)
        case .ppg(let samples): encoder.encode(PPGColumns(samples), count: count, .ppg)
        }
        return encoder.bytes
    }

    /// Reads a block. Any bytes end in a block or an error, in memory bounded by `SampleBlockCodecLimits`.
    public init(decoding bytes: [UInt8]) throws(SampleBlockError) {
        var decoder = try SampleBlockDecoder(bytes, version: Self.encodingVersion)
        switch try decoder.stream() {
        case .heartRate: samples = .heartRate(try decoder.decode(HeartRateColumns.self))
        case .oximetry: samples = .oximetry(try decoder.decode(OximetryColumns.self))
        case .spotCheck: samples = .spotCheck(try decoder.decode(SpotCheckColumns.self))
        case .ppg: samples = .ppg(try decoder.decode(PPGColumns.self))
        }
        try decoder.finish()
    }
}

extension SampleBlockEncoder {
    fileprivate mutating func encode(_ columns: some SampleColumns, count: Int, _ stream: SampleStream) {
        var columns = columns
        var count = count
        self.stream(stream)
        self.count(&count, max: SampleBlockCodecLimits.countMax, "samples")
        columns.code(count, with: &self)
    }
}

extension SampleBlockDecoder {
    fileprivate mutating func decode<Columns: SampleColumns>(
        _ type: Columns.Type
    ) throws(SampleBlockError) -> [Columns.Sample] {
        var columns = Columns([])
        var count = 0
        try self.count(&count, max: SampleBlockCodecLimits.countMax, "samples")
        try columns.code(count, with: &self)
        return (0..<count).map { columns[$0] }
    }
}
