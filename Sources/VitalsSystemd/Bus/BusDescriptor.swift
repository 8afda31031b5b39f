internal import CSystemd
internal import Glibc

/// A file descriptor that came or goes with a message; it is closed when the last reference to it is dropped.
public final class BusDescriptor: Sendable {
    /// The number, valid for as long as this object lives.
    public let rawValue: Int32

    /// Takes the descriptor over.
    public init(owning descriptor: Int32) { rawValue = descriptor }

    /// A copy of a descriptor that somebody else closes.
    init(copying descriptor: Int32) throws(BusError) {
        rawValue = fcntl(descriptor, F_DUPFD_CLOEXEC, 3)
        guard rawValue >= 0 else { throw BusError(code: -errno, call: "fcntl") }
    }

    deinit { close(rawValue) }
}

extension BusDescriptor: Hashable {
    /// Whether both are the same object.
    public static func == (left: BusDescriptor, right: BusDescriptor) -> Bool { left === right }

    /// By identity.
    public func hash(into hasher: inout Hasher) { hasher.combine(ObjectIdentifier(self)) }
}
