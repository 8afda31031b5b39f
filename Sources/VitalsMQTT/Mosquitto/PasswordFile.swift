import Glibc

/// A password or another secret, read from a file of its own.
enum PasswordFile {
    /// The password, and what the operator should know about the file.
    struct Content {
        var password: String
        var warning: String?
    }

    /// Reads the file; one line break at the end is dropped. The secret appears in no error; `what` it is does.
    static func read(_ path: String, as what: String = "password file") throws(MQTTError) -> Content {
        func failure(_ message: String) -> MQTTError {
            MQTTError(.unreadableFile, operation: "read the \(what) \(path)", message: message)
        }
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            throw failure("it cannot be opened: \(unsafe String(cString: strerror(errno)))")
        }
        defer { close(descriptor) }
        var status = stat()
        guard unsafe fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            throw failure("it is not a regular file")
        }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: VitalsMQTTLimits.passwordBytesMax + 1)
        while bytes.count <= VitalsMQTTLimits.passwordBytesMax {
            let got = unsafe Glibc.read(descriptor, &chunk, chunk.count)
            guard got >= 0 else { throw failure("it cannot be read: error \(errno)") }
            guard got > 0 else { break }
            bytes += chunk.prefix(got)
        }
        guard bytes.count <= VitalsMQTTLimits.passwordBytesMax else {
            throw failure("it is longer than \(VitalsMQTTLimits.passwordBytesMax) bytes; is it the right file?")
        }
        if bytes.last == 0x0A { bytes.removeLast() }
        if bytes.last == 0x0D { bytes.removeLast() }
        guard !bytes.isEmpty else { throw failure("it is empty") }
        guard !bytes.contains(0), let password = String(validating: bytes, as: UTF8.self) else {
            throw failure("it is not text")
        }
        let isOpen = status.st_mode & (S_IRWXG | S_IRWXO) & ~S_IXGRP & ~S_IXOTH != 0
        let warning = isOpen ? "others may read the \(what) \(path); chmod 0600 it" : nil
        return Content(password: password, warning: warning)
    }
}
