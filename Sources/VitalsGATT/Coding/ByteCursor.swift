import VitalsModel

/// The place up to which a value has been read. Every read says which field it is for, so that a failure can name it.
///
/// All multi-byte fields are little-endian (Bluetooth Core 5.4, volume 3, part F, 2.3).
struct ByteCursor {
    private let characteristic: BluetoothUUID
    private var offset = 0

    /// A cursor at the first byte; refuses a value that no attribute can hold.
    init(_ characteristic: BluetoothUUID, _ bytes: Span<UInt8>) throws(MalformedValue) {
        self.characteristic = characteristic
        try require(atMost: VitalsGATTLimits.attributeValueLengthMax, .value, in: bytes)
    }

    /// The count of bytes not read yet.
    func remaining(in bytes: Span<UInt8>) -> Int { bytes.count - offset }

    /// The warning for bytes behind the last field, if there are any.
    func trailing(in bytes: Span<UInt8>) -> DecodeWarnings { remaining(in: bytes) > 0 ? .trailingBytes : [] }

    /// Refuses a field of variable length when more than `most` bytes are left for it.
    func require(atMost most: Int, _ field: ValueField, in bytes: Span<UInt8>) throws(MalformedValue) {
        let available = remaining(in: bytes)
        guard available <= most else { throw malformed(field, .tooLong(most: most, available: available)) }
    }

    /// Refuses a field that is not wholly there.
    func require(bytes needed: Int, _ field: ValueField, in bytes: Span<UInt8>) throws(MalformedValue) {
        let available = remaining(in: bytes)
        guard needed <= available else { throw malformed(field, .truncated(needed: needed, available: available)) }
    }

    /// Refuses a number that was just read from one byte and is more than `most`.
    func require(_ number: Int, atMost most: Int, _ field: ValueField) throws(MalformedValue) {
        guard number <= most else {
            throw MalformedValue(
                characteristic: characteristic, field: field, offset: offset - 1, problem: .outOfRange(most: most))
        }
    }

    mutating func uint8(_ field: ValueField, in bytes: Span<UInt8>) throws(MalformedValue) -> UInt8 {
        bytes[try take(1, field, in: bytes)]
    }

    mutating func uint16(_ field: ValueField, in bytes: Span<UInt8>) throws(MalformedValue) -> UInt16 {
        let start = try take(2, field, in: bytes)
        return UInt16(bytes[start]) | UInt16(bytes[start + 1]) << 8
    }

    /// 24 bits, in the low bits of the result.
    mutating func uint24(_ field: ValueField, in bytes: Span<UInt8>) throws(MalformedValue) -> UInt32 {
        let start = try take(3, field, in: bytes)
        return UInt32(bytes[start]) | UInt32(bytes[start + 1]) << 8 | UInt32(bytes[start + 2]) << 16
    }

    mutating func uint32(_ field: ValueField, in bytes: Span<UInt8>) throws(MalformedValue) -> UInt32 {
        let start = try take(4, field, in: bytes)
        return UInt32(bytes[start]) | UInt32(bytes[start + 1]) << 8 | UInt32(bytes[start + 2]) << 16
            | UInt32(bytes[start + 3]) << 24
    }

    mutating func uint64(_ field: ValueField, in bytes: Span<UInt8>) throws(MalformedValue) -> UInt64 {
        let start = try take(8, field, in: bytes)
        return (0..<8).reduce(UInt64(0)) { $0 | UInt64(bytes[start + $1]) << UInt64(8 * $1) }
    }

    /// Nil when the fields name no moment.
    mutating func dateTime(_ field: ValueField, in bytes: Span<UInt8>) throws(MalformedValue) -> DateTime? {
        let start = try take(7, field, in: bytes)
        return DateTime(
            year: UInt16(bytes[start]) | UInt16(bytes[start + 1]) << 8, month: bytes[start + 2], day: bytes[start + 3],
            hours: bytes[start + 4], minutes: bytes[start + 5], seconds: bytes[start + 6])
    }

    /// Moves past `count` bytes; the result is where they begin.
    private mutating func take(
        _ count: Int, _ field: ValueField, in bytes: Span<UInt8>
    ) throws(MalformedValue) -> Int {
        let available = remaining(in: bytes)
        guard count <= available else { throw malformed(field, .truncated(needed: count, available: available)) }
        defer { offset += count }
        return offset
    }

    private func malformed(_ field: ValueField, _ problem: MalformedValue.Problem) -> MalformedValue {
        MalformedValue(characteristic: characteristic, field: field, offset: offset, problem: problem)
    }
}
