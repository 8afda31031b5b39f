/// A value of any D-Bus type (D-Bus specification, Type System).
///
/// It has no description on purpose: values of sensors pass through here, and must not end in a log by accident.
public indirect enum BusValue: Hashable, Sendable {
    /// `y`
    case byte(UInt8)
    /// `b`
    case boolean(Bool)
    /// `n`
    case int16(Int16)
    /// `q`
    case uint16(UInt16)
    /// `i`
    case int32(Int32)
    /// `u`
    case uint32(UInt32)
    /// `x`
    case int64(Int64)
    /// `t`
    case uint64(UInt64)
    /// `d`
    case double(Double)
    /// `s`
    case string(String)
    /// `o`
    case objectPath(String)
    /// `g`
    case signature(String)
    /// `h`
    case descriptor(BusDescriptor)
    /// `ay`
    case bytes([UInt8])
    /// `a…`: the signature of the elements makes the type of an empty array known. Bytes are `.bytes`.
    case array([BusValue], of: String)
    /// `a{…}`: entries in their order, with the signatures of keys and values.
    case dictionary([BusEntry], key: String, value: String)
    /// `(…)`
    case structure([BusValue])
    /// `v`
    case variant(BusValue)

    /// An `as`.
    public static func strings(_ texts: [String]) -> BusValue { .array(texts.map { .string($0) }, of: "s") }

    /// An `a{sv}`, as most options and properties are, ordered by name.
    public static func properties(_ values: [String: BusValue]) -> BusValue {
        let entries = values.sorted { $0.key < $1.key }
        return .dictionary(
            entries.map { BusEntry(key: .string($0.key), value: .variant($0.value)) }, key: "s", value: "v")
    }

    /// The type as it stands in a signature.
    public var typeSignature: String {
        switch self {
        case .byte: "y"
        case .boolean: "b"
        case .int16: "n"
        case .uint16: "q"
        case .int32: "i"
        case .uint32: "u"
        case .int64: "x"
        case .uint64: "t"
        case .double: "d"
        case .string: "s"
        case .objectPath: "o"
        case .signature: "g"
        case .descriptor: "h"
        case .bytes: "ay"
        case .array(_, let element): "a" + element
        case .dictionary(_, let key, let value): "a{\(key)\(value)}"
        case .structure(let members): "(" + members.map(\.typeSignature).joined() + ")"
        case .variant: "v"
        }
    }
}

/// An entry of a D-Bus dictionary.
public struct BusEntry: Hashable, Sendable {
    /// A basic value.
    public var key: BusValue
    /// Any value.
    public var value: BusValue

    /// An entry.
    public init(key: BusValue, value: BusValue) {
        self.key = key
        self.value = value
    }
}
