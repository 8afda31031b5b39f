/// Numbers in 0...span in as few whole bits as their count allows: the first few take one bit less than the others.
struct TruncatedBinary {
    private let shortBits: Int
    /// How many numbers take the short form.
    private let shortCount: UInt64

    init(span: UInt64) {
        guard span < .max else {
            shortBits = 64
            shortCount = .max
            return
        }
        let count = span + 1
        shortBits = UInt64.bitWidth - 1 - count.leadingZeroBitCount
        shortCount = (2 << UInt64(shortBits)) &- count
    }

    func bits(of value: UInt64) -> Int { value < shortCount || shortBits == 64 ? shortBits : shortBits + 1 }

    func write(_ value: UInt64, to writer: inout BitWriter) {
        let bits = bits(of: value)
        writer.write(bits == shortBits ? value : value &+ shortCount, bits: bits)
    }

    func read(from reader: inout BitReader) throws(BitReader.Fault) -> UInt64 {
        let short = try reader.read(bits: shortBits)
        if short < shortCount || shortBits == 64 { return short }
        return (short << 1 | (try reader.read(bits: 1))) &- shortCount
    }
}

/// Rice code: the quotient in unary, then the remainder; an outlier's quotient is cut and the number written in full.
enum Rice {
    static func bits(of value: UInt64, parameter: Int) -> Int {
        let quotient = value >> UInt64(parameter)
        guard quotient < SampleBlockCodecLimits.riceQuotientMax else {
            return SampleBlockCodecLimits.riceQuotientMax + EliasDelta.cost(value)
        }
        return Int(quotient) + 1 + parameter
    }

    static func write(_ value: UInt64, parameter: Int, to writer: inout BitWriter) {
        let quotient = value >> UInt64(parameter)
        guard quotient < SampleBlockCodecLimits.riceQuotientMax else {
            writer.write(.max, bits: SampleBlockCodecLimits.riceQuotientMax)
            writer.writeDelta(value)
            return
        }
        writer.write(.max << 1, bits: Int(quotient) + 1)
        writer.write(value, bits: parameter)
    }

    static func read(parameter: Int, from reader: inout BitReader) throws(BitReader.Fault) -> UInt64 {
        for quotient in 0..<SampleBlockCodecLimits.riceQuotientMax where try reader.read(bits: 1) == 0 {
            return UInt64(quotient) << UInt64(parameter) | (try reader.read(bits: parameter))
        }
        return try reader.readDelta()
    }
}
