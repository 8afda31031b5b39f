import GRDB

/// What an opening needs of the table `key`.
struct KeyTable: Sendable {
    /// The greatest number of a data key, 0 without any.
    let last: Int64
    /// The cover of the hashes outside of records.
    let cover: ChainCover

    init(_ db: Database, _ unsealer: Unsealer, path: String) throws {
        last = try Int64.fetchOne(db, sql: "SELECT max(id) FROM key") ?? 0
        guard last <= VitalsStoreLimits.dataKeyNumberMax else {
            throw JournalError(.damaged(sequence: nil, what: "the table of keys"), "open", path: path)
        }
        cover = try Self.cover(unsealer, db, "open", path: path)
    }

    /// The data keys that seal no row any more. The key that is at work is not among them: its last sequence is open.
    static func spent(_ db: Database) throws -> [Int64] {
        try Int64.fetchAll(
            db,
            sql: """
                SELECT id FROM key
                WHERE id > \(KeyRow.cover) AND last_sequence IS NOT NULL
                    AND NOT EXISTS (
                        SELECT 1 FROM record
                        WHERE sequence BETWEEN key.created_sequence AND key.last_sequence AND record.key = key.id)
                    AND NOT EXISTS (SELECT 1 FROM arrival WHERE arrival.key = key.id)
                ORDER BY id
                """)
    }

    /// The cover of the hashes outside of records, or why it cannot be had.
    static func cover(_ unsealer: Unsealer, _ db: Database, _ operation: String, path: String) throws -> ChainCover {
        do {
            return try ChainCover(unsealer, db)
        } catch {
            let code = error.code ?? .damaged(sequence: nil, what: "the table of keys")
            throw JournalError(code, operation, path: path)
        }
    }
}
