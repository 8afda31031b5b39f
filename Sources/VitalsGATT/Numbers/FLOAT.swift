public import VitalsModel

/// A 32-bit medical number, as the word that was sent: an 8-bit exponent of ten over a 24-bit mantissa, both in two's
/// complement (IEEE 11073-20601, FLOAT-Type).
public struct FLOAT: RawRepresentable, Hashable, Sendable {
    /// The word, as assembled from its four little-endian bytes.
    public let rawValue: UInt32

    /// The number of a word; every word is valid.
    public init(rawValue: UInt32) { self.rawValue = rawValue }

    /// The word for exactly this mantissa and exponent; nil beyond ±8388605. Nothing is rounded or shifted.
    public init?(_ number: ExactDecimal) {
        guard Self.mantissas.contains(number.mantissa) else { return nil }
        let mantissa = UInt32(bitPattern: number.mantissa) & 0x00FF_FFFF
        rawValue = UInt32(UInt8(bitPattern: number.exponent)) << 24 | mantissa
    }

    /// What the word says.
    public var value: FloatTypeValue {
        switch rawValue & 0x00FF_FFFF {
        case 0x007F_FFFE: .positiveInfinity
        case 0x007F_FFFF: .nan
        case 0x0080_0000: .nres
        case 0x0080_0001: .reserved
        case 0x0080_0002: .negativeInfinity
        default:
            .number(
                ExactDecimal(
                    mantissa: Int32(bitPattern: rawValue << 8) >> 8,
                    exponent: Int8(bitPattern: UInt8(truncatingIfNeeded: rawValue >> 24))))
        }
    }

    /// All mantissas but the special ones.
    private static let mantissas: ClosedRange<Int32> = -8_388_605...8_388_605
}
