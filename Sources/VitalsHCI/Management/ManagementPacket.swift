import VitalsModel

/// A packet of the management channel, in either direction: code, adapter and parameters, little-endian.
///
/// Source: the Management API of BlueZ (doc/mgmt-api.txt, "Packet Structures").
struct ManagementPacket: Hashable, Sendable {
    /// The adapter of a packet that belongs to none.
    static let noAdapter: UInt16 = 0xFFFF

    /// The opcode of a command, or the code of an event.
    var code: UInt16
    /// The adapter's index, or `noAdapter`.
    var adapter: UInt16
    /// What follows the header.
    var parameters: [UInt8]

    init(code: UInt16, adapter: UInt16, parameters: [UInt8]) {
        self.code = code
        self.adapter = adapter
        self.parameters = parameters
    }

    /// Decodes a packet; nil when it is shorter or longer than it says.
    init?(_ bytes: [UInt8]) {
        var reader = PacketReader(bytes)
        guard let code = reader.uint16(), let adapter = reader.uint16(), let length = reader.uint16(),
            reader.rest.count == Int(length)
        else { return nil }
        self.init(code: code, adapter: adapter, parameters: Array(reader.rest))
    }

    /// The packet as it goes onto the channel.
    var bytes: [UInt8] {
        code.littleEndianBytes + adapter.littleEndianBytes
            + UInt16(truncatingIfNeeded: parameters.count).littleEndianBytes + parameters
    }
}
