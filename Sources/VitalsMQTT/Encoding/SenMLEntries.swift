import VitalsCore
import VitalsJSON
import VitalsModel

/// Writes the entries of a SenML pack. What never changes goes out as the text that it is in the pack, and nothing is
/// made on the way: a block of beats has a hundred entries.
struct SenMLEntries {
    /// A unit of SenML's registry.
    enum Unit {
        case beatsPerMinute, count, joule, ratio, second

        /// The unit, and the name of the value that follows.
        fileprivate var fragment: StaticString {
            switch self {
            case .beatsPerMinute: #","u":"beat/min","v":"#
            case .count: #","u":"count","v":"#
            case .joule: #","u":"J","v":"#
            case .ratio: #","u":"/","v":"#
            case .second: #","u":"s","v":"#
            }
        }
    }

    /// The pack so far.
    var json = JSONWriter()
    /// Whether entries have times.
    let isDated: Bool
    /// Microseconds from the pack's base time to the sample that is being written.
    var offset: Int64 = 0

    init(isDated: Bool) { self.isDated = isDated }

    // Each begins with the comma before the entry, its brace, and its name: `,{"n":"rr"`.

    /// An integer as a value, or one in units of 10^-`places`. `before` is how many microseconds before the sample's own
    /// time it was complete.
    mutating func decimal(
        _ opening: StaticString, _ units: UInt64, places: Int = 0, _ unit: Unit, before: Int64 = 0
    ) {
        open(opening, before: before)
        json.fragment(unit.fragment)
        json.fragment(decimal: units, places: places)
        json.fragment("}")
    }

    /// A value whose digits are there.
    mutating func number(_ opening: StaticString, _ digits: String, _ unit: Unit) {
        open(opening)
        json.fragment(unit.fragment)
        json.fragment(made: digits)
        json.fragment("}")
    }

    /// A word.
    mutating func text(_ opening: StaticString, _ text: String) {
        open(opening)
        json.fragment(#","vs":"#)
        json.quoted(text)
        json.fragment("}")
    }

    /// The first entry of a sample: what the numbers behind it are worth.
    mutating func quality(_ quality: Quality) { text(#",{"n":"quality""#, quality.name) }

    private mutating func open(_ opening: StaticString, before: Int64 = 0) {
        json.fragment(opening)
        let own = offset.subtractingSaturating(before)
        guard isDated, own != 0 else { return }
        json.fragment(#","t":"#)
        json.fragment(seconds: own)
    }
}

extension JSONWriter {
    /// Microseconds as seconds, exactly: 1250000 is `1.25`.
    mutating func fragment(seconds microseconds: Int64) {
        fragment(decimal: microseconds.magnitude, places: 6, isNegative: microseconds < 0)
    }
}
