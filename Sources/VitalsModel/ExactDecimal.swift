/// A decimal number with the precision it was sent with: `mantissa` × 10^`exponent`.
///
/// 2.0 and 2.00 are different values of this type, as they are in the sensor's packet and in FHIR: precision is data.
public struct ExactDecimal: Hashable, Sendable {
    /// The significant digits.
    public let mantissa: Int32
    /// The power of ten, -128 to 127.
    public let exponent: Int8

    /// A number from its parts.
    public init(mantissa: Int32, exponent: Int8) {
        self.mantissa = mantissa
        self.exponent = exponent
    }

    /// The number in units of 10^`scale`, rounded half away from zero; nil when it does not fit 32 bits.
    ///
    /// `ExactDecimal(mantissa: 978, exponent: -1).scaled(to: -2)` is 9780.
    public func scaled(to scale: Int8) -> Int32? {
        var value = Int64(mantissa)
        var shift = Int(exponent) - Int(scale)
        guard value != 0 else { return 0 }
        while shift > 0 {
            value *= 10
            guard value.magnitude <= UInt64(Int32.max) else { return nil }
            shift -= 1
        }
        if shift < 0 {
            guard shift >= -18 else { return 0 }
            var divisor: Int64 = 1
            for _ in 0..<(-shift) { divisor *= 10 }
            let half = divisor / 2
            value = (value + (value < 0 ? -half : half)) / divisor
        }
        return Int32(exactly: value)
    }
}

extension ExactDecimal: CustomStringConvertible {
    /// Plain decimal notation that keeps every sent digit: `97`, `97.8`, `2.00`, `10000000`.
    public var description: String {
        let digits = String(mantissa.magnitude)
        let sign = mantissa < 0 ? "-" : ""
        if exponent >= 0 {
            return sign + digits + (mantissa == 0 ? "" : String(repeating: "0", count: Int(exponent)))
        }
        let places = -Int(exponent)
        let padded = String(repeating: "0", count: max(0, places + 1 - digits.count)) + digits
        return sign + padded.dropLast(places) + "." + padded.suffix(places)
    }
}
