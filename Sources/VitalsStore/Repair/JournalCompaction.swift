import GRDB
import VitalsCore

/// Writes a journal anew without its free pages, and puts it in the place of the old one only when it was verified to
/// hold the same. Nothing may have it open for writing.
public enum JournalCompaction {
    /// How much smaller it became.
    public struct Outcome: Hashable, Sendable {
        /// Bytes before and after.
        public let before: Int64
        /// Bytes of the file now.
        public let after: Int64
        /// Records that were verified in the new file.
        public let records: UInt64
    }

    /// Compacts a journal.
    ///
    /// - Parameter protection: The key of a sealed journal: what cannot be read cannot be verified.
    /// - Throws: `JournalError`: in use, damaged, sealed with another key, or no room for the copy. The journal is then as
    ///   it was.
    public static func run(
        path: String, protection: JournalProtection = JournalProtection(), files: any FileSystem = PosixFileSystem()
    ) throws(JournalError) -> Outcome {
        let lock = try WriterLock.take(journal: path, files)
        defer { lock.release() }
        let copy = path + ".compact"
        do throws(JournalError) {
            let before = try size(path, files)
            let anchor = try contents(path, protection, files)
            try remove(copy, files)
            // Made here, for its owner alone: SQLite would let everybody read it.
            _ = try JournalError.onFiles("compact", path: path) { () throws(FileSystemError) in try files.create(copy) }
            try JournalError.mapping("compact", path: path) {
                // A writer, so that the WAL file is in the database before the copy takes its place.
                let database = try JournalConnection.writer(path)
                try database.writeWithoutTransaction { db in
                    try db.execute(sql: "VACUUM INTO ?", arguments: [copy])
                    try db.execute(sql: "PRAGMA wal_checkpoint(TRUNCATE)")
                }
                try database.close()
            }
            guard try contents(copy, protection, files) == anchor else {
                throw JournalError(.damaged(sequence: nil, what: "the copy differs"), "compact", path: path)
            }
            try replace(path, with: copy, files)
            return Outcome(before: before, after: try size(path, files), records: anchor.records)
        } catch {
            try? remove(copy, files)
            throw error
        }
    }

    /// What both must have in common: that nothing is wrong, and all that is promised.
    private struct Contents: Equatable {
        let anchor: JournalAnchor
        let records: UInt64
        let ledgerHead: UInt64
        let acknowledged: [String: [ClosedRange<UInt64>]]
        let arrivals: [Arrival]
        let nextSequence: UInt64
    }

    private static func contents(
        _ path: String, _ protection: JournalProtection, _ files: any FileSystem
    ) throws(JournalError) -> Contents {
        let reader = try JournalReader(path: path, protection: protection, files: files)
        defer { try? reader.close() }
        let outcome = try JournalVerifier.verify(reader)
        if let fault = outcome.fault {
            throw JournalError(.damaged(sequence: fault.sequence, what: "\(fault)"), "compact", path: path)
        }
        let (count, arrivals) = try reader.read { db in
            (
                try Int64.fetchOne(db, sql: "SELECT count(*) FROM record") ?? 0,
                try ArrivalTable.read(
                    db, reader.reading(db), path: path)
            )
        }
        return Contents(
            anchor: try reader.anchor, records: UInt64(clamping: count), ledgerHead: try reader.ledgerHead,
            acknowledged: try reader.acknowledged(), arrivals: arrivals, nextSequence: try reader.era)
    }

    private static func replace(
        _ path: String, with copy: String, _ files: any FileSystem
    ) throws(JournalError) {
        try JournalError.onFiles("compact", path: path) { () throws(FileSystemError) in
            try files.synchronise(copy)
            // The checkpoint has emptied it; one that belongs to the old file must not meet the new one.
            for suffix in ["-wal", "-shm"] { try files.remove(path + suffix) }
            try files.move(copy, to: path)
            try files.synchronise(path.directory)
        }
    }

    private static func remove(_ path: String, _ files: any FileSystem) throws(JournalError) {
        try JournalError.onFiles("compact", path: path) { () throws(FileSystemError) in
            for suffix in ["", "-wal", "-shm", "-journal"] { try files.remove(path + suffix) }
        }
    }

    private static func size(_ path: String, _ files: any FileSystem) throws(JournalError) -> Int64 {
        let size = try JournalError.onFiles("compact", path: path) { () throws(FileSystemError) in
            try files.size(of: path)
        }
        guard let size else { throw JournalError(.absent, "compact", path: path) }
        return size
    }
}
