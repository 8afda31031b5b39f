internal import Glibc

/// A call of libsystemd that failed: it returns a negative errno (sd-event(3), sd_notify(3)).
public struct SystemdError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The errno, positive.
    public let errno: Int32
    /// The function that failed.
    public let call: String

    init(code: Int32, call: String) {
        errno = -code
        self.call = call
    }

    static func check(_ result: Int32, _ call: String) throws(SystemdError) {
        guard result >= 0 else { throw SystemdError(code: result, call: call) }
    }

    /// The call, and the system's words for what went wrong.
    public var description: String {
        let text = unsafe strerror(errno).map { unsafe String(cString: $0) } ?? "unknown error"
        return "\(call) failed: \(text) (errno \(errno))"
    }
}
