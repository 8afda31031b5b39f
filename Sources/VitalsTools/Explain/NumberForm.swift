import VitalsModel

/// How a number of an evaluation is to be read: its name says so, by the rule of `DetectorOutput.trace`.
///
/// `sigmaHundredthsQ2` is a sigma in hundredths of the quantity's unit, times four.
struct NumberForm: Hashable {
    /// What one whole is divided into.
    enum Scale: Hashable {
        /// A count, or a number without a unit.
        case plain
        /// Microseconds: a moment or a span.
        case microseconds
        /// 1/1024 s, the unit of RR intervals.
        case ticks
        /// Hundredths, thousandths or hundred-thousandths of the unit.
        case decimal(places: Int)
        /// The bits of an IEEE 754 double.
        case bits
    }

    /// What one whole is divided into.
    let scale: Scale
    /// The power of two that the number was multiplied by, 0 to 62.
    let fraction: Int
    /// The name without its unit: `sigma`.
    let stem: String

    private let namedUnit: String?

    /// Hundredths of twice the number, as a sum of two middle ones is.
    private static let halves = "TwoHundredths"

    private static let scales: [(suffix: String, scale: Scale)] = [
        ("Microseconds", .microseconds), ("HundredThousandths", .decimal(places: 5)),
        ("TenThousandths", .decimal(places: 4)), ("Thousandths", .decimal(places: 3)), (halves, .decimal(places: 2)),
        ("Hundredths", .decimal(places: 2)), ("Tenths", .decimal(places: 1)), ("Ticks", .ticks), ("Bits", .bits),
    ]

    private static let units: [(suffix: String, unit: String)] = [("Milliseconds", "ms"), ("Percent", "%")]

    /// Reads a member's name.
    init(_ member: String) {
        var stem = member[...]
        var fraction = 0
        if let mark = stem.lastIndex(of: "Q"), mark > stem.startIndex,
            let power = Int(stem[stem.index(after: mark)...]), (1...62).contains(power)
        {
            fraction = power
            stem = stem[..<mark]
        }
        let found = Self.scales.first { stem.hasSuffix($0.suffix) }
        scale = found?.scale ?? .plain
        if let found { stem = stem.dropLast(found.suffix.count) }
        // The bits of a double name their unit too: `meanMillisecondsBits`.
        let named = scale == .bits ? Self.units.first { stem.hasSuffix($0.suffix) } : nil
        if let named { stem = stem.dropLast(named.suffix.count) }
        namedUnit = named?.unit
        self.fraction = fraction + (found?.suffix == Self.halves ? 1 : 0)
        self.stem = String(stem)
    }

    /// The number in whole units: seconds for microseconds, milliseconds for ticks.
    func value(_ number: Int64) -> Double {
        let divided = Double(number) / Double(Int64(1) << Int64(fraction))
        switch scale {
        case .plain: return divided
        case .microseconds: return divided / 1_000_000
        case .ticks: return divided * 1_000 / 1_024
        case .decimal(let places): return divided / (0..<places).reduce(1.0) { power, _ in power * 10 }
        case .bits: return Double(bitPattern: UInt64(bitPattern: number))
        }
    }

    /// The unit that the scale itself brings; nil where it is that of the quantity, or there is none.
    var unit: String? {
        switch scale {
        case .microseconds: "s"
        case .ticks: "ms"
        case .bits: namedUnit
        case .plain, .decimal: nil
        }
    }

    /// The number in whole units, with as many digits as it has, four behind the point at most.
    func text(_ number: Int64) -> String { value(number).shortText }
}

extension Double {
    /// At most four decimals, without zeros at the end: `97.8`, `-0.0625`, `12`.
    var shortText: String {
        guard isFinite, magnitude < 1e15 else { return "\(self)" }
        let scaled = Int64((magnitude * 10_000).rounded())
        guard scaled != 0 || self == 0 else { return "\(self)" }
        var decimals = String(scaled % 10_000 + 10_000).dropFirst()
        while decimals.last == "0" { decimals.removeLast() }
        let sign = self < 0 && scaled > 0 ? "-" : ""
        return sign + "\(scaled / 10_000)" + (decimals.isEmpty ? "" : ".\(decimals)")
    }
}
