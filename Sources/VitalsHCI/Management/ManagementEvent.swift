import VitalsModel

/// The events of the management interface that the gateway uses.
///
/// Source: the Management API of BlueZ (doc/mgmt-api.txt). Devices with BR/EDR addresses are passed over.
enum ManagementEvent: Hashable, Sendable {
    /// 0x0001: a command succeeded, or failed with what it has to say.
    case commandComplete(opcode: UInt16, ManagementStatus, parameters: [UInt8])
    /// 0x0002: a command failed.
    case commandStatus(opcode: UInt16, ManagementStatus)
    /// 0x0003: the controller is out of order.
    case controllerError(UInt8)
    /// 0x0004.
    case indexAdded
    /// 0x0005.
    case indexRemoved
    /// 0x0006.
    case newSettings(ControllerInformation.Settings)
    /// 0x000B.
    case deviceConnected(PeerAddress)
    /// 0x000C.
    case deviceDisconnected(PeerAddress, DisconnectReason)
    /// 0x000F: two numbers should be compared; or, for Just Works, no more than consent is asked for.
    case confirmationRequest(PeerAddress, isConsent: Bool)
    /// 0x0010: a passkey should be entered.
    case passkeyRequest(PeerAddress)
    /// 0x0012.
    case deviceFound(FoundDevice)
    /// 0x0013.
    case discovering(Bool)
    /// Anything else, or what is too short for its code.
    case other(UInt16)

    /// Why a link ended (doc/mgmt-api.txt, Device Disconnected).
    struct DisconnectReason: RawRepresentable, Hashable, Sendable {
        let rawValue: UInt8

        private static let names = [
            "unspecified", "connection-timeout", "terminated-by-local-host", "terminated-by-remote-host",
            "authentication-failure", "terminated-by-local-host-for-suspend",
        ]

        /// The name of the reason.
        var name: String { Self.names.indices.contains(Int(rawValue)) ? Self.names[Int(rawValue)] : "\(rawValue)" }
    }

    /// A device that was heard.
    struct FoundDevice: Hashable, Sendable {
        var peer: PeerAddress
        /// dBm; nil when the controller could not say.
        var rssi: Int8?
        var data: AdvertisingData
    }

    /// Reads the event that a packet is.
    init(_ packet: ManagementPacket) {
        self = Self.decode(packet) ?? .other(packet.code)
    }

    private static func decode(_ packet: ManagementPacket) -> ManagementEvent? {
        var reader = PacketReader(packet.parameters)
        switch packet.code {
        case 0x0001:
            guard let opcode = reader.uint16(), let status = reader.uint8() else { return nil }
            return .commandComplete(
                opcode: opcode, ManagementStatus(rawValue: status), parameters: Array(reader.rest))
        case 0x0002:
            guard let opcode = reader.uint16(), let status = reader.uint8() else { return nil }
            return .commandStatus(opcode: opcode, ManagementStatus(rawValue: status))
        case 0x0003: return reader.uint8().map(controllerError)
        case 0x0004: return .indexAdded
        case 0x0005: return .indexRemoved
        case 0x0006: return reader.uint32().map { .newSettings(.init(rawValue: $0)) }
        case 0x000B: return peer(&reader).map(deviceConnected)
        case 0x000C:
            guard let peer = peer(&reader) else { return nil }
            return .deviceDisconnected(peer, DisconnectReason(rawValue: reader.uint8() ?? 0))
        case 0x000F:
            guard let peer = peer(&reader), let hint = reader.uint8() else { return nil }
            return .confirmationRequest(peer, isConsent: hint == 1)
        case 0x0010: return peer(&reader).map(passkeyRequest)
        case 0x0012: return found(&reader).map(deviceFound)
        case 0x0013:
            guard reader.uint8() != nil, let isOn = reader.uint8() else { return nil }
            return .discovering(isOn != 0)
        default: return nil
        }
    }

    private static func peer(_ reader: inout PacketReader) -> PeerAddress? {
        PeerAddress.read(&reader).flatMap { $0 }
    }

    /// Address, type, RSSI (127: unknown), flags, and the advertising data with their length.
    private static func found(_ reader: inout PacketReader) -> FoundDevice? {
        guard let peer = peer(&reader), let rssi = reader.uint8(), reader.uint32() != nil,
            let length = reader.uint16(), let data = reader.bytes(Int(length))
        else { return nil }
        return FoundDevice(
            peer: peer, rssi: rssi == 127 ? nil : Int8(bitPattern: rssi), data: AdvertisingData(data))
    }
}
