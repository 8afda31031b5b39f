import Glibc
import Synchronization

/// Whether the user or the system asked the command to end: SIGINT, SIGTERM or SIGHUP, seen at its next look.
public enum Interruption {
    /// From now on these signals end nothing by themselves, and a write to a closed pipe is an error like any other.
    public static func watch() {
        ignoreClosedPipes()
        for number in [SIGINT, SIGTERM, SIGHUP] {
            // A handler may do nothing but this: everything else happens outside it.
            signal(number) { _ in isRequested.store(true, ordering: .relaxed) }
        }
    }

    /// A write to a closed pipe is an error, not the end of the process.
    public static func ignoreClosedPipes() { signal(SIGPIPE, SIG_IGN) }

    /// Whether one of them came.
    static var isPending: Bool { isRequested.load(ordering: .relaxed) }
}

/// Global, since the handler of a signal can capture nothing.
private let isRequested = Atomic(false)
