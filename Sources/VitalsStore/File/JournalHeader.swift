import GRDB
import VitalsCore
import VitalsModel

/// Whose journal a file is, and what its header says of it.
struct JournalHeader: Sendable {
    let identity: JournalIdentity
    /// When it was created, by the wall clock of that moment.
    let created: WallTime
    /// The head when the journal was last sealed.
    let sealedSequence: UInt64
    /// Its hash, as `ChainCover` stores it.
    let sealedChain: [UInt8]
    /// The schema that the file has now.
    let version: Int64
    /// How often the journal was opened for writing.
    var generation: Int64 = 0
    /// Records up to this one are older than tags.
    var untaggedThrough: UInt64 = 0
    /// Where the records go on at the earliest; 0 for behind the head.
    var nextSequence: UInt64 = 0
    /// Whether the last writer closed the journal.
    var isClosed = false

    /// Reads the header; nil when the file is a journal that was never finished (it holds nothing at all).
    static func read(_ db: Database, path: String) throws -> JournalHeader? {
        let application = try Int64.fetchOne(db, sql: "PRAGMA application_id") ?? 0
        let version = try Int64.fetchOne(db, sql: "PRAGMA user_version") ?? 0
        guard application == Int64(JournalSchema.applicationID) else {
            let tables = "SELECT count(*) FROM sqlite_schema WHERE name NOT LIKE 'grdb%' AND name NOT LIKE 'sqlite%'"
            guard application == 0, version == 0, try Int64.fetchOne(db, sql: tables) == 0 else {
                throw JournalError(.notAJournal, "open", path: path)
            }
            return nil
        }
        guard version <= JournalSchema.version else {
            throw JournalError(.newerFormat(found: version, known: JournalSchema.version), "open", path: path)
        }
        return try contents(db, version: version, path: path)
    }

    private static func contents(_ db: Database, version: Int64, path: String) throws -> JournalHeader {
        let sql = "SELECT gateway, epoch, format, created, sealed_sequence, sealed_chain FROM journal"
        guard let row = try Row.fetchOne(db, sql: sql), let gateway = row.text(0), let epoch = row.text(1),
            let format = row.integer(2), let created = row.integer(3),
            let sealed = row.integer(4).flatMap(UInt64.init(exactly:)),
            let chain = row.bytes(5)
        else { throw JournalError(.damaged(sequence: nil, what: "its identity is gone"), "open", path: path) }
        guard format == Int64(RecordChain.format) else {
            throw JournalError(.newerFormat(found: format, known: Int64(RecordChain.format)), "open", path: path)
        }
        let identity = JournalIdentity(gateway: gateway, epoch: epoch)
        var header = JournalHeader(
            identity: identity, created: WallTime(microseconds: created),
            sealedSequence: sealed, sealedChain: chain, version: version)
        if version >= 4 { try header.readState(db, path: path) }
        return header
    }

    /// The columns that came with version 4.
    private mutating func readState(_ db: Database, path: String) throws {
        let sql = "SELECT generation, untagged_through, next_sequence, is_closed FROM journal"
        guard let row = try Row.fetchOne(db, sql: sql), let generation = row.integer(0), generation >= 0,
            let untagged = row.integer(1).flatMap(UInt64.init(exactly:)),
            let next = row.integer(2).flatMap(UInt64.init(exactly:)), let closed = row.integer(3)
        else { throw JournalError(.damaged(sequence: nil, what: "its state is gone"), "open", path: path) }
        self.generation = generation
        untaggedThrough = untagged
        nextSequence = next
        isClosed = closed != 0
    }
}
