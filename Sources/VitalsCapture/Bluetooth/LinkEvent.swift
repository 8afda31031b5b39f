import VitalsModel

/// The HCI events that begin and end links.
enum LinkEvent: Equatable {
    /// An LE link came up.
    case connected(handle: UInt16, peer: SensorAddress)
    /// A link ended.
    case disconnected(handle: UInt16, reason: UInt8)
    /// The controller was reset, which ends all its links.
    case controllerReset

    /// Reads an event packet: nil when it is about something else; throws when it breaks its format.
    static func parse(_ packet: ArraySlice<UInt8>) throws(MalformedPacket) -> LinkEvent? {
        var reader = ByteReader(packet)
        guard let code = reader.uint8(), let length = reader.uint8(), reader.rest.count == Int(length) else {
            throw MalformedPacket()
        }
        return switch code {
        case 0x05: try disconnectionComplete(&reader)
        case 0x0E: try commandComplete(&reader)
        case 0x3E: try meta(&reader)
        default: nil
        }
    }

    /// 7.7.5: status, handle, reason.
    private static func disconnectionComplete(_ reader: inout ByteReader) throws(MalformedPacket) -> LinkEvent? {
        guard let status = reader.uint8(), let handle = reader.uint16(), let reason = reader.uint8() else {
            throw MalformedPacket()
        }
        return status == 0 ? .disconnected(handle: handle & 0x0FFF, reason: reason) : nil
    }

    /// 7.7.14, for the Reset command (7.3.2) alone: packets allowed, opcode, status.
    private static func commandComplete(_ reader: inout ByteReader) throws(MalformedPacket) -> LinkEvent? {
        guard reader.uint8() != nil, let opcode = reader.uint16() else { throw MalformedPacket() }
        return opcode == 0x0C03 && reader.uint8() == 0 ? .controllerReset : nil
    }

    /// 7.7.65.1, .10 and .41: LE Connection Complete, Enhanced v1 and v2, which begin alike. The peer's address is its
    /// identity where the controller has resolved it.
    private static func meta(_ reader: inout ByteReader) throws(MalformedPacket) -> LinkEvent? {
        guard let subevent = reader.uint8() else { throw MalformedPacket() }
        let lengths: [UInt8: Int] = [0x01: 18, 0x0A: 30, 0x29: 33]
        guard let length = lengths[subevent] else { return nil }
        guard reader.rest.count >= length, let status = reader.uint8(), let handle = reader.uint16(),
            reader.uint8() != nil, reader.uint8() != nil, let address = reader.bytes(6)
        else { throw MalformedPacket() }
        let peer = address.reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        return status == 0 ? .connected(handle: handle & 0x0FFF, peer: SensorAddress(rawValue: peer)) : nil
    }
}
