internal import CSystemd
internal import Glibc

/// An eventfd(2) by which any thread wakes the loop's thread. Many signals before the loop looks count as one.
public final class WakeUp: Sendable {
    /// For `EventLoop.onReadable`.
    public let descriptor: Int32

    /// Makes the descriptor.
    public init() throws(SystemdError) {
        descriptor = eventfd(0, Int32(EFD_CLOEXEC | EFD_NONBLOCK))
        guard descriptor >= 0 else { throw SystemdError(code: -errno, call: "eventfd") }
    }

    deinit { close(descriptor) }

    /// Wakes the loop; callable from any thread.
    public func signal() { _ = eventfd_write(descriptor, 1) }

    /// Takes the signals that have gathered.
    public func clear() {
        var count: eventfd_t = 0
        unsafe eventfd_read(descriptor, &count)
    }
}
