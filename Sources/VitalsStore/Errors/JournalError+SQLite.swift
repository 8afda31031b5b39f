import GRDB

/// SQLite's result codes (https://www.sqlite.org/rescode.html) as journal errors: the only place that maps them.
extension JournalError {
    init(_ error: DatabaseError, _ operation: String, path: String) {
        let code: Code =
            switch error.resultCode {
            case .SQLITE_FULL: .diskFull
            case .SQLITE_IOERR: .inputOutput
            case .SQLITE_BUSY, .SQLITE_LOCKED: .busy
            case .SQLITE_CORRUPT: .damaged(sequence: nil, what: "SQLite cannot read a page")
            case .SQLITE_NOTADB: .notAJournal
            case .SQLITE_INTERRUPT: .readTooLong
            case .SQLITE_MISUSE: .closed
            case .SQLITE_PERM, .SQLITE_READONLY, .SQLITE_CANTOPEN, .SQLITE_AUTH: .noAccess
            default: .sqlite(error.extendedResultCode.rawValue)
            }
        let number = error.extendedResultCode.rawValue
        self.init(code, operation, path: path, detail: "SQLite \(number): \(error.message ?? "no further word")")
    }

    /// Runs GRDB calls, whose errors are untyped, and makes theirs ours.
    static func mapping<Value>(
        _ operation: String, path: String, _ body: () throws -> Value
    ) throws(JournalError) -> Value {
        do {
            return try body()
        } catch let error as JournalError {
            throw error
        } catch let error as DatabaseError {
            throw JournalError(error, operation, path: path)
        } catch {
            throw JournalError(.sqlite(0), operation, path: path, detail: "\(type(of: error))")
        }
    }
}
