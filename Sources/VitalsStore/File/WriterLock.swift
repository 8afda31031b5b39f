import Glibc
import Synchronization

/// One process writes a journal: two connections that write and checkpoint at once can damage a WAL store (SQLite
/// 3.7.0 to 3.51.2). The lock stands on a file of its own, since closing any handle of the journal itself would drop
/// SQLite's locks, and it falls with its process, however that ends.
final class WriterLock: Sendable {
    private let handle: Mutex<Int32?>

    /// Takes the lock or says who cannot: there is no waiting.
    init(journal path: String) throws(JournalError) {
        let handle = unsafe open(path + ".lock", O_CREAT | O_RDWR | O_CLOEXEC, 0o600)
        guard handle >= 0 else {
            let words = unsafe String(cString: strerror(errno))
            throw JournalError(.noAccess, "open", path: path, detail: "\(path).lock: \(words)")
        }
        // From here on `deinit` closes the handle, also when this initialiser throws.
        self.handle = Mutex(handle)
        guard flock(handle, LOCK_EX | LOCK_NB) == 0 else { throw JournalError(.inUse, "open", path: path) }
    }

    deinit { release() }

    /// Lets another process write.
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
