/// Takes fields off the front of a packet. Every take can fail, and none traps.
struct ByteReader {
    /// What was not taken yet.
    private(set) var rest: ArraySlice<UInt8>

    init(_ bytes: ArraySlice<UInt8>) { rest = bytes }

    init(_ bytes: [UInt8]) { rest = bytes[...] }

    var isAtEnd: Bool { rest.isEmpty }

    mutating func uint8() -> UInt8? { rest.popFirst() }

    /// Two bytes, the least significant first.
    mutating func uint16() -> UInt16? {
        integer(2) { (value: UInt16, byte, place) in value | UInt16(byte) << (8 * place) }
    }

    /// Four bytes, the most significant first.
    mutating func bigEndianUInt32() -> UInt32? { integer(4) { (value: UInt32, byte, _) in value << 8 | UInt32(byte) } }

    /// Eight bytes, the most significant first.
    mutating func bigEndianUInt64() -> UInt64? { integer(8) { (value: UInt64, byte, _) in value << 8 | UInt64(byte) } }

    /// So many bytes.
    mutating func bytes(_ count: Int) -> ArraySlice<UInt8>? {
        guard count >= 0, count <= rest.count else { return nil }
        defer { rest = rest.dropFirst(count) }
        return rest.prefix(count)
    }

    private mutating func integer<Value: FixedWidthInteger>(
        _ count: Int, _ add: (Value, UInt8, Int) -> Value
    ) -> Value? {
        guard let field = bytes(count) else { return nil }
        var value: Value = 0
        for (place, byte) in field.enumerated() { value = add(value, byte, place) }
        return value
    }
}

/// A packet that breaks its own format.
struct MalformedPacket: Error {}
