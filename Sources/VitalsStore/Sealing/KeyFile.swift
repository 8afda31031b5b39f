import Foundation
import Glibc
import VitalsModel

/// Secrets from files: 32 bytes that nobody but their owner may read.
public enum KeyFile {
    /// Reads a secret's content. A file that others may read is refused: whoever copied the journal may have copied it.
    ///
    /// - Parameter isCredential: systemd guards the directory of its credentials, and shows them with modes of its own.
    static func content(_ path: String, isCredential: Bool) throws(JournalError) -> [UInt8] {
        let handle = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard handle >= 0 else { throw error(path, unsafe String(cString: strerror(errno))) }
        defer { close(handle) }
        var status = stat()
        guard unsafe fstat(handle, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            throw error(path, "it is no regular file")
        }
        guard isCredential || status.st_mode & 0o077 == 0 else {
            throw error(path, "others may read it: chmod 0600, and make a new key if somebody did")
        }
        var bytes = [UInt8](repeating: 0, count: VitalsStoreLimits.keyFileBytesMax)
        let count = unsafe bytes.withUnsafeMutableBytes { unsafe read(handle, $0.baseAddress, $0.count) }
        guard count >= 0 else { throw error(path, unsafe String(cString: strerror(errno))) }
        return Array(bytes.prefix(count))
    }

    /// Reads a key that seals from a file of mode 0600.
    public static func key(_ path: String) throws(JournalError) -> JournalKey { try key(path, isCredential: false) }

    /// Reads a key that seals.
    public static func key(_ path: String, isCredential: Bool) throws(JournalError) -> JournalKey {
        guard let key = JournalKey(content: try content(path, isCredential: isCredential)) else {
            throw error(path, "it holds no key of 32 bytes or 64 hexadecimal digits")
        }
        return key
    }

    /// Reads a key that signs.
    public static func signer(_ path: String, isCredential: Bool) throws(JournalError) -> CheckpointSigner {
        guard let key = JournalKey(content: try content(path, isCredential: isCredential)),
            let signer = CheckpointSigner(secret: key.key.bytes)
        else { throw error(path, "it holds no key of 32 bytes or 64 hexadecimal digits") }
        return signer
    }

    /// Makes a new secret in a new file of mode 0600. A file that is there is never overwritten.
    public static func create(_ path: String) throws(JournalError) -> JournalKey {
        guard let key = JournalKey.random() else { throw error(path, "no random key could be made") }
        let handle = unsafe open(path, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0o600)
        guard handle >= 0 else {
            let reason =
                unsafe errno == EEXIST
                ? "a file is there, and a key is never written over" : String(cString: strerror(errno))
            throw JournalError(.cannotCreate(reason), "key", path: path)
        }
        defer { close(handle) }
        let bytes = Array(key.content.utf8)
        let written = unsafe bytes.withUnsafeBytes { unsafe write(handle, $0.baseAddress, $0.count) }
        // A key that a power cut takes is lost with everything that it has sealed.
        guard written == bytes.count, fsync(handle) == 0 else {
            throw error(path, unsafe String(cString: strerror(errno)))
        }
        let directory = unsafe open(
            URL(fileURLWithPath: path).deletingLastPathComponent().path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard directory >= 0 else { throw error(path, unsafe String(cString: strerror(errno))) }
        defer { close(directory) }
        guard fsync(directory) == 0 else { throw error(path, unsafe String(cString: strerror(errno))) }
        return key
    }

    private static func error(_ path: String, _ reason: String) -> JournalError {
        JournalError(.unusableKey(reason), "key", path: path)
    }
}
