import Glibc
import Synchronization

/// The files of this machine.
///
/// What root makes belongs to whom the directory belongs to: a tool that an operator runs must leave no file that the daemon
/// cannot open.
public struct PosixFileSystem: FileSystem {
    /// The files of this machine.
    public init() {}

    /// See `FileSystem`.
    public func size(of path: String) throws(FileSystemError) -> Int64? {
        var status = stat()
        guard unsafe stat(path, &status) == 0 else {
            if errno == ENOENT { return nil }
            throw failure("stat", path)
        }
        return Int64(status.st_size)
    }

    /// See `FileSystem`.
    public func makeDirectory(_ path: String) throws(FileSystemError) {
        guard unsafe mkdir(path, 0o700) == 0 else {
            if errno == EEXIST { return }
            throw failure("mkdir", path)
        }
        giveToOwnerOfDirectory(path) { owner, group in unsafe chown(path, owner, group) }
    }

    /// See `FileSystem`.
    public func create(_ path: String) throws(FileSystemError) -> Bool {
        let file = unsafe open(path, O_CREAT | O_EXCL | O_RDWR | O_CLOEXEC, 0o600)
        guard file >= 0 else {
            if errno == EEXIST { return false }
            throw failure("create", path)
        }
        defer { close(file) }
        giveToOwnerOfDirectory(path) { owner, group in fchown(file, owner, group) }
        return true
    }

    /// Where that fails the file stays root's, as it would be without us.
    private func giveToOwnerOfDirectory(_ path: String, _ give: (uid_t, gid_t) -> Int32) {
        guard geteuid() == 0 else { return }
        var status = stat()
        guard unsafe stat(path.directory, &status) == 0, status.st_uid != 0 else { return }
        _ = give(status.st_uid, status.st_gid)
    }

    /// See `FileSystem`.
    public func read(_ path: String, at offset: Int64, count: Int) throws(FileSystemError) -> [UInt8] {
        let file = try descriptor(path, O_RDONLY)
        defer { close(file) }
        var bytes = [UInt8](repeating: 0, count: max(0, count))
        var done = 0
        while done < bytes.count {
            let got = unsafe bytes.withUnsafeMutableBytes { buffer in
                unsafe pread(
                    file, buffer.baseAddress.map { unsafe $0 + done }, buffer.count - done, off_t(offset) + done)
            }
            if got < 0, errno == EINTR { continue }
            guard got >= 0 else { throw failure("read", path) }
            guard got > 0 else { break }
            done += got
        }
        bytes.removeLast(bytes.count - done)
        return bytes
    }

    /// See `FileSystem`.
    public func write(_ bytes: [UInt8], to path: String, at offset: Int64) throws(FileSystemError) {
        let file = try descriptor(path, O_WRONLY | O_CREAT)
        defer { close(file) }
        var done = 0
        while done < bytes.count {
            let put = unsafe bytes.withUnsafeBytes { buffer in
                unsafe pwrite(
                    file, buffer.baseAddress.map { unsafe $0 + done }, buffer.count - done, off_t(offset) + done)
            }
            if put < 0, errno == EINTR { continue }
            guard put > 0 else { throw failure("write", path) }
            done += put
        }
    }

    /// See `FileSystem`.
    public func allocate(_ path: String, bytes: Int64) throws(FileSystemError) {
        let file = try descriptor(path, O_WRONLY | O_CREAT)
        defer { close(file) }
        // posix_fallocate(3) returns its error and leaves errno alone.
        let number = posix_fallocate(file, 0, off_t(bytes))
        guard number == 0 else { throw failure("allocate", path, number) }
    }

    /// See `FileSystem`.
    public func synchronise(_ path: String) throws(FileSystemError) {
        let file = try descriptor(path, O_RDONLY)
        defer { close(file) }
        guard fsync(file) == 0 else { throw failure("fsync", path) }
    }

    /// See `FileSystem`.
    public func move(_ path: String, to other: String) throws(FileSystemError) {
        guard unsafe rename(path, other) == 0 else { throw failure("rename", path) }
    }

    /// See `FileSystem`.
    public func remove(_ path: String) throws(FileSystemError) {
        guard unsafe unlink(path) != 0, errno != ENOENT else { return }
        throw failure("remove", path)
    }

    /// See `FileSystem`.
    public func list(_ directory: String) throws(FileSystemError) -> [String] {
        guard let handle = unsafe opendir(directory) else {
            if errno == ENOENT { return [] }
            throw failure("list", directory)
        }
        defer { unsafe closedir(handle) }
        var names: [String] = []
        while let entry = unsafe readdir(handle) {
            let name = unsafe withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
                unsafe String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names.sorted()
    }

    /// See `FileSystem`.
    public func freeBytes(at path: String) -> Int64? {
        var status = statvfs()
        guard unsafe statvfs(path, &status) == 0 else { return nil }
        return Int64(
            clamping: UInt64(status.f_bavail).multipliedReportingOverflow(by: UInt64(status.f_frsize)).partialValue)
    }

    /// See `FileSystem`.
    public func lock(_ path: String) throws(FileSystemError) -> (any FileLock)? {
        let file = try descriptor(path, O_RDWR | O_CREAT)
        let held = PosixFileLock(file)
        guard flock(file, LOCK_EX | LOCK_NB) == 0 else {
            if errno == EWOULDBLOCK { return nil }
            throw failure("lock", path)
        }
        return held
    }

    private func descriptor(_ path: String, _ flags: Int32) throws(FileSystemError) -> Int32 {
        var file = unsafe open(path, flags & ~O_CREAT | O_CLOEXEC)
        if file < 0, errno == ENOENT, flags & O_CREAT != 0 {
            _ = try create(path)
            file = unsafe open(path, flags & ~O_CREAT | O_CLOEXEC)
        }
        guard file >= 0 else { throw failure("open", path) }
        return file
    }

    private func failure(_ operation: String, _ path: String, _ number: Int32 = errno) -> FileSystemError {
        FileSystemError(operation, path: path, number: number, words: unsafe String(cString: strerror(number)))
    }
}

/// A lock of flock(2) on a descriptor, which it owns.
private final class PosixFileLock: FileLock {
    private let handle: Mutex<Int32?>

    init(_ handle: Int32) { self.handle = Mutex(handle) }

    deinit { release() }

    func release() {
        handle.withLock { handle in
            if let open = handle {
                // A child process that was forked and has not yet become its program holds a copy of the handle, and
                // with it the lock: closing ours would not end it.
                flock(open, LOCK_UN)
                close(open)
            }
            handle = nil
        }
    }
}
