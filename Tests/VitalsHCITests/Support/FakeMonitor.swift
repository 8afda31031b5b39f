import Glibc
import VitalsCapture
import VitalsModel

@testable import VitalsHCI

/// A monitor channel that says what the test says: two ends of a socket pair that keeps packets apart.
final class FakeMonitor {
    private let ours: PacketSocket
    private var theirs: PacketSocket?

    init() throws {
        var ends: [Int32] = [-1, -1]
        let type = Int32(SOCK_SEQPACKET.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue)
        guard unsafe socketpair(AF_UNIX, type, 0, &ends) == 0 else { throw HCIError.system(errno, "make a pair") }
        ours = PacketSocket(adopting: ends[0])
        theirs = PacketSocket(adopting: ends[1])
    }

    /// Gives the recorder its end, once.
    func open() throws(HCIError) -> MonitorChannel {
        guard let theirs else {
            throw HCIError.system(EPERM, "open the HCI monitor channel", capability: "CAP_NET_RAW")
        }
        self.theirs = nil
        return MonitorChannel(adopting: theirs)
    }

    func say(_ opcode: MonitorPacket.Opcode, _ data: [UInt8], adapter: UInt16 = 0) {
        let length = UInt16(data.count).littleEndianBytes
        _ = ours.send(opcode.rawValue.littleEndianBytes + adapter.littleEndianBytes + length + data)
    }

    func end() { ours.close() }
}
