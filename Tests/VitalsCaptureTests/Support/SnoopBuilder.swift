import VitalsModel

/// Builds btsnoop files byte by byte, by its own reading of the format.
struct SnoopBuilder {
    enum Datalink: UInt32 {
        case h4 = 1002
        case monitor = 2001
    }

    /// 2026-11-21T07:30:00Z, in microseconds since 1970.
    static let start: Int64 = 1_795_246_200_000_000
    private static let unixEpoch: Int64 = 0x00DC_DDB3_0F2F_8000

    private(set) var bytes: [UInt8]
    private let datalink: Datalink
    /// Microseconds since `start` of the next record; moves on by a millisecond with each.
    var time: Int64 = 0
    /// Records lost so far, by the recorder's own count.
    var drops: UInt32 = 0

    init(_ datalink: Datalink = .monitor) {
        self.datalink = datalink
        bytes = Array("btsnoop\0".utf8) + Self.bigEndian(UInt32(1)) + Self.bigEndian(datalink.rawValue)
    }

    static func bigEndian(_ value: some FixedWidthInteger) -> [UInt8] {
        (0..<value.bitWidth / 8).reversed().map { UInt8(truncatingIfNeeded: value >> ($0 * 8)) }
    }

    static func littleEndian(_ value: UInt16) -> [UInt8] { [UInt8(value & 0xFF), UInt8(value >> 8)] }

    /// A record as it stands in the file; `original` is the length that the packet had.
    mutating func record(flags: UInt32, _ data: [UInt8], original: Int? = nil) {
        bytes += Self.bigEndian(UInt32(original ?? data.count)) + Self.bigEndian(UInt32(data.count))
        bytes += Self.bigEndian(flags) + Self.bigEndian(drops)
        bytes += Self.bigEndian(Self.start + time + Self.unixEpoch) + data
        time += 1_000
    }

    mutating func event(_ data: [UInt8], adapter: UInt16 = 0) {
        switch datalink {
        case .monitor: record(flags: UInt32(adapter) << 16 | 3, data)
        case .h4: record(flags: 1, [0x04] + data)
        }
    }

    mutating func acl(_ data: [UInt8], isReceived: Bool = true, adapter: UInt16 = 0, original: Int? = nil) {
        switch datalink {
        case .monitor: record(flags: UInt32(adapter) << 16 | (isReceived ? 5 : 4), data, original: original)
        case .h4: record(flags: isReceived ? 1 : 0, [0x02] + data, original: original.map { $0 + 1 })
        }
    }

    /// LE Connection Complete, the shortest form.
    mutating func connect(_ handle: UInt16, _ address: SensorAddress, adapter: UInt16 = 0, status: UInt8 = 0) {
        event(
            [0x3E, 19, 0x01, status] + Self.littleEndian(handle) + [0x00, 0x01] + Self.littleEndian(address)
                + [0x18, 0, 0, 0, 0x2A, 0, 0],
            adapter: adapter)
    }

    static func littleEndian(_ address: SensorAddress) -> [UInt8] {
        (0..<6).map { UInt8(truncatingIfNeeded: address.rawValue >> (8 * $0)) }
    }

    mutating func disconnect(_ handle: UInt16, reason: UInt8, adapter: UInt16 = 0) {
        event([0x05, 4, 0] + Self.littleEndian(handle) + [reason], adapter: adapter)
    }

    /// A whole L2CAP packet in fragments of at most `fragment` bytes.
    mutating func l2cap(
        _ handle: UInt16, channel: UInt16 = 4, _ payload: [UInt8], isReceived: Bool = true, adapter: UInt16 = 0,
        fragment: Int = .max
    ) {
        for part in Self.fragments(handle, channel: channel, payload, isReceived: isReceived, fragment: fragment) {
            acl(part, isReceived: isReceived, adapter: adapter)
        }
    }

    /// The ACL packets of an L2CAP packet.
    static func fragments(
        _ handle: UInt16, channel: UInt16 = 4, _ payload: [UInt8], isReceived: Bool = true, fragment: Int = .max
    ) -> [[UInt8]] {
        let packet = littleEndian(UInt16(payload.count)) + littleEndian(channel) + payload
        let size = min(fragment, packet.count)
        return stride(from: 0, to: packet.count, by: size).map { first in
            let part = Array(packet[first..<min(first + size, packet.count)])
            let boundary: UInt16 = first > 0 ? 1 : (isReceived ? 2 : 0)
            return littleEndian(handle | boundary << 12) + littleEndian(UInt16(part.count)) + part
        }
    }

    mutating func sent(_ handle: UInt16, _ pdu: [UInt8], adapter: UInt16 = 0) {
        l2cap(handle, pdu, isReceived: false, adapter: adapter)
    }

    mutating func received(_ handle: UInt16, _ pdu: [UInt8], adapter: UInt16 = 0) {
        l2cap(handle, pdu, adapter: adapter)
    }

    mutating func notify(_ handle: UInt16, _ attribute: UInt16, _ value: [UInt8], adapter: UInt16 = 0) {
        received(handle, [0x1B] + Self.littleEndian(attribute) + value, adapter: adapter)
    }

    /// The discovery of primary services from handle 1, which finds one service.
    mutating func discoverServices(_ handle: UInt16, adapter: UInt16 = 0) {
        sent(handle, [0x10, 0x01, 0x00, 0xFF, 0xFF, 0x00, 0x28], adapter: adapter)
        received(handle, [0x11, 0x06, 0x01, 0x00, 0x40, 0x00, 0x0D, 0x18], adapter: adapter)
    }

    /// The discovery of characteristics: value handle and short UUID of each; the declaration stands before the value.
    mutating func discover(_ handle: UInt16, _ found: [(UInt16, UInt16)], adapter: UInt16 = 0) {
        sent(handle, [0x08, 0x01, 0x00, 0xFF, 0xFF, 0x03, 0x28], adapter: adapter)
        let list = found.flatMap { value, uuid in
            Self.littleEndian(value - 1) + [0x10] + Self.littleEndian(value) + Self.littleEndian(uuid)
        }
        received(handle, [0x09, 0x07] + list, adapter: adapter)
    }

    /// A read of the database hash.
    mutating func readHash(_ handle: UInt16, _ fill: UInt8, adapter: UInt16 = 0) {
        sent(handle, [0x08, 0x01, 0x00, 0xFF, 0xFF, 0x2A, 0x2B], adapter: adapter)
        received(handle, [0x09, 18, 0x0D, 0x00] + [UInt8](repeating: fill, count: 16), adapter: adapter)
    }
}
