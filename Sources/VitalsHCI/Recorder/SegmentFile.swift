import Glibc
import VitalsCapture

/// One btsnoop file that is being written. It can be read by its owner alone.
final class SegmentFile {
    let path: String
    /// Bytes written so far.
    private(set) var bytes = 0
    private let descriptor: Int32
    private var isSynchronised = true

    /// Creates the file, with its header. A file of that name is replaced.
    init(path: String) throws(HCIError) {
        self.path = path
        descriptor = unsafe open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else { throw Self.error(errno, "create \(path)") }
        try write(BTSnoopWriter.fileHeader)
    }

    deinit { close(descriptor) }

    /// Writes all bytes, or throws; then the file ends where it ended before, as far as the system allows.
    func write(_ data: [UInt8]) throws(HCIError) {
        var written = 0
        while written < data.count {
            let count = unsafe data.withUnsafeBytes { buffer in
                let rest = unsafe UnsafeRawBufferPointer(rebasing: buffer[written...])
                return unsafe Glibc.write(descriptor, rest.baseAddress, rest.count)
            }
            if count < 0 {
                let number = errno
                if number == EINTR { continue }
                // Half a record would make the file unreadable from there on.
                ftruncate(descriptor, bytes)
                lseek(descriptor, bytes, SEEK_SET)
                throw Self.error(number, "write \(path)")
            }
            written += count
        }
        bytes += data.count
        isSynchronised = false
    }

    /// Has the disk keep what was written since the last time.
    func synchronise() throws(HCIError) {
        guard !isSynchronised else { return }
        guard fdatasync(descriptor) == 0 || errno == EINVAL else { throw Self.error(errno, "store \(path)") }
        isSynchronised = true
    }

    static func error(_ number: Int32, _ operation: String) -> HCIError {
        let system = HCIError.system(number, operation)
        return HCIError(.file, operation: operation, message: system.message)
    }
}
