import GRDB
import VitalsCore
import VitalsJSON
import VitalsModel

/// Wraps the data keys anew when the operator's key has changed. No row is sealed anew: what changes is who can open the
/// keys that open the rows.
enum KeyRotation {
    /// Wraps anew, in one transaction, what a former key wrapped; says which keys would be needed where it cannot.
    ///
    /// - Throws: `.sealed` when there is no key at all for what is sealed, `.otherKey` when it is another one.
    static func run(
        _ db: Database, _ protection: JournalProtection, identity: JournalIdentity, at stamp: Stamp, path: String
    ) throws {
        let rows = try KeyRow.all(db)
        guard let newest = rows.last else { return }
        guard let key = protection.key else { throw JournalError(.sealed(key: newest.kek), "open", path: path) }
        let keys = protection.keys
        let foreign = rows.filter { $0.kek != key.id }
        guard !foreign.isEmpty else { return }
        for row in foreign {
            guard let former = keys[row.kek] else {
                // One that a given key opens has its name damaged: no other key is needed.
                guard row.isWellFormed, row.unwrap(byOneOf: keys, epoch: identity.epoch) == nil else {
                    throw damaged(row, path)
                }
                throw JournalError(.otherKey(needed: row.kek, given: key.id), "open", path: path)
            }
            guard let dataKey = row.unwrap(by: former, epoch: identity.epoch) else { throw damaged(row, path) }
            let wrapped = try KeyRow(id: row.id, key: dataKey, by: key, epoch: identity.epoch)
            try db.execute(
                sql: "UPDATE key SET kek = ?, wrapped = ? WHERE id = ?",
                arguments: [wrapped.kek, wrapped.wrapped.blob, row.id])
        }
        var ledger = try Ledger(db, identity: identity, path: path)
        let note = LedgerNote(.key) { writer in
            writer.member("action", "wrapped")
            writer.member("count", foreign.count)
            writer.member("from", array: { for id in Set(foreign.map(\.kek)).sorted() { $0.value(id) } })
            writer.member("kek", key.id)
        }
        try ledger.append(note, at: stamp, db)
    }

    private static func damaged(_ row: KeyRow, _ path: String) -> JournalError {
        JournalError(.damaged(sequence: nil, what: "data key \(row.id)"), "open", path: path)
    }
}
