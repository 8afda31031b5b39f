import GRDB
import VitalsCore
import VitalsJSON
import VitalsModel

/// That a process writes the journal: told with its first commit, so that an opening that writes nothing changes
/// nothing, and one on a full disk succeeds.
struct Opening: Sendable {
    /// Which opening for writing this is, from 1.
    let generation: Int64
    /// The schema that the file had; nil of a new journal.
    let migratedFrom: Int64?
    /// Whether the writer before this one came to its end.
    let wasClosed: Bool
    /// The identifier of the key that seals; nil when the journal is not sealed.
    let key: String?
    /// What signs checkpoints; nil when nothing does.
    let signer: CheckpointSigner?

    /// Writes it in the transaction that is under way.
    func write(_ db: Database, _ ledger: inout Ledger, _ stamp: Stamp) throws {
        try db.execute(sql: "UPDATE journal SET generation = ?, is_closed = 0", arguments: [generation])
        if let migratedFrom, migratedFrom < JournalSchema.version {
            let note = LedgerNote(.migration) { writer in
                writer.member("from", migratedFrom)
                writer.member("to", JournalSchema.version)
            }
            try ledger.append(note, at: stamp, db)
        }
        let note = LedgerNote(.opened) { writer in
            writer.member("after", predecessor)
            writer.member("generation", generation)
            if let key { writer.member("key", key) }
            writer.member("schema", JournalSchema.version)
            writer.member("sealed", key != nil)
            if let signer { writer.member("signer", Hex.string(signer.publicKey)) }
        }
        try ledger.append(note, at: stamp, db)
    }

    /// What lies before this opening. An older schema does not tell how its last writer ended.
    private var predecessor: String {
        guard let migratedFrom else { return "new" }
        return migratedFrom < JournalSchema.version ? "migration" : wasClosed ? "close" : "kill"
    }
}
