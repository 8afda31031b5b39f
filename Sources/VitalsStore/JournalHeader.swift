import GRDB
import VitalsCore
import VitalsModel

/// Whose journal a file is, and what its header says of it.
struct JournalHeader: Sendable {
    let identity: JournalIdentity
    /// When it was created, by the wall clock of that moment.
    let created: WallTime
    /// The head when the journal was last sealed, and its hash.
    let sealed: JournalAnchor

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
        return try contents(db, path: path)
    }

    private static func contents(_ db: Database, path: String) throws -> JournalHeader {
        let sql = "SELECT gateway, epoch, format, created, sealed_sequence, sealed_chain FROM journal"
        guard let row = try Row.fetchOne(db, sql: sql), let gateway = row.text(0), let epoch = row.text(1),
            let format = row.integer(2), let created = row.integer(3),
            let sealed = row.integer(4).flatMap(UInt64.init(exactly:)),
            let chain = row.bytes(5).flatMap(RecordChain.init(stored:))
        else { throw JournalError(.damaged(sequence: nil, what: "its identity is gone"), "open", path: path) }
        guard format == Int64(RecordChain.format) else {
            throw JournalError(.newerFormat(found: format, known: Int64(RecordChain.format)), "open", path: path)
        }
        let identity = JournalIdentity(gateway: gateway, epoch: epoch)
        return JournalHeader(
            identity: identity, created: WallTime(microseconds: created),
            sealed: JournalAnchor(identity: identity, sequence: sealed, hash: chain.hash))
    }
}
