import Foundation
import Glibc

/// The journal's place in the file system: who may see it, and that one process writes it.
enum JournalFile {
    /// Makes the directory (0700) and the file (0600) when they are not there; leaves what is there as it is.
    static func create(_ path: String) throws(JournalError) {
        let directory = URL(fileURLWithPath: path).deletingLastPathComponent().path
        if !FileManager.default.fileExists(atPath: directory) {
            do {
                try FileManager.default.createDirectory(
                    atPath: directory, withIntermediateDirectories: false, attributes: [.posixPermissions: 0o700])
            } catch {
                throw JournalError(.cannotCreate(reason(error)), "open", path: path)
            }
        }
        let file = unsafe open(path, O_CREAT | O_EXCL | O_RDWR | O_CLOEXEC, 0o600)
        guard file >= 0 else {
            if errno == EEXIST { return }
            throw failure(path)
        }
        close(file)
        try synchronise(directory: directory, path)
    }

    /// A new file survives a power cut only when its directory entry does.
    private static func synchronise(directory: String, _ path: String) throws(JournalError) {
        let handle = unsafe open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard handle >= 0 else { throw failure(path) }
        defer { close(handle) }
        guard fsync(handle) == 0 else { throw failure(path) }
    }

    private static func failure(_ path: String) -> JournalError {
        JournalError(.cannotCreate(unsafe String(cString: strerror(errno))), "open", path: path)
    }

    private static func reason(_ error: any Error) -> String {
        let underlying = (error as NSError).userInfo[NSUnderlyingErrorKey] as? NSError
        guard let underlying, underlying.domain == NSPOSIXErrorDomain else { return "the directory cannot be made" }
        return unsafe String(cString: strerror(Int32(underlying.code)))
    }
}
