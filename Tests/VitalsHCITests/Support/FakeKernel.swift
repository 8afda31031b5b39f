import Glibc
import VitalsModel
import VitalsSystemd

@testable import VitalsHCI

/// A kernel with Bluetooth, as the backend sees it: a management channel and ATT channels, all socket pairs on the
/// test's own loop. What it does is the test's to say.
final class FakeKernel: Kernel {
    struct Controller {
        var address = SensorAddress(rawValue: 0x00AA_0100_0000)
        var settings: ControllerInformation.Settings = [.powered, .lowEnergy]
        var isDiscovering = false
    }

    /// A sensor in the air, and its end of a channel while it is linked.
    final class Air {
        let peer: PeerAddress
        var sensor: FakeSensor
        var advertising: [UInt8]
        /// The error that connecting to it brings.
        var connectError: Int32?
        /// Whether it takes the link and says nothing.
        var isMute = false
        fileprivate(set) var socket: PacketSocket?
        fileprivate var watch: EventLoop.Watch?
        fileprivate(set) var connections = 0

        init(_ peer: PeerAddress, _ sensor: FakeSensor, advertising: [UInt8]) {
            self.peer = peer
            self.sensor = sensor
            self.advertising = advertising
        }

        /// Sends a packet over the link.
        func say(_ packet: ATTPacket) { _ = socket?.send(packet.bytes) }
    }

    let loop: EventLoop
    var controllers: [UInt16: Controller] = [0: Controller()]
    var air: [SensorAddress: Air] = [:]
    /// Commands that came, in order.
    private(set) var commands: [(adapter: UInt16, opcode: UInt16)] = []
    /// What commands of an opcode are answered with instead; nil as status: not at all.
    var answers: [UInt16: ManagementStatus?] = [:]
    var managementError: HCIError?
    private(set) var encryptions = 0
    private var management: PacketSocket?
    private var watch: EventLoop.Watch?

    init(loop: EventLoop) { self.loop = loop }

    private static func pair() throws(HCIError) -> (PacketSocket, PacketSocket) {
        var ends: [Int32] = [-1, -1]
        let type = Int32(SOCK_SEQPACKET.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue)
        guard unsafe socketpair(AF_UNIX, type, 0, &ends) == 0 else { throw HCIError.system(errno, "make a pair") }
        return (PacketSocket(adopting: ends[0]), PacketSocket(adopting: ends[1]))
    }

    // MARK: Kernel

    func openManagement() throws(HCIError) -> PacketSocket {
        if let managementError { throw managementError }
        let (ours, theirs) = try Self.pair()
        management = ours
        watch = try? loop.watch(ours.descriptor) { [weak self] in self?.serve() }
        return theirs
    }

    func connect(from adapter: SensorAddress, to peer: PeerAddress) throws(HCIError) -> PacketSocket {
        guard let device = air[peer.sensor], device.peer == peer else { throw HCIError.system(EHOSTUNREACH, "connect") }
        if let number = device.connectError { throw HCIError.system(number, "connect to \(peer.sensor)") }
        let (ours, theirs) = try Self.pair()
        device.socket = ours
        device.connections += 1
        device.sensor.mtu = 23
        device.watch = try? loop.watch(ours.descriptor) { [weak device] in
            guard let device, let socket = device.socket else { return }
            switch socket.receive(1_024) {
            case .packet(let bytes):
                if let answer = device.sensor.answer(bytes), !device.isMute { _ = socket.send(answer) }
            case .end, .failed: device.watch?.cancel()
            case .nothing: break
            }
        }
        return theirs
    }

    func encrypt(_ channel: PacketSocket) { encryptions += 1 }

    func resetting(adapter: UInt16) -> @Sendable () throws(HCIError) -> Void {
        let isThere = controllers[adapter] != nil
        return { () throws(HCIError) in if !isThere { throw HCIError.system(ENODEV, "reset hci\(adapter)") } }
    }

    // MARK: What happens

    func add(_ address: UInt64, _ sensor: FakeSensor, services: [UInt16] = [0x180D], kind: PeerAddress.Kind = .random) {
        let list = services.flatMap(\.littleEndianBytes)
        let peer = PeerAddress(sensor: SensorAddress(rawValue: address), kind: kind)
        air[peer.sensor] = Air(peer, sensor, advertising: [UInt8(list.count + 1), 0x03] + list)
    }

