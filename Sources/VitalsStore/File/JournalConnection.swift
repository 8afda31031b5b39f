import Foundation
import GRDB

/// How connections to a journal are opened: exactly one writes and checkpoints, all others only read.
enum JournalConnection {
    /// The writer. A commit returns only after its pages are synced.
    static func writer(_ path: String) throws -> DatabaseQueue {
        var configuration = Configuration()
        configuration.label = "vitalsd.journal.writer"
        configuration.busyMode = .timeout(VitalsStoreLimits.busyTimeoutSeconds)
        configuration.prepareDatabase { db in
            let mode = try String.fetchOne(db, sql: "PRAGMA journal_mode = WAL")
            guard mode == "wal" else {
                throw DatabaseError(resultCode: .SQLITE_CANTOPEN, message: "the file system does not support WAL")
            }
            try db.execute(
                sql: """
                    PRAGMA synchronous = FULL;
                    PRAGMA wal_autocheckpoint = \(VitalsStoreLimits.checkpointPages);
                    PRAGMA journal_size_limit = \(VitalsStoreLimits.walBytesMax);
                    PRAGMA cell_size_check = ON;
                    PRAGMA trusted_schema = OFF;
                    PRAGMA secure_delete = FAST;
                    """)
        }
        return try DatabaseQueue(path: path, configuration: configuration)
    }

    /// The header of the file, read without a change to it; nil of an empty one.
    ///
    /// One thing has to be changed first: a power cut while a journal was made leaves a rollback journal beside it, which
    /// no reader can do without.
    static func header(_ path: String) throws -> JournalHeader? {
        func read() throws -> JournalHeader? {
            let probe = try reader(path)
            let header = try probe.read { try JournalHeader.read($0, path: path) }
            try probe.close()
            return header
        }
        do {
            return try read()
        } catch let error as DatabaseError where error.extendedResultCode == .SQLITE_READONLY_ROLLBACK {
            let plain = try DatabaseQueue(path: path)
            _ = try plain.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM sqlite_master") }
            try plain.close()
            return try read()
        }
    }

    /// A reader: it cannot change the file, and it never checkpoints, neither at a commit nor when it closes.
    static func reader(_ path: String) throws -> DatabaseQueue {
        var configuration = Configuration()
        configuration.label = "vitalsd.journal.reader"
        configuration.readonly = true
        configuration.busyMode = .timeout(VitalsStoreLimits.busyTimeoutSeconds)
        configuration.prepareDatabase { db in
            try db.execute(
                sql: """
                    PRAGMA query_only = ON;
                    PRAGMA wal_autocheckpoint = 0;
                    PRAGMA cell_size_check = ON;
                    PRAGMA trusted_schema = OFF;
                    """)
        }
        return try DatabaseQueue(path: path, configuration: configuration)
    }
}

extension [UInt8] {
    /// The bytes as GRDB takes them.
    var blob: Data { Data(self) }
}
