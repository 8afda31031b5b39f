import CBluetooth
import Glibc
import VitalsSystemd

/// Tells once when a descriptor can be written to, as a socket can that has connected, or failed to. An epoll(7)
/// instance of its own can be read when that is so, and reading is what the event loop watches for.
final class WritabilityWatch {
    private let instance: Int32
    private var watch: EventLoop.Watch?

    init(_ descriptor: Int32, on loop: EventLoop, _ handler: @escaping () throws -> Void) throws {
        instance = epoll_create1(Int32(EPOLL_CLOEXEC))
        guard instance >= 0 else { throw HCIError.system(errno, "watch a socket") }
        var interest = unsafe epoll_event()
        unsafe interest.events = EPOLLOUT.rawValue
        guard unsafe epoll_ctl(instance, EPOLL_CTL_ADD, descriptor, &interest) == 0 else {
            throw HCIError.system(errno, "watch a socket")
        }
        watch = try loop.watch(instance) { [weak self] in
            self?.watch?.cancel()
            try handler()
        }
    }

    deinit {
        watch?.cancel()
        close(instance)
    }
}
