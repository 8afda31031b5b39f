import VitalsModel

/// The commands of the management interface that the gateway uses.
///
/// Source: the Management API of BlueZ (doc/mgmt-api.txt); libbluetooth has no header for the opcodes.
enum ManagementCommand: Hashable, Sendable {
    /// 0x0001.
    case readVersion
    /// 0x0003.
    case readIndexList
    /// 0x0004.
    case readControllerInformation
    /// 0x0005.
    case setPowered(Bool)
    /// 0x0009: whether keys of a pairing are kept.
    case setBondable(Bool)
    /// 0x000D.
    case setLowEnergy(Bool)
    /// 0x0014.
    case disconnect(PeerAddress)
    /// 0x0019, with the input and output capability "none", which makes it Just Works.
    case pairDevice(PeerAddress)
    /// 0x001A.
    case cancelPairDevice(PeerAddress)
    /// 0x001C.
    case confirm(PeerAddress)
    /// 0x001D.
    case refuseConfirmation(PeerAddress)
    /// 0x001F.
    case refusePasskey(PeerAddress)
    /// 0x0023, for LE alone.
    case startDiscovery
    /// 0x0024, for LE alone.
    case stopDiscovery

    /// LE public (bit 1) and LE random (bit 2) addresses.
    private static let lowEnergy: UInt8 = 0x06
    /// No input, no output (Core 5.4, volume 3, part H, 2.3.2).
    private static let noInputNoOutput: UInt8 = 0x03

    /// The opcode.
    var opcode: UInt16 {
        switch self {
        case .readVersion: 0x0001
        case .readIndexList: 0x0003
        case .readControllerInformation: 0x0004
        case .setPowered: 0x0005
        case .setBondable: 0x0009
        case .setLowEnergy: 0x000D
        case .disconnect: 0x0014
        case .pairDevice: 0x0019
        case .cancelPairDevice: 0x001A
        case .confirm: 0x001C
        case .refuseConfirmation: 0x001D
        case .refusePasskey: 0x001F
        case .startDiscovery: 0x0023
        case .stopDiscovery: 0x0024
        }
    }

    /// What follows the header.
    var parameters: [UInt8] {
        switch self {
        case .readVersion, .readIndexList, .readControllerInformation: []
        case .setPowered(let isOn), .setBondable(let isOn), .setLowEnergy(let isOn): [isOn ? 1 : 0]
        case .disconnect(let peer), .cancelPairDevice(let peer), .confirm(let peer), .refuseConfirmation(let peer),
            .refusePasskey(let peer):
            peer.bytes
        case .pairDevice(let peer): peer.bytes + [Self.noInputNoOutput]
        case .startDiscovery, .stopDiscovery: [Self.lowEnergy]
        }
    }

    /// The interface's own name for it.
    var name: String {
        switch self {
        case .readVersion: "Read Management Version"
        case .readIndexList: "Read Controller Index List"
        case .readControllerInformation: "Read Controller Information"
        case .setPowered: "Set Powered"
        case .setBondable: "Set Bondable"
        case .setLowEnergy: "Set Low Energy"
        case .disconnect: "Disconnect"
        case .pairDevice: "Pair Device"
        case .cancelPairDevice: "Cancel Pair Device"
        case .confirm: "User Confirmation Reply"
        case .refuseConfirmation: "User Confirmation Negative Reply"
        case .refusePasskey: "User Passkey Negative Reply"
        case .startDiscovery: "Start Discovery"
        case .stopDiscovery: "Stop Discovery"
        }
    }
}
