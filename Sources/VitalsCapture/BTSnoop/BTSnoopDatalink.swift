/// What the records of a file hold.
enum BTSnoopDatalink: UInt32 {
    /// The first byte is the H4 packet type; flag bit 0 is the direction.
    case h4 = 1002
    /// The flags hold the adapter and the Linux monitor's opcode.
    case monitor = 2001

    /// The adapter and what the record holds of it.
    func packet(flags: UInt32, data: [UInt8]) -> (adapter: UInt16, packet: HCIPacket) {
        switch self {
        case .h4: (0, h4Packet(isReceived: flags & 1 == 1, data))
        case .monitor: (UInt16(flags >> 16), monitorPacket(opcode: flags & 0xFFFF, data))
        }
    }

    private func h4Packet(isReceived: Bool, _ data: [UInt8]) -> HCIPacket {
        guard let type = data.first else { return .malformed }
        return switch type {
        case 0x02: .acl(isReceived: isReceived, data.dropFirst())
        case 0x04: .event(data.dropFirst())
        case 0x01, 0x03, 0x05: .other
        default: .malformed
        }
    }

    private func monitorPacket(opcode: UInt32, _ data: [UInt8]) -> HCIPacket {
        switch opcode {
        case 1, 9: .adapterGone
        case 3: .event(data[...])
        case 4: .acl(isReceived: false, data[...])
        case 5: .acl(isReceived: true, data[...])
        default: .other
        }
    }
}
