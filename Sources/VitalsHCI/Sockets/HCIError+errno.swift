import Glibc

/// All wording for error numbers of sockets stands here: socket(2), bind(2), connect(2), ioctl(2), bluetooth in the
/// kernel (`net/bluetooth`).
extension HCIError {
    /// The error of a system call that has just failed with `number`.
    static func system(_ number: Int32, _ operation: String, capability: String? = nil) -> HCIError {
        let remedy =
            switch number {
            case EPERM, EACCES: capability.map { "give the unit AmbientCapabilities=\($0)" } ?? "check the permissions"
            case EAFNOSUPPORT, EPROTONOSUPPORT: "load the kernel module bluetooth (modprobe bluetooth)"
            case ENODEV: "name an adapter that is there (vitalsctl doctor lists them)"
            case ERFKILL: "unblock it (rfkill unblock bluetooth)"
            case ENOSPC, EDQUOT: "free space on the disk"
            case EMFILE, ENFILE: "raise LimitNOFILE= of the unit"
            default: "look at the kernel's log (journalctl -k)"
            }
        return HCIError(code(number), operation: operation, message: "\(words(number)) (\(number)); \(remedy)")
    }

    private static func code(_ number: Int32) -> Code {
        switch number {
        case EPERM, EACCES: .accessDenied
        case EAFNOSUPPORT, EPROTONOSUPPORT: .unsupported
        case ENODEV: .noAdapter
        case ERFKILL: .blocked
        case ETIMEDOUT: .deadline
        default: .system(number)
        }
    }

    /// The system's words. `strerror` may be overwritten by another thread, `strerror_r` may not.
    static func words(_ number: Int32) -> String {
        var buffer = [CChar](repeating: 0, count: 128)
        guard unsafe strerror_r(number, &buffer, buffer.count) == 0 else { return "error" }
        return String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
