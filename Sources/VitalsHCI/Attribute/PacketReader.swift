import VitalsModel

/// Takes little-endian fields off the front of a packet. Every take can fail, and none traps.
struct PacketReader {
    /// What was not taken yet.
    private(set) var rest: ArraySlice<UInt8>

    init(_ bytes: [UInt8]) { rest = bytes[...] }

    init(_ bytes: ArraySlice<UInt8>) { rest = bytes }

    var isAtEnd: Bool { rest.isEmpty }

    mutating func uint8() -> UInt8? { rest.popFirst() }

    mutating func uint16() -> UInt16? { integer() }

    mutating func uint32() -> UInt32? { integer() }

    /// A device address, which travels with its last written octet first.
    mutating func address() -> SensorAddress? {
        bytes(6).map { field in SensorAddress(rawValue: field.reversed().reduce(0) { $0 << 8 | UInt64($1) }) }
    }

    /// So many bytes.
    mutating func bytes(_ count: Int) -> ArraySlice<UInt8>? {
        guard count >= 0, count <= rest.count else { return nil }
        defer { rest = rest.dropFirst(count) }
        return rest.prefix(count)
    }

    private mutating func integer<Value: FixedWidthInteger & UnsignedInteger>() -> Value? {
        bytes(Value.bitWidth / 8).map { field in field.reversed().reduce(0) { $0 << 8 | Value($1) } }
    }
}

extension FixedWidthInteger {
    /// The bytes, the least significant first.
    var littleEndianBytes: [UInt8] { (0..<Self.bitWidth / 8).map { UInt8(truncatingIfNeeded: self >> ($0 * 8)) } }
}

extension SensorAddress {
    /// The six octets as they travel.
    var littleEndianBytes: [UInt8] { Array(rawValue.littleEndianBytes.prefix(6)) }
}

extension BluetoothUUID {
    /// From 2, 4 or 16 bytes as they travel; nil for any other count.
    init?(littleEndianBytes bytes: ArraySlice<UInt8>) {
        let value = { (part: ArraySlice<UInt8>) in part.reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) } }
        switch bytes.count {
        case 2: self.init(UInt16(value(bytes)))
        case 4: self.init(high: value(bytes) << 32 | BluetoothUUID(0).high, low: BluetoothUUID(0).low)
        case 16: self.init(high: value(bytes.suffix(8)), low: value(bytes.prefix(8)))
        default: return nil
        }
    }

    /// 2 bytes where that is enough, else 16.
    var littleEndianBytes: [UInt8] { short?.littleEndianBytes ?? low.littleEndianBytes + high.littleEndianBytes }
}
