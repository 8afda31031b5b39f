import CBluetooth
import Glibc

/// A non-blocking socket that keeps packets apart: opened elsewhere, closed at the end of its life at the latest.
final class PacketSocket {
    /// What came of receiving.
    enum Received {
        /// One packet, whole or cut to the size asked for.
        case packet([UInt8])
        /// None at the moment.
        case nothing
        /// The other side closed it.
        case end
        /// It broke, with this error number.
        case failed(Int32)
    }

    /// What came of sending.
    enum Sent {
        /// The kernel has it.
        case done
        /// The kernel has no room at the moment.
        case full
        /// The socket broke, with this error number.
        case failed(Int32)
    }

    /// The descriptor; negative once closed.
    private(set) var descriptor: Int32

    /// Takes an open descriptor over.
    init(adopting descriptor: Int32) { self.descriptor = descriptor }

    deinit { close() }

    /// Closes it, once.
    func close() {
        guard descriptor >= 0 else { return }
        Glibc.close(descriptor)
        descriptor = -1
    }

    /// The next packet, of at most `count` bytes.
    func receive(_ count: Int) -> Received {
        var buffer = [UInt8](repeating: 0, count: count)
        for _ in 0..<Self.interruptedTriesMax {
            let received = unsafe recv(descriptor, &buffer, count, Int32(MSG_DONTWAIT))
            if received > 0 { return .packet(Array(buffer.prefix(received))) }
            if received == 0 { return .end }
            switch errno {
            case EINTR: continue
            case EAGAIN: return .nothing
            case let number: return .failed(number)
            }
        }
        return .nothing
    }

    /// Sends one packet, whole or not at all.
    func send(_ packet: [UInt8]) -> Sent {
        let flags = Int32(MSG_DONTWAIT) | Int32(MSG_NOSIGNAL)
        for _ in 0..<Self.interruptedTriesMax {
            if unsafe Glibc.send(descriptor, packet, packet.count, flags) >= 0 { return .done }
            switch errno {
            case EINTR: continue
            case EAGAIN, ENOBUFS: return .full
            case let number: return .failed(number)
            }
        }
        return .full
    }

    /// The error that an attempt to connect ended with; zero when it succeeded.
    var pendingError: Int32 {
        var number: Int32 = 0
        var size = socklen_t(MemoryLayout<Int32>.size)
        let result = unsafe getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &number, &size)
        return result == 0 ? number : errno
    }

    /// A signal may interrupt a call, but not for ever.
    private static let interruptedTriesMax = 100
}
