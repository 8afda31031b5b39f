import Glibc
import VitalsSystemd

/// The descriptor of `AcquireNotify`: one packet is one value, and the end is the end of the subscription (unix(7),
/// SOCK_SEQPACKET). Closed when it is dropped.
final class NotifySocket {
    private let descriptor: BusDescriptor
    private var watch: EventLoop.Watch?

    /// Calls `onReadable` whenever there is something to take.
    init(_ descriptor: BusDescriptor, loop: EventLoop, onReadable: @escaping () -> Void) throws(SystemdError) {
        self.descriptor = descriptor
        watch = try loop.watch(descriptor.rawValue) { onReadable() }
    }

    /// The values that have come, in their order, and whether there will be no more.
    func take() -> (values: [[UInt8]], isEnded: Bool) {
        var values: [[UInt8]] = []
        while values.count < BlueZLimits.packetsAtOnceMax {
            var buffer = [UInt8](repeating: 0, count: BlueZLimits.packetMax)
            let count = unsafe recv(descriptor.rawValue, &buffer, buffer.count, Int32(MSG_DONTWAIT))
            if count < 0 {
                if errno == EINTR { continue }
                return (values, errno != EAGAIN)
            }
            if count == 0, isHungUp { return (values, true) }
            values.append(Array(buffer.prefix(count)))
        }
        return (values, false)
    }

    /// Nothing is called any more. What has not been taken is lost.
    func close() { watch = nil }

    /// An empty packet and the end look alike to recv(2).
    private var isHungUp: Bool {
        var state = pollfd(fd: descriptor.rawValue, events: Int16(POLLIN), revents: 0)
        return unsafe poll(&state, 1, 0) >= 0 && state.revents & Int16(POLLHUP) != 0
    }
}
