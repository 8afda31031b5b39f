public import VitalsModel

/// One packet of the kernel's HCI monitor channel, which is also one record of a btsnoop file of datalink 2001.
///
/// Source: the file btsnoop-protocol of BlueZ's documentation; `struct hci_mon_hdr` of the kernel.
public struct MonitorPacket: Hashable, Sendable {
    /// What a packet is: the opcodes of the monitor channel.
    public struct Opcode: RawRepresentable, Hashable, Sendable {
        /// The number.
        public let rawValue: UInt16
        /// From the number.
        public init(rawValue: UInt16) { self.rawValue = rawValue }

        /// An adapter is there: type, bus, address, name.
        public static let newIndex = Opcode(rawValue: 0)
        /// An adapter is gone.
        public static let deleteIndex = Opcode(rawValue: 1)
        /// A command to the controller.
        public static let command = Opcode(rawValue: 2)
        /// An event from the controller.
        public static let event = Opcode(rawValue: 3)
        /// Data to the controller.
        public static let aclSent = Opcode(rawValue: 4)
        /// Data from the controller.
        public static let aclReceived = Opcode(rawValue: 5)
        /// The adapter was opened.
        public static let openIndex = Opcode(rawValue: 8)
        /// The adapter was closed.
        public static let closeIndex = Opcode(rawValue: 9)
        /// The adapter's address and manufacturer.
        public static let indexInfo = Opcode(rawValue: 10)
        /// A text of the kernel, or of who recorded.
        public static let systemNote = Opcode(rawValue: 12)
    }

    /// The adapter of a packet that belongs to none.
    public static let noAdapter: UInt16 = 0xFFFF

    /// What it is.
    public var opcode: Opcode
    /// The adapter's index, or `noAdapter`.
    public var adapter: UInt16
    /// What it holds.
    public var data: [UInt8]
    /// When it was seen.
    public var time: WallTime

    /// A packet.
    public init(_ opcode: Opcode, adapter: UInt16, data: [UInt8], time: WallTime) {
        self.opcode = opcode
        self.adapter = adapter
        self.data = data
        self.time = time
    }

    /// Decodes a packet as it comes off the monitor channel: opcode, adapter and length, little-endian, and the data. Nil
    /// when it is shorter or longer than it says.
    public init?(_ bytes: [UInt8], time: WallTime) {
        var reader = ByteReader(bytes)
        guard let opcode = reader.uint16(), let adapter = reader.uint16(), let length = reader.uint16(),
            reader.rest.count == Int(length)
        else { return nil }
        self.init(Opcode(rawValue: opcode), adapter: adapter, data: Array(reader.rest), time: time)
    }

    /// A text among the packets.
    public static func note(_ text: String, time: WallTime) -> MonitorPacket {
        MonitorPacket(.systemNote, adapter: noAdapter, data: Array(text.utf8) + [0], time: time)
    }
}
