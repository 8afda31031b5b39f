import CBluetooth
import Glibc
import VitalsModel

/// What this module asks of the kernel's Bluetooth: a seam, so that all of it can be driven without a radio.
protocol Kernel: AnyObject {
    /// Opens the management channel.
    func openManagement() throws(HCIError) -> PacketSocket
    /// Begins to connect an ATT channel; the socket can be written to when it is connected or has failed.
    func connect(from adapter: SensorAddress, to peer: PeerAddress) throws(HCIError) -> PacketSocket
    /// Has the link of a channel encrypted, with the keys that the kernel has. Nothing is sent until that is so.
    func encrypt(_ channel: PacketSocket)
    /// What resets a controller. It blocks for seconds when the controller does not answer: for another thread.
    func resetting(adapter: UInt16) -> @Sendable () throws(HCIError) -> Void
}

/// The real one.
final class BluetoothKernel: Kernel {
    func openManagement() throws(HCIError) -> PacketSocket {
        try Self.channel(HCI_CHANNEL_CONTROL, "open the Bluetooth management channel", capability: "CAP_NET_ADMIN")
    }

    /// Opens a channel of the HCI that belongs to no adapter.
    static func channel(_ channel: Int32, _ operation: String, capability: String) throws(HCIError) -> PacketSocket {
        let type = Int32(SOCK_RAW.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue)
        let descriptor = socket(AF_BLUETOOTH, type, BTPROTO_HCI)
        guard descriptor >= 0 else { throw .system(errno, operation, capability: capability) }
        let opened = PacketSocket(adopting: descriptor)
        var address = sockaddr_hci()
        address.hci_family = sa_family_t(AF_BLUETOOTH)
        address.hci_dev = UInt16(HCI_DEV_NONE)
        address.hci_channel = UInt16(channel)
        guard bind(descriptor, to: &address) else { throw .system(errno, operation, capability: capability) }
        return opened
    }

    func connect(from adapter: SensorAddress, to peer: PeerAddress) throws(HCIError) -> PacketSocket {
        let operation = "connect to \(peer.sensor)"
        let type = Int32(SOCK_SEQPACKET.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue)
        let descriptor = socket(AF_BLUETOOTH, type, BTPROTO_L2CAP)
        guard descriptor >= 0 else { throw .system(errno, operation) }
        let opened = PacketSocket(adopting: descriptor)
        var local = Self.attributeChannel(adapter, UInt8(BDADDR_LE_PUBLIC))
        guard Self.bind(descriptor, to: &local) else { throw .system(errno, operation) }
        var remote = Self.attributeChannel(peer.sensor, peer.kind.number)
        let result = unsafe withUnsafeBytes(of: &remote) { bytes in
            unsafe bytes.withMemoryRebound(to: sockaddr.self) { address in
                unsafe Glibc.connect(descriptor, address.baseAddress, socklen_t(bytes.count))
            }
        }
        guard result == 0 || errno == EINPROGRESS else { throw .system(errno, operation) }
        return opened
    }

    /// A failure shows in what is done next: the sensor refuses it again.
    func encrypt(_ channel: PacketSocket) {
        var security = bt_security()
        security.level = UInt8(BT_SECURITY_MEDIUM)
        let size = socklen_t(MemoryLayout<bt_security>.size)
        unsafe setsockopt(channel.descriptor, SOL_BLUETOOTH, BT_SECURITY, &security, size)
    }

    func resetting(adapter: UInt16) -> @Sendable () throws(HCIError) -> Void {
        { () throws(HCIError) in try ControllerDevice.recover(adapter) }
    }

    /// The fixed channel of the attribute protocol (Core 5.4, volume 3, part A, 2.1) at an address.
    private static func attributeChannel(_ address: SensorAddress, _ type: UInt8) -> sockaddr_l2 {
        var place = sockaddr_l2()
        place.l2_family = sa_family_t(AF_BLUETOOTH)
        place.l2_cid = UInt16(4).littleEndian
        place.l2_bdaddr_type = type
        unsafe withUnsafeMutableBytes(of: &place.l2_bdaddr) { unsafe $0.copyBytes(from: address.littleEndianBytes) }
        return place
    }

    private static func bind<Address>(_ descriptor: Int32, to address: inout Address) -> Bool {
        unsafe withUnsafeBytes(of: &address) { bytes in
            unsafe bytes.withMemoryRebound(to: sockaddr.self) { address in
                unsafe Glibc.bind(descriptor, address.baseAddress, socklen_t(bytes.count)) == 0
            }
        }
    }
}
