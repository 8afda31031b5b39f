/// Samples of the trend score from the text of a number.
public enum TrendSample {
    /// A decimal number as Q16, rounded to the nearest, halves away from zero; nil when the text is not one.
    ///
    /// Takes an optional sign, digits with an optional point, and an optional exponent (`-21.5`, `.5`, `6.8e-05`). Of
    /// the digits the first 18 significant ones count. A number beyond the largest sample is taken as that.
    ///
    /// - Cost: one pass over the text and a division.
    public static func parse(_ text: some Sequence<UInt8>) -> Int64? {
        var number = DecimalText()
        for byte in text {
            guard number.take(byte) else { return nil }
        }
        return number.valueQ16
    }
}

/// A decimal number that is read byte by byte.
private struct DecimalText {
    /// Which bytes may come next.
    enum Place: Comparable {
        case start
        case whole
        case fraction
        case exponentStart
        case exponent
    }

    private var place = Place.start
    private var isNegative = false
    private var hasDigits = false
    /// The significant digits that count.
    private var digits: UInt64 = 0
    /// The power of ten that the digits are multiplied by, without the written exponent.
    private var scale = 0
    private var exponent = 0
    private var isExponentNegative = false
    private var hasExponentDigits = false

    /// Takes the next byte; false when no number goes on with it.
    mutating func take(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): takeDigit(UInt64(byte - UInt8(ascii: "0")))
        case UInt8(ascii: "-"), UInt8(ascii: "+"): takeSign(isNegative: byte == UInt8(ascii: "-"))
        case UInt8(ascii: "."): takePoint()
        case UInt8(ascii: "e"), UInt8(ascii: "E"): takeExponentMark()
        default: false
        }
    }

    /// The number, nil when it is not whole.
    var valueQ16: Int64? {
        guard hasDigits, place < .exponentStart || hasExponentDigits else { return nil }
        let magnitude = Self.magnitudeQ16(digits, power: scale + (isExponentNegative ? -exponent : exponent))
        return isNegative ? -magnitude : magnitude
    }

    private mutating func takeDigit(_ digit: UInt64) -> Bool {
        switch place {
        case .exponentStart, .exponent:
            place = .exponent
            hasExponentDigits = true
            exponent = min(exponent * 10 + Int(digit), VitalsDetectionLimits.decimalExponent)
            return true
        case .start:
            place = .whole
        case .whole, .fraction:
            break
        }
        hasDigits = true
        if digits < VitalsDetectionLimits.decimalDigits {
            digits = digits * 10 + digit
            if place == .fraction { scale = max(scale - 1, -VitalsDetectionLimits.decimalExponent) }
        } else if place == .whole {
            scale = min(scale + 1, VitalsDetectionLimits.decimalExponent)
        }
        return true
    }

    private mutating func takeSign(isNegative sign: Bool) -> Bool {
        switch place {
        case .start:
            isNegative = sign
            place = .whole
        case .exponentStart:
            isExponentNegative = sign
            place = .exponent
        case .whole, .fraction, .exponent:
            return false
        }
        return true
    }

    private mutating func takePoint() -> Bool {
        guard place == .start || place == .whole else { return false }
        place = .fraction
        return true
    }

    private mutating func takeExponentMark() -> Bool {
        guard hasDigits, place == .whole || place == .fraction else { return false }
        place = .exponentStart
        return true
    }

    private static func magnitudeQ16(_ digits: UInt64, power: Int) -> Int64 {
        let bound = VitalsDetectionLimits.trendSample
        guard digits > 0 else { return 0 }
        var value = UInt128(digits) << 16
        for _ in 0..<max(power, 0) {
            value *= 10
            if value > UInt128(bound) { return bound }
        }
        var divisor: UInt128 = 1
        for _ in 0..<max(-power, 0) {
            divisor *= 10
            if divisor > 2 * value { return 0 }
        }
        return Int64(min((value + divisor / 2) / divisor, UInt128(bound)))
    }
}
