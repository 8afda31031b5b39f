import Glibc
import Synchronization

/// A signal that any thread may give and that one waiting thread sees, also in a `poll` beside a socket.
///
/// It is a pipe to oneself (pipe(7)); Swift's Glibc module does not have eventfd(2), which would save a descriptor.
public final class Wakeup: Sendable {
    /// The descriptor to poll for reading.
    let descriptor: Int32
    private let writeEnd: Int32
    /// Whether a byte stands in the pipe, or is about to: a busy loop then costs no system call for it.
    private let isSignalled = Atomic(false)

    /// A wakeup that nobody has signalled.
    public init() throws(MQTTError) {
        var ends: [Int32] = [-1, -1]
        guard unsafe pipe(&ends) == 0 else {
            throw MQTTError(
                .system, operation: "pipe", message: "error \(errno); too many files are open, raise LimitNOFILE")
        }
        for end in ends {
            _ = fcntl(end, F_SETFD, FD_CLOEXEC)
            _ = fcntl(end, F_SETFL, O_NONBLOCK)
        }
        descriptor = ends[0]
        writeEnd = ends[1]
    }

    deinit {
        close(descriptor)
        close(writeEnd)
    }

    /// Wakes the waiting thread, or lets its next wait return at once.
    public func signal() {
        guard !isSignalled.exchange(true, ordering: .acquiringAndReleasing) else { return }
        var byte: UInt8 = 0
        // It fails only when the pipe is full, and then the wait returns all the same.
        _ = unsafe write(writeEnd, &byte, 1)
    }

    /// Forgets the signals so far. What a signal before this call tells of is to be looked at after it.
    public func clear() {
        guard isSignalled.load(ordering: .acquiring) else { return }
        var byte: UInt8 = 0
        while unsafe read(descriptor, &byte, 1) > 0 {}
        // Only now: whoever signals in between is looked at after this call, whoever comes later writes a byte again.
        isSignalled.store(false, ordering: .sequentiallyConsistent)
    }

    /// Waits for a signal, without clearing it; false when the time was over first.
    public func wait(milliseconds: Int32) -> Bool {
        var entry = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        return unsafe poll(&entry, 1, milliseconds) > 0
    }
}
