import VitalsGATT
import VitalsJSON

/// A value of a report, before its members are sorted.
indirect enum ReportValue {
    /// Text.
    case text(String)
    /// A number, by its digits.
    case number(String)
    /// A truth.
    case truth(Bool)
    /// A list.
    case list([ReportValue])
    /// Named values.
    case object([String: ReportValue])

    /// The units of named members.
    static func units(_ units: [String: String]) -> ReportValue { .object(units.mapValues { .text($0) }) }

    /// Bits, as they were sent and by name.
    static func bits(_ bits: some BinaryInteger, _ names: [String]) -> ReportValue {
        .object(["bits": .number("\(bits)"), "names": .list(names.map { .text($0) })])
    }

    /// A number that has a name unless it is reserved.
    static func named(_ number: UInt8, _ name: String?) -> ReportValue {
        .object(["name": .text(name ?? "reserved"), "number": .number("\(number)")])
    }

    /// A medical number with the digits that were sent, or the name of what it is instead.
    static func float(_ value: FloatTypeValue) -> ReportValue {
        value.specialName.map { .text($0) } ?? .number(value.description)
    }
}

extension JSONWriter {
    /// Writes a value, with the members of its objects sorted.
    mutating func write(_ value: ReportValue) {
        switch value {
        case .text(let text): self.value(text)
        case .number(let digits): number(digits)
        case .truth(let truth): self.value(truth)
        case .list(let values): array { json in for value in values { json.write(value) } }
        case .object(let members):
            object { json in
                for (name, value) in members.sorted(by: { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }) {
                    json.name(name)
                    json.write(value)
                }
            }
        }
    }
}