    /// The controller reports every device that is not linked.
    func advertise(_ adapter: UInt16 = 0) {
        for device in air.values.sorted(by: { $0.peer.sensor < $1.peer.sensor }) where device.socket == nil {
            let data = device.advertising
            let report = device.peer.bytes + [0xCE, 0, 0, 0, 0] + UInt16(data.count).littleEndianBytes + data
            event(0x0012, adapter, report)
        }
    }

    /// A link ends, with the reason that the kernel gives.
    func drop(_ sensor: UInt64, reason: UInt8, adapter: UInt16 = 0) {
        guard let device = air[SensorAddress(rawValue: sensor)], device.socket != nil else { return }
        event(0x000C, adapter, device.peer.bytes + [reason])
        hangUp(device)
    }

    func hangUp(_ device: Air) {
        device.watch?.cancel()
        device.socket?.close()
        device.socket = nil
    }

    /// The kernel ends discovery, as it does after ten seconds.
    func endDiscovery(_ adapter: UInt16 = 0) {
        controllers[adapter]?.isDiscovering = false
        event(0x0013, adapter, [0x06, 0])
    }

    func remove(_ adapter: UInt16) {
        controllers[adapter] = nil
        event(0x0005, adapter, [])
    }

    func plugIn(_ adapter: UInt16) {
        controllers[adapter] = Controller()
        event(0x0004, adapter, [])
    }

    func breakChannel() {
        watch?.cancel()
        management?.close()
    }

    func event(_ code: UInt16, _ adapter: UInt16, _ parameters: [UInt8]) {
        _ = management?.send(ManagementPacket(code: code, adapter: adapter, parameters: parameters).bytes)
    }

    // MARK: Commands

    private func serve() {
        while let received = management?.receive(1_024) {
            guard case .packet(let bytes) = received else {
                if case .end = received { breakChannel() }
                return
            }
            guard let packet = ManagementPacket(bytes) else { continue }
            commands.append((packet.adapter, packet.code))
            if let answer = answers[packet.code] {
                guard let answer else { continue }
                event(0x0002, packet.adapter, packet.code.littleEndianBytes + [answer.rawValue])
            } else {
                carryOut(packet)
            }
        }
    }

    private func carryOut(_ packet: ManagementPacket) {
        let adapter = packet.adapter
        let complete = { (parameters: [UInt8]) in
            self.event(0x0001, adapter, packet.code.littleEndianBytes + [0] + parameters)
        }
        let refuse = { (status: ManagementStatus) in
            self.event(0x0002, adapter, packet.code.littleEndianBytes + [status.rawValue])
        }
        if packet.code == 0x0001 { return complete([1, 22, 0]) }
        if packet.code == 0x0003 {
            let list = controllers.keys.sorted()
            return complete(UInt16(list.count).littleEndianBytes + list.flatMap(\.littleEndianBytes))
        }
        guard var controller = controllers[adapter] else { return refuse(.invalidIndex) }
        switch packet.code {
        case 0x0004:
            let supported = ControllerInformation.Settings([.powered, .bondable, .lowEnergy]).rawValue
            complete(
                controller.address.littleEndianBytes + [9, 0, 0] + supported.littleEndianBytes
                    + controller.settings.rawValue.littleEndianBytes + [0, 0, 0])
        case 0x0005, 0x0009, 0x000D:
            let bits: [UInt16: ControllerInformation.Settings] = [5: .powered, 9: .bondable, 13: .lowEnergy]
            let bit = bits[packet.code] ?? []
            if packet.parameters == [1] { controller.settings.insert(bit) } else { controller.settings.remove(bit) }
            controllers[adapter] = controller
            complete(controller.settings.rawValue.littleEndianBytes)
        case 0x0014:
            var reader = PacketReader(packet.parameters)
            guard let address = reader.address(), air[address]?.socket != nil else { return refuse(.notConnected) }
            drop(address.rawValue, reason: 2, adapter: adapter)
            complete(packet.parameters)
        case 0x0023:
            guard !controller.isDiscovering else { return refuse(.busy) }
            controllers[adapter]?.isDiscovering = true
            complete([6])
            event(0x0013, adapter, [6, 1])
            advertise(adapter)
        case 0x0024:
            guard controller.isDiscovering else { return refuse(.rejected) }
            complete([6])
            endDiscovery(adapter)
        case 0x0019, 0x001A, 0x001C, 0x001D, 0x001F: complete(packet.parameters)
        default: refuse(.unknownCommand)
        }
    }
}
