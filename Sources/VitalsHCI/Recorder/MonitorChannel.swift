import CBluetooth
import Glibc
import VitalsModel

/// The kernel's HCI monitor channel: a copy of everything that passes between the host and its controllers.
///
/// It needs CAP_NET_RAW. What it shows holds the values of patients and the keys of links: files of it are for their
/// owner alone.
final class MonitorChannel {
    private let socket: PacketSocket
    private var buffer = [UInt8](repeating: 0, count: VitalsHCILimits.monitorBytesMax)

    /// The descriptor, for the event loop.
    var descriptor: Int32 { socket.descriptor }

    /// Opens it. The kernel begins with the adapters that are there.
    convenience init() throws(HCIError) {
        let opened = try BluetoothKernel.channel(
            HCI_CHANNEL_MONITOR, "open the HCI monitor channel", capability: "CAP_NET_RAW")
        self.init(adopting: opened)
    }

    /// Takes an open socket over.
    init(adopting socket: PacketSocket) {
        self.socket = socket
        var isOn: Int32 = 1
        // Without stamps of the kernel, the time of reading serves; with a small buffer, more is lost in a rush.
        unsafe setsockopt(socket.descriptor, SOL_SOCKET, SO_TIMESTAMP, &isOn, socklen_t(MemoryLayout<Int32>.size))
        var size = Int32(VitalsHCILimits.monitorSocketBytes)
        unsafe setsockopt(socket.descriptor, SOL_SOCKET, SO_RCVBUF, &size, socklen_t(MemoryLayout<Int32>.size))
    }

    /// Packets that the kernel dropped because they were not read in time, since the channel was opened.
    var drops: UInt32 {
        var figures = [UInt32](repeating: 0, count: Int(VITALS_SK_MEMINFO_VARS))
        var size = socklen_t(figures.count * MemoryLayout<UInt32>.stride)
        guard unsafe getsockopt(socket.descriptor, SOL_SOCKET, SO_MEMINFO, &figures, &size) == 0 else { return 0 }
        return figures[Int(VITALS_SK_MEMINFO_DROPS)]
    }

    /// What came of reading.
    enum Received {
        case packet([UInt8], time: WallTime)
        case nothing
        case end
        case failed(Int32)
    }

    /// The next packet with the kernel's stamp.
    func receive() -> Received {
        var control = ControlMessages()
        let count = unsafe buffer.withUnsafeMutableBytes { bytes in
            unsafe control.withUnsafeMutableBytes { controls in
                var vector = unsafe iovec(iov_base: bytes.baseAddress, iov_len: bytes.count)
                return unsafe withUnsafeMutablePointer(to: &vector) { vector in
                    var message = unsafe msghdr()
                    unsafe message.msg_iov = vector
                    unsafe message.msg_iovlen = 1
                    unsafe message.msg_control = controls.baseAddress
                    unsafe message.msg_controllen = controls.count
                    return unsafe recvmsg(socket.descriptor, &message, Int32(MSG_DONTWAIT))
                }
            }
        }
        guard count >= 0 else {
            return errno == EAGAIN || errno == EINTR ? .nothing : .failed(errno)
        }
        guard count > 0 else { return .end }
        return .packet(Array(buffer.prefix(count)), time: control.time ?? Self.now)
    }

    /// The wall clock.
    static var now: WallTime {
        var time = timespec()
        unsafe clock_gettime(CLOCK_REALTIME, &time)
        return WallTime(microseconds: Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1_000)
    }

    /// Room for the one control message that was asked for (cmsg(3)): its header of 16 bytes, and a `timeval`.
    private struct ControlMessages {
        private var words: (UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0)

        mutating func withUnsafeMutableBytes<Result>(_ body: (UnsafeMutableRawBufferPointer) -> Result) -> Result {
            unsafe Swift.withUnsafeMutableBytes(of: &words) { unsafe body($0) }
        }

        /// The stamp, if the kernel gave one: length, level and type of the message, seconds, microseconds.
        var time: WallTime? {
            let kind = UInt64(UInt32(bitPattern: SOL_SOCKET)) | UInt64(UInt32(bitPattern: SO_TIMESTAMP)) << 32
            guard words.0 == 32, words.1.littleEndian == kind else { return nil }
            let seconds = Int64(bitPattern: words.2)
            let microseconds = Int64(bitPattern: words.3)
            return WallTime(microseconds: (seconds &* 1_000_000).addingSaturating(microseconds))
        }
    }
}
