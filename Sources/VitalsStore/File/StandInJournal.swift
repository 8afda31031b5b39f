import Foundation
import VitalsCore
import VitalsJSON
import VitalsModel

/// A journal that stood in for one that could not be opened: a whole journal with an epoch of its own, in a file that does
/// not outlive the machine's power.
///
/// When the other one can be opened again, what nobody had acknowledged is put beside it, and its ledger tells where the
/// records of that time are.
public struct StandInJournal: Sendable {
    /// Where it is.
    public let path: String
    private let files: any FileSystem

    /// What it held when its time was over.
    public struct Rest: Hashable, Sendable {
        /// Its epoch.
        public let epoch: String
        /// Its records that there are.
        public let records: UInt64
        /// Those of them that a sink's receiver has not acknowledged.
        public let undelivered: UInt64
        /// The file that keeps them; nil when all were delivered.
        public let file: String?
    }

    /// The one at this path, if there is one.
    public init(path: String, files: any FileSystem = PosixFileSystem()) {
        self.path = path
        self.files = files
    }

    /// Whether there is one.
    public var isThere: Bool { (try? files.size(of: path)).map { $0 > 0 } ?? false }

    /// Ends its time: what was not delivered is copied beside the journal, durably, and told in that one's ledger; then it is
    /// removed. Killed in between, the next start does the same again.
    ///
    /// - Returns: What it held; nil when there was none, or it belongs to somebody else.
    public func hand(
        to journal: Journal, sinks: [String], protection: JournalProtection
    ) throws(JournalError) -> Rest? {
        guard isThere else { return nil }
        let lock: any FileLock
        do throws(JournalError) { lock = try WriterLock.take(journal: path, files) } catch {
            // Another gateway of this machine is using it.
            guard error.code != .inUse else { return nil }
            throw error
        }
        defer { lock.release() }
        let (identity, records, undelivered) = try count(sinks, protection)
        guard identity.gateway == journal.identity.gateway, identity != journal.identity else { return nil }
        let file = undelivered > 0 ? "\(journal.path).stand-in-\(identity.epoch)" : nil
        if let file { try copy(to: file) }
        let rest = Rest(epoch: identity.epoch, records: records, undelivered: undelivered, file: file)
        if records > 0 { try journal.note([Self.note(rest)]) }
        try JournalError.onFiles("hand over", path: path) { () throws(FileSystemError) in
            for suffix in ["", "-wal", "-shm", ".witness", ".names", ".keys", ".ballast"] {
                try files.remove(path + suffix)
            }
        }
        return rest
    }

    private func count(
        _ sinks: [String], _ protection: JournalProtection
    ) throws(JournalError) -> (JournalIdentity, records: UInt64, undelivered: UInt64) {
        let reader = try JournalReader(path: path, protection: protection, files: files)
        var records: UInt64 = 0
        var undelivered: UInt64 = 0
        let acknowledged = try reader.acknowledgements()
        var last: UInt64 = 0
        while true {
            let batch = try reader.records(after: last, limit: VitalsStoreLimits.walkBatch)
            guard let end = batch.last else { break }
            records += UInt64(batch.count)
            for record in batch {
                let isDelivered = sinks.allSatisfy { acknowledged[$0]?.contains(record.sequence) ?? false }
                if sinks.isEmpty || !isDelivered { undelivered += 1 }
            }
            last = end.sequence
        }
        try reader.close()
        return (reader.identity, records, undelivered)
    }

    /// The database with its log, as they are.
    private func copy(to other: String) throws(JournalError) {
        try JournalError.onFiles("keep", path: other) { () throws(FileSystemError) in
            for suffix in ["-wal", ""] {
                guard let size = try files.size(of: path + suffix), size > 0 else { continue }
                try files.remove(other + suffix)
                var offset: Int64 = 0
                while offset < size {
                    let bytes = try files.read(path + suffix, at: offset, count: VitalsStoreLimits.rewriteBytes)
                    guard !bytes.isEmpty else { break }
                    try files.write(bytes, to: other + suffix, at: offset)
                    offset += Int64(bytes.count)
                }
                try files.synchronise(other + suffix)
            }
            try files.synchronise(URL(fileURLWithPath: other).deletingLastPathComponent().path)
        }
    }

    private static func note(_ rest: Rest) -> LedgerNote {
        LedgerNote(.standIn) { writer in
            writer.member("epoch", rest.epoch)
            if let file = rest.file { writer.member("file", URL(fileURLWithPath: file).lastPathComponent) }
            writer.member("records", rest.records)
            writer.member("undelivered", rest.undelivered)
        }
    }
}
