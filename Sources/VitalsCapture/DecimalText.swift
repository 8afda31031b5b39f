/// Decimal numbers of texts, exactly: no binary float stands between the text and the integer.
enum DecimalText {
    /// A number in units of 10^-`places`, rounded half away from zero; nil when it is not written as JSON writes numbers
    /// (leading zeros and a plus sign are allowed here), or does not fit 18 digits.
    static func scaled(_ text: some Collection<UInt8>, places: Int) -> Int64? {
        guard let number = parse(text) else { return nil }
        // So many of the digits lie above the unit; the next one decides the rounding.
        let kept = number.point + places
        guard kept <= 18 || number.digits.isEmpty else { return nil }
        guard kept >= 0, !number.digits.isEmpty else { return 0 }
        var value: Int64 = 0
        for index in 0..<kept { value = value * 10 + (index < number.digits.count ? Int64(number.digits[index]) : 0) }
        if kept < number.digits.count && number.digits[kept] >= 5 { value += 1 }
        return number.isNegative ? -value : value
    }

    /// Whether the text says a number below zero, however small.
    static func isNegative(_ text: some Collection<UInt8>) -> Bool {
        parse(text).map { $0.isNegative && !$0.digits.isEmpty } ?? false
    }

    /// The number as mantissa and power of ten with no more than `mantissaMax`, rounded half away from zero where it has
    /// more digits than that; nil when it is no number or too large for a power up to `exponentMax`.
    static func decimal(
        _ text: some Collection<UInt8>, mantissaMax: Int64, exponents: ClosedRange<Int>
    ) -> (mantissa: Int64, exponent: Int)? {
        guard let number = parse(text) else { return nil }
        var exponent = max(exponents.lowerBound, number.exponent)
        while exponent <= exponents.upperBound {
            if let mantissa = scaled(text, places: -exponent), mantissa.magnitude <= UInt64(mantissaMax) {
                return (mantissa, exponent)
            }
            exponent += 1
        }
        return nil
    }

    private struct Number {
        var isNegative = false
        /// Significant digits, without leading zeros.
        var digits: [UInt8] = []
        /// The number is 0.DIGITS × 10^point.
        var point = 0
        /// The power of ten of the last digit that was written.
        var exponent = 0
    }

    private static func parse(_ text: some Collection<UInt8>) -> Number? {
        var number = Number()
        var bytes = text[...]
        if let sign = bytes.first, sign == UInt8(ascii: "-") || sign == UInt8(ascii: "+") {
            number.isNegative = sign == UInt8(ascii: "-")
            bytes = bytes.dropFirst()
        }
        var whole = 0
        var fraction = 0
        var hasPoint = false
        loop: while let byte = bytes.first {
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"):
                let digit = byte - UInt8(ascii: "0")
                if hasPoint { fraction += 1 } else { whole += 1 }
                if digit != 0 || !number.digits.isEmpty {
                    number.digits.append(digit)
                    if !hasPoint { number.point += 1 }
                } else if hasPoint {
                    number.point -= 1
                }
            case UInt8(ascii: "."):
                guard !hasPoint, whole > 0 else { return nil }
                hasPoint = true
            default: break loop
            }
            bytes = bytes.dropFirst()
        }
        guard whole > 0, !hasPoint || fraction > 0 else { return nil }
        if number.digits.isEmpty { number.point = 0 }
        guard let power = exponent(bytes) else { return nil }
        number.exponent = power - fraction
        number.point += power
        return number
    }

    /// `e-3` and the like; 0 where there is none.
    private static func exponent(_ text: some Collection<UInt8>) -> Int? {
        guard let mark = text.first else { return 0 }
        guard mark == UInt8(ascii: "e") || mark == UInt8(ascii: "E") else { return nil }
        var bytes = text.dropFirst()
        var isNegative = false
        if let sign = bytes.first, sign == UInt8(ascii: "-") || sign == UInt8(ascii: "+") {
            isNegative = sign == UInt8(ascii: "-")
            bytes = bytes.dropFirst()
        }
        guard !bytes.isEmpty else { return nil }
        var power = 0
        for byte in bytes {
            guard case UInt8(ascii: "0")...UInt8(ascii: "9") = byte else { return nil }
            // Larger powers all mean the same here: zero, or far too large.
            power = min(power * 10 + Int(byte - UInt8(ascii: "0")), 100_000)
        }
        return isNegative ? -power : power
    }
}
