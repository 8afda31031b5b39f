import Glibc
import VitalsDaemon

/// Writes to an open file descriptor, which stays open.
public final class DescriptorOutput: ByteOutput {
    /// Standard output.
    public static func standard() -> DescriptorOutput { DescriptorOutput(STDOUT_FILENO, name: "standard output") }

    /// Standard error.
    public static func standardError() -> DescriptorOutput { DescriptorOutput(STDERR_FILENO, name: "standard error") }

    private let descriptor: Int32
    private let name: String

    /// An output to a descriptor; the name stands in errors.
    init(_ descriptor: Int32, name: String) {
        self.descriptor = descriptor
        self.name = name
    }

    /// Writes all bytes; a signal in between interrupts nothing.
    public func write(_ bytes: [UInt8]) throws {
        var rest = bytes[...]
        while !rest.isEmpty {
            let written = unsafe rest.withUnsafeBytes { unsafe Glibc.write(descriptor, $0.baseAddress, $0.count) }
            guard written < 0 else {
                rest = rest.dropFirst(written)
                continue
            }
            switch errno {
            case EINTR: continue
            case EAGAIN: waitUntilWritable()
            case EPIPE: throw ClosedPipe()
            case let number:
                throw ToolError(
                    name, "cannot be written: \(unsafe String(cString: strerror(number))) (\(number))",
                    remedy: number == ENOSPC ? "free space on the disk" : "check where it is directed to",
                    status: ExitStatus.inputOutput)
            }
        }
    }

    /// A descriptor that somebody else has made non-blocking is waited for, as if it were not.
    private func waitUntilWritable() {
        var watched = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
        _ = unsafe poll(&watched, 1, -1)
    }
}
