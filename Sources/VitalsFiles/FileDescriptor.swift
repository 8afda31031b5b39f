import Glibc

/// An open file of the system: opened by `init`, closed at the end of its life.
struct FileDescriptor: ~Copyable {
    /// What a file is opened for.
    enum Mode {
        /// Reading a file that exists.
        case read
        /// Writing a file that must not exist yet.
        case create
        /// Writing a file, whose former content is dropped.
        case replace

        var flags: Int32 {
            switch self {
            case .read: O_RDONLY | O_CLOEXEC
            case .create: O_WRONLY | O_CLOEXEC | O_CREAT | O_EXCL
            case .replace: O_WRONLY | O_CLOEXEC | O_CREAT | O_TRUNC
            }
        }
    }

    private let number: Int32
    private let path: String

    /// Opens a file. A new one can be read by its owner and group: recordings hold health data.
    init(_ path: String, _ mode: Mode) throws(FileError) {
        let operation = mode == .read ? "open" : "create"
        number = try Self.retrying(operation, path) { Int(unsafe open(path, mode.flags, 0o640)) }.asDescriptor
        self.path = path
    }

    deinit { close(number) }

    /// Whether there is a file of that name, and no pipe, device or folder.
    static func isRegularFile(_ path: String) -> Bool {
        var status = stat()
        return unsafe stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
    }

    /// Gives a file another name; a file that has it is replaced at once.
    static func rename(_ path: String, to other: String) throws(FileError) {
        _ = try retrying("replace", other) { Int(unsafe Glibc.rename(path, other)) }
    }

    /// Removes a file, if it is there.
    static func remove(_ path: String) { unsafe unlink(path) }

    /// Up to `count` bytes; none at the end of the file.
    func read(_ count: Int) throws(FileError) -> [UInt8] {
        var buffer = [UInt8](repeating: 0, count: count)
        let received = try Self.retrying("read", path) { unsafe Glibc.read(number, &buffer, count) }
        buffer.removeLast(count - received)
        return buffer
    }

    /// Writes all bytes.
    func write(_ bytes: [UInt8]) throws(FileError) {
        var written = 0
        while written < bytes.count {
            written += try Self.retrying("write", path) {
                unsafe bytes.withUnsafeBytes { buffer in
                    let rest = unsafe UnsafeRawBufferPointer(rebasing: buffer[written...])
                    return unsafe Glibc.write(number, rest.baseAddress, rest.count)
                }
            }
        }
    }

    /// Has the disk keep what was written.
    func synchronise() throws(FileError) {
        _ = try Self.retrying("store", path) {
            let result = Int(fsync(number))
            // Pipes and terminals have nothing to keep.
            return result < 0 && errno == EINVAL ? 0 : result
        }
    }

    /// Calls the system until no signal interrupts it. Nothing may run between the call and the look at `errno`.
    private static func retrying(_ operation: String, _ path: String, _ call: () -> Int) throws(FileError) -> Int {
        for _ in 0..<VitalsFilesLimits.interruptedTriesMax {
            let result = call()
            if result >= 0 { return result }
            let number = errno
            if number != EINTR { throw .system(number, operation, path) }
        }
        throw .system(EINTR, operation, path)
    }
}

extension Int {
    /// A file descriptor that the system gave: it fits by its type there.
    fileprivate var asDescriptor: Int32 { Int32(truncatingIfNeeded: self) }
}
