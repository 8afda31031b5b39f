import CBluetooth
import VitalsModel

/// The address of an LE device with its type, as the management interface carries it.
struct PeerAddress: Hashable, Sendable {
    /// Which of the two kinds of address it is (Core 5.4, volume 6, part B, 1.3).
    enum Kind: UInt8, Sendable {
        /// Assigned by the IEEE.
        case `public` = 1
        /// Made by the device itself.
        case random = 2

        /// The number by libbluetooth's header.
        var number: UInt8 { self == .public ? UInt8(BDADDR_LE_PUBLIC) : UInt8(BDADDR_LE_RANDOM) }
    }

    var sensor: SensorAddress
    var kind: Kind

    /// Takes an address and its type; nil for BR/EDR, which no sensor here uses.
    static func read(_ reader: inout PacketReader) -> PeerAddress?? {
        guard let address = reader.address(), let type = reader.uint8() else { return .none }
        return .some(Kind(rawValue: type).map { PeerAddress(sensor: address, kind: $0) })
    }

    /// As it travels.
    var bytes: [UInt8] { sensor.littleEndianBytes + [kind.number] }
}
