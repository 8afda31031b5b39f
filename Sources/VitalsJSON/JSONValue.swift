/// A parsed JSON text (RFC 8259).
///
/// Numbers keep their text, so that no digit is lost on the way through a binary float; members keep their order.
public enum JSONValue: Hashable, Sendable {
    /// `null`.
    case null
    /// `true` or `false`.
    case bool(Bool)
    /// A number, as it was written.
    case number(JSONNumber)
    /// A string with its escapes resolved.
    case string(String)
    /// An array.
    case array([JSONValue])
    /// An object; names are unique.
    case object([Member])

    /// A name and its value.
    public struct Member: Hashable, Sendable {
        /// The member's name.
        public let name: String
        /// The member's value.
        public let value: JSONValue

        /// A member.
        public init(name: String, value: JSONValue) {
            self.name = name
            self.value = value
        }
    }

    /// The member of that name, when this is an object that has one.
    public subscript(name: String) -> JSONValue? {
        guard case .object(let members) = self else { return nil }
        return members.first { $0.name == name }?.value
    }

    /// The text, when this is a string.
    public var string: String? {
        if case .string(let text) = self { text } else { nil }
    }

    /// The number, when this is one.
    public var number: JSONNumber? {
        if case .number(let number) = self { number } else { nil }
    }

    /// The truth value, when this is one.
    public var bool: Bool? {
        if case .bool(let value) = self { value } else { nil }
    }

    /// The elements, when this is an array.
    public var array: [JSONValue]? {
        if case .array(let elements) = self { elements } else { nil }
    }
}

/// A JSON number as it was written.
public struct JSONNumber: Hashable, Sendable {
    /// The text of the number, such as `-1.250e3`.
    public let text: String

    /// The parser has checked the text against RFC 8259, clause 6.
    init(checked text: String) { self.text = text }

    /// The value as an integer, when it was written as one and fits.
    public var integer: Int64? { Int64(text) }

    /// The value in units of 10^`scale`, cut towards zero; nil when it does not fit.
    ///
    /// `1.024` in units of 10^-6 is 1024000, exactly: no binary float stands between.
    public func scaled(to scale: Int) -> Int64? {
        var digits: Int64 = 0
        var point = 0
        var isFraction = false
        var exponent = 0
        var bytes = Array(text.utf8)[...]
        let isNegative = bytes.first == UInt8(ascii: "-")
        if isNegative { bytes = bytes.dropFirst() }
        if let mark = bytes.firstIndex(where: { $0 == UInt8(ascii: "e") || $0 == UInt8(ascii: "E") }) {
            guard let power = Int(String(decoding: bytes[(mark + 1)...], as: UTF8.self)), abs(power) < 1_000 else {
                return nil
            }
            exponent = power
            bytes = bytes[..<mark]
        }
        for byte in bytes {
            if byte == UInt8(ascii: ".") {
                isFraction = true
                continue
            }
            if isFraction && point + scale - exponent <= -40 { continue }
            let (shifted, tooLarge) = digits.multipliedReportingOverflow(by: 10)
            let (sum, carried) = shifted.addingReportingOverflow(Int64(byte - UInt8(ascii: "0")))
            if tooLarge || carried {
                // Digits of the fraction beyond 63 bits lie below any scale in use; those of the whole part do not fit.
                guard isFraction else { return nil }
                break
            }
            digits = sum
            if isFraction { point -= 1 }
        }
        var shift = point + exponent - scale
        while shift > 0 && digits != 0 {
            let (shifted, tooLarge) = digits.multipliedReportingOverflow(by: 10)
            guard !tooLarge else { return nil }
            digits = shifted
            shift -= 1
        }
        while shift < 0 && digits != 0 {
            digits /= 10
            shift += 1
        }
        return isNegative ? -digits : digits
    }
}
