internal import CSystemd
internal import Glibc

/// Structured messages for the system journal (sd_journal_sendv(3)).
public enum SystemJournal {
    /// Whether standard error is connected to the system journal, as it is under the service manager. Then messages go
    /// there with their fields; otherwise they belong on standard error as text (systemd.exec(5), `$JOURNAL_STREAM`).
    public static var isConnected: Bool {
        guard let stream = unsafe getenv("JOURNAL_STREAM") else { return false }
        let parts = unsafe String(cString: stream).split(separator: ":")
        var status = stat()
        guard parts.count == 2, unsafe fstat(STDERR_FILENO, &status) == 0 else { return false }
        return parts[0] == "\(status.st_dev)" && parts[1] == "\(status.st_ino)"
    }

    /// Sends one message. Names are upper-case letters, digits and underscores, as the journal requires.
    public static func send(_ fields: [(name: String, value: String)]) {
        let texts = fields.map { Array("\($0.name)=\($0.value)".utf8) }
        var storage = texts.flatMap { $0 }
        unsafe storage.withUnsafeMutableBytes { bytes in
            var vectors: [iovec] = unsafe []
            var offset = 0
            for text in texts {
                unsafe vectors.append(
                    iovec(iov_base: bytes.baseAddress.map { unsafe $0 + offset }, iov_len: text.count))
                offset += text.count
            }
            _ = unsafe sd_journal_sendv(vectors, Int32(vectors.count))
        }
    }
}
