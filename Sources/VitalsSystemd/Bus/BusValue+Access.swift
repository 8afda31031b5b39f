/// What a value is, seen through variants; nil when it is something else. Nothing is converted silently.
extension BusValue {
    /// The value itself, or what the variant holds.
    public var content: BusValue {
        var value = self
        while case .variant(let inner) = value { value = inner }
        return value
    }

    /// Of `s`, and of `o` too.
    public var string: String? {
        switch content {
        case .string(let text), .objectPath(let text): text
        default: nil
        }
    }

    /// Of `o`.
    public var objectPath: String? {
        if case .objectPath(let path) = content { path } else { nil }
    }

    /// Of `b`.
    public var boolean: Bool? {
        if case .boolean(let flag) = content { flag } else { nil }
    }

    /// Of any whole number.
    public var integer: Int64? {
        switch content {
        case .byte(let number): Int64(number)
        case .int16(let number): Int64(number)
        case .uint16(let number): Int64(number)
        case .int32(let number): Int64(number)
        case .uint32(let number): Int64(number)
        case .int64(let number): number
        case .uint64(let number): Int64(exactly: number)
        default: nil
        }
    }

    /// Of `ay`.
    public var bytes: [UInt8]? {
        if case .bytes(let bytes) = content { bytes } else { nil }
    }

    /// Of `h`.
    public var descriptor: BusDescriptor? {
        if case .descriptor(let descriptor) = content { descriptor } else { nil }
    }

    /// The elements of any array but `ay` and dictionaries.
    public var array: [BusValue]? {
        if case .array(let elements, _) = content { elements } else { nil }
    }

    /// Of `as` and `ao`; nil when any element is something else.
    public var strings: [String]? {
        guard let array else { return nil }
        let texts = array.compactMap(\.string)
        return texts.count == array.count ? texts : nil
    }

    /// The members of a structure.
    public var structure: [BusValue]? {
        if case .structure(let members) = content { members } else { nil }
    }

    /// The entries of any dictionary.
    public var entries: [BusEntry]? {
        if case .dictionary(let entries, _, _) = content { entries } else { nil }
    }

    /// A dictionary by its keys of `s` or `o`, the variants of its values taken off; a key that comes twice counts
    /// once, with the last value. Nil when a key is something else.
    public var dictionary: [String: BusValue]? {
        guard let entries else { return nil }
        var values: [String: BusValue] = [:]
        values.reserveCapacity(entries.count)
        for entry in entries {
            guard let key = entry.key.string else { return nil }
            values[key] = entry.value.content
        }
        return values
    }
}
