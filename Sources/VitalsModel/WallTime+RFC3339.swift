/// Wall time as RFC 3339 text, in UTC.
extension WallTime {
    /// `2026-11-21T07:30:00.250Z`: milliseconds when they say it all, else microseconds; years 0000 to 9999.
    public var rfc3339: String {
        let second = microseconds.floorDivided(by: 1_000_000)
        let fraction = microseconds &- second &* 1_000_000
        let date = CivilTime(secondsSinceEpoch: second)
        let (digits, width) = fraction % 1_000 == 0 ? (fraction / 1_000, 3) : (fraction, 6)
        return "\(date.text).\(CivilTime.padded(Int(digits), width))Z"
    }

    /// Reads `YYYY-MM-DDTHH:MM:SS[.fraction]` followed by `Z` or `±HH:MM`; nil for anything else.
    public init?(rfc3339 text: some StringProtocol) {
        var reader = DigitReader(Array(text.utf8))
        guard let year = reader.number(4), reader.skip("-"), let month = reader.number(2), reader.skip("-"),
            let day = reader.number(2), reader.skip("T") || reader.skip("t") || reader.skip(" "),
            let hour = reader.number(2), reader.skip(":"), let minute = reader.number(2), reader.skip(":"),
            let second = reader.number(2)
        else { return nil }
        guard let civil = CivilTime(year: year, month: month, day: day, hour: hour, minute: minute, second: second)
        else { return nil }
        var fraction: Int64 = 0
        if reader.skip(".") {
            guard let digits = reader.fraction(6) else { return nil }
            fraction = digits
        }
        var offset: Int64 = 0
        if !(reader.skip("Z") || reader.skip("z")) {
            let sign: Int64 = reader.skip("-") ? -1 : 1
            if sign == 1 { guard reader.skip("+") else { return nil } }
            guard let hours = reader.number(2), reader.skip(":"), let minutes = reader.number(2) else { return nil }
            offset = sign * Int64(hours * 3_600 + minutes * 60)
        }
        guard reader.isAtEnd else { return nil }
        self.init(microseconds: (civil.secondsSinceEpoch - offset) * 1_000_000 + fraction)
    }

}

/// Fixed-width decimal fields of a time stamp.
private struct DigitReader {
    private let bytes: [UInt8]
    private var position = 0

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    var isAtEnd: Bool { position == bytes.count }

    mutating func skip(_ character: Unicode.Scalar) -> Bool {
        guard position < bytes.count, bytes[position] == UInt8(ascii: character) else { return false }
        position += 1
        return true
    }

    private mutating func digit() -> Int? {
        guard position < bytes.count, case UInt8(ascii: "0")...UInt8(ascii: "9") = bytes[position] else { return nil }
        position += 1
        return Int(bytes[position - 1] - UInt8(ascii: "0"))
    }

    mutating func number(_ width: Int) -> Int? {
        var value = 0
        for _ in 0..<width {
            guard let digit = digit() else { return nil }
            value = value * 10 + digit
        }
        return value
    }

    /// At least one digit, cut (not rounded) to `width` places.
    mutating func fraction(_ width: Int) -> Int64? {
        var value: Int64 = 0
        var count = 0
        while let digit = digit() {
            if count < width { value = value * 10 + Int64(digit) }
            count += 1
        }
        guard count > 0 else { return nil }
        for _ in 0..<max(0, width - count) { value *= 10 }
        return value
    }
}
