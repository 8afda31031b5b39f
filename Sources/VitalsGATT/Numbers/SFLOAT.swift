public import VitalsModel

/// A 16-bit medical number, as the word that was sent: a 4-bit exponent of ten over a 12-bit mantissa, both in two's
/// complement (IEEE 11073-20601, SFLOAT-Type).
///
/// The word is kept because precision is data: 0xF014 is 2.0 and 0xE0C8 is 2.00, and they are different values here too.
public struct SFLOAT: RawRepresentable, Hashable, Sendable {
    /// The word, as assembled from its two little-endian bytes.
    public let rawValue: UInt16

    /// The number of a word; every word is valid.
    public init(rawValue: UInt16) { self.rawValue = rawValue }

    /// The word for exactly this mantissa and exponent; nil beyond ±2045 and -8...7. Nothing is rounded or shifted.
    public init?(_ number: ExactDecimal) {
        guard Self.mantissas.contains(number.mantissa), Self.exponents.contains(number.exponent) else { return nil }
        let mantissa = UInt16(truncatingIfNeeded: number.mantissa) & 0x0FFF
        rawValue = UInt16(truncatingIfNeeded: number.exponent) << 12 | mantissa
    }

    /// What the word says.
    public var value: FloatTypeValue {
        switch rawValue & 0x0FFF {
        case 0x07FE: .positiveInfinity
        case 0x07FF: .nan
        case 0x0800: .nres
        case 0x0801: .reserved
        case 0x0802: .negativeInfinity
        default:
            .number(
                ExactDecimal(
                    mantissa: Int32(Int16(bitPattern: rawValue << 4) >> 4),
                    exponent: Int8(truncatingIfNeeded: Int16(bitPattern: rawValue) >> 12)))
        }
    }

    /// NaN: the measurement is missing.
    public static let nan = SFLOAT(rawValue: 0x07FF)
    /// NRes: the number does not fit this resolution.
    public static let nres = SFLOAT(rawValue: 0x0800)
    /// +INFINITY: above the range of the sensor.
    public static let positiveInfinity = SFLOAT(rawValue: 0x07FE)
    /// -INFINITY: below the range of the sensor.
    public static let negativeInfinity = SFLOAT(rawValue: 0x0802)

    /// All mantissas but the special ones.
    private static let mantissas: ClosedRange<Int32> = -2045...2045
    /// Four bits in two's complement.
    private static let exponents: ClosedRange<Int8> = -8...7
}
