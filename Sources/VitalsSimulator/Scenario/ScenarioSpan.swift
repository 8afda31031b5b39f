/// A length of time in a scenario, in whole milliseconds: a number of seconds, or a text such as `1h30m`, `90s`, `250ms`.
public struct ScenarioSpan: Hashable, Comparable, Sendable {
    /// The length in milliseconds; negative where a clock steps back.
    public var milliseconds: Int64

    /// A length in milliseconds.
    public init(milliseconds: Int64) { self.milliseconds = milliseconds }

    /// By length.
    public static func < (left: ScenarioSpan, right: ScenarioSpan) -> Bool { left.milliseconds < right.milliseconds }

    /// A length in seconds.
    public static func seconds(_ count: Int64) -> ScenarioSpan { ScenarioSpan(milliseconds: count * 1_000) }

    /// A length in minutes.
    public static func minutes(_ count: Int64) -> ScenarioSpan { .seconds(count * 60) }

    /// A length in hours.
    public static func hours(_ count: Int64) -> ScenarioSpan { .minutes(count * 60) }

    /// The length in microseconds, the unit of all times of the simulator.
    var microseconds: Int64 { milliseconds * 1_000 }
}

extension ScenarioSpan: LosslessStringConvertible {
    /// Reads `2h`, `1h30m`, `40m`, `90s`, `3.4s`, `250ms` or `-1h`: units in falling order, each at most once.
    public init?(_ text: String) {
        var rest = Array(text.utf8)[...]
        let isNegative = rest.first == UInt8(ascii: "-")
        if isNegative { rest = rest.dropFirst() }
        var total: Int64 = 0
        var units: ArraySlice<(name: String, milliseconds: Int64)> = Self.units[...]
        guard !rest.isEmpty else { return nil }
        while !rest.isEmpty {
            let number = rest.prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) || $0 == UInt8(ascii: ".") }
            rest = rest.dropFirst(number.count)
            let name = String(decoding: rest.prefix { $0 >= UInt8(ascii: "a") }, as: UTF8.self)
            rest = rest.dropFirst(name.utf8.count)
            guard let index = units.firstIndex(where: { $0.name == name }),
                let part = Self.product(number, units[index].milliseconds)
            else { return nil }
            total += part
            units = units[(index + 1)...]
        }
        milliseconds = isNegative ? -total : total
    }

    /// The length in the units of the file, such as `1h30m` or `3.4s`.
    public var description: String {
        var rest = milliseconds.magnitude
        var text = milliseconds < 0 ? "-" : ""
        for (name, size) in Self.units.prefix(2) where rest >= UInt64(size) {
            text += "\(rest / UInt64(size))\(name)"
            rest %= UInt64(size)
        }
        if rest > 0 || milliseconds == 0 { text += decimalText(Int64(rest), places: 3) + "s" }
        return text
    }

    private static let units: [(name: String, milliseconds: Int64)] = [
        ("h", 3_600_000), ("m", 60_000), ("s", 1_000), ("ms", 1),
    ]

    /// A decimal number times a unit; nil when it is no number, finer than a millisecond, or beyond 12 digits.
    private static func product(_ number: ArraySlice<UInt8>, _ unit: Int64) -> Int64? {
        let parts = number.split(separator: UInt8(ascii: "."), maxSplits: 1, omittingEmptySubsequences: false)
        let digits = parts.flatMap { $0 }
        guard parts.allSatisfy({ !$0.isEmpty }), digits.count <= 12,
            let value = Int64(String(decoding: digits, as: UTF8.self))
        else { return nil }
        var scale: Int64 = 1
        for _ in 0..<(parts.count == 2 ? parts[1].count : 0) { scale *= 10 }
        let (product, overflow) = value.multipliedReportingOverflow(by: unit)
        return !overflow && product % scale == 0 ? product / scale : nil
    }
}

extension ScenarioSpan: Decodable {
    /// A number of seconds, or a text with units.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if let text = try? container.decode(String.self) {
            guard let span = ScenarioSpan(text) else {
                throw DecodingError.dataCorruptedError(in: container, debugDescription: "a time is expected")
            }
            self = span
        } else {
            guard let number = decodedThousandths(in: container) else {
                throw DecodingError.dataCorruptedError(in: container, debugDescription: "a time is expected")
            }
            milliseconds = number
        }
    }
}
