import Glibc

/// The system's numbers (errno(3)) as journal errors, for the files that SQLite does not open itself.
extension JournalError {
    init(_ error: FileSystemError, _ operation: String, path: String) {
        let code: Code =
            switch error.number {
            case _ where error.isNoRoom: .diskFull
            case EISDIR: .notAJournal
            case EACCES, EPERM, EROFS, ENOENT, ENOTDIR: .noAccess
            default: .inputOutput
            }
        self.init(code, operation, path: path, detail: error.description)
    }

    /// Runs calls on files, and makes their errors ours.
    static func onFiles<Value>(
        _ operation: String, path: String, _ body: () throws(FileSystemError) -> Value
    ) throws(JournalError) -> Value {
        do {
            return try body()
        } catch {
            throw JournalError(error, operation, path: path)
        }
    }
}

extension FileSystemError {
    /// Whether the disk, or our share of it, is full.
    var isNoRoom: Bool { number == ENOSPC || number == EDQUOT }
}
