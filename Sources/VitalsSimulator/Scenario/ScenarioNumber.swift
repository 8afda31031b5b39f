/// A decimal number of a scenario in thousandths of its unit, so that a scenario is the same on every machine.
public struct ScenarioNumber: Hashable, Comparable, Sendable {
    /// The number in thousandths.
    public var thousandths: Int64

    /// A number from its thousandths: 4.5 is 4500.
    public init(thousandths: Int64) { self.thousandths = thousandths }

    /// By value.
    public static func < (left: ScenarioNumber, right: ScenarioNumber) -> Bool { left.thousandths < right.thousandths }

    /// The number in millionths when it is a percentage: 25 % is 250000.
    var millionths: Int64 { thousandths * 10 }

    /// The number in hundredths, the fraction beyond cut off.
    var hundredths: Int64 { thousandths / 10 }
}

extension ScenarioNumber: ExpressibleByIntegerLiteral {
    /// A whole number.
    public init(integerLiteral whole: Int64) { self.init(thousandths: whole * 1_000) }
}

extension ScenarioNumber: CustomStringConvertible {
    /// The number with no more decimals than it needs.
    public var description: String { decimalText(thousandths, places: 3) }
}

extension ScenarioNumber: Decodable {
    /// A whole or a decimal number of at most three decimals.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        guard let number = decodedThousandths(in: container) else {
            throw DecodingError.dataCorruptedError(
                in: container, debugDescription: "a number with at most three decimals is expected")
        }
        thousandths = number
    }
}

/// The number of a container in thousandths; nil when there is none, or when it is finer or larger than fits.
func decodedThousandths(in container: any SingleValueDecodingContainer) -> Int64? {
    // 10^12 thousandths is far above any allowed range, and below 2^53, where binary floats still hold every integer.
    let largest: Int64 = 1_000_000_000_000
    if let number = try? container.decode(Double.self) {
        let scaled = number * 1_000
        guard scaled >= Double(-largest), scaled <= Double(largest) else { return nil }
        let rounded = Int64(scaled < 0 ? scaled - 0.5 : scaled + 0.5)
        let error = scaled - Double(rounded)
        return error < 0.000_1 && error > -0.000_1 ? rounded : nil
    }
    guard let whole = try? container.decode(Int64.self), whole.magnitude <= 1_000_000_000 else { return nil }
    return whole * 1_000
}

/// A number of 10^-`places` as decimal text without trailing zeros: 1500 of 3 places is `1.5`.
func decimalText(_ number: Int64, places: Int) -> String {
    let digits = String(number.magnitude)
    let padded = String(repeating: "0", count: max(0, places + 1 - digits.count)) + digits
    var fraction = padded.suffix(places)
    while fraction.last == "0" { fraction.removeLast() }
    return (number < 0 ? "-" : "") + padded.dropLast(places) + (fraction.isEmpty ? "" : "." + fraction)
}
