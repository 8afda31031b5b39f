/// Numbers with a fixed count of decimal places as text, exactly.
///
/// By integers alone: cutting strings by their characters took most of the time of a publication.
enum FixedPoint {
    /// `units` of 10^-places, without zeros at the end: 1250000 with six places is `1.25`.
    static func text(_ units: UInt64, places: Int, isNegative: Bool = false) -> String {
        let sign = isNegative ? "-" : ""
        var scale: UInt64 = 1
        for _ in 0..<places { scale *= 10 }
        let (whole, rest) = units.quotientAndRemainder(dividingBy: scale)
        guard rest > 0 else { return sign + String(whole) }
        var fraction = rest
        var width = places
        while fraction % 10 == 0 {
            fraction /= 10
            width -= 1
        }
        let digits = String(fraction)
        let zeros = String(repeating: "0", count: width - digits.utf8.count)
        return sign + String(whole) + "." + zeros + digits
    }
}
