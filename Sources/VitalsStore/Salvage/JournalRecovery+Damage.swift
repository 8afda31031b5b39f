import GRDB
import VitalsCore
import VitalsModel

extension JournalRecovery {
    /// What is wrong with the file, in words, when an error of an opening means that it is damaged; nil when the file is
    /// as it should be, and something else is wrong.
    func damage(_ error: JournalError) -> String? {
        switch error.code {
        case .damaged: return error.damage
        case .notAJournal: return wasJournal ? "it is not a journal any more" : nil
        case .otherGateway: return witness?.identity.gateway == gateway ? "it names another gateway than it did" : nil
        case .newerFormat: return isOurs ? "it names a format that nobody wrote" : nil
        case .sqlite(let code): return wasJournal ? "SQLite cannot read it (\(code))" : nil
        case .invalidName, .cannotCreate, .absent, .noAccess, .inUse, .outOfSequence, .differs, .invalidAcknowledgement,
            .diskFull, .inputOutput, .busy, .readTooLong, .closed, .sealed, .otherKey, .unusableKey:
            return nil
        }
    }

    private var witness: JournalWitness? { (try? JournalWitness.read(journal: path, files: files))?.witness }

    /// Whether a journal of this gateway stood here: there is its witness, or it can still be made out in the file. A
    /// foreign file where none ever was is somebody's, and the configuration is wrong.
    private var wasJournal: Bool {
        if witness?.identity.gateway == gateway { return true }
        guard let pages = try? PageFile(database: path, files: files) else { return false }
        return SalvageScan(pages, gateway: gateway, witness: nil) != nil
    }

    /// Whether every migration that the file went through is one that this version knows: then no newer one wrote it.
    private var isOurs: Bool {
        guard wasJournal else { return false }
        let known = Set(
            JournalSchema.migrator(
                JournalSchema.Birth(identity: JournalIdentity(gateway: "", epoch: ""), created: now)
            ).migrations)
        let applied = try? JournalError.mapping("open", path: path) {
            let database = try JournalConnection.reader(path)
            defer { try? database.close() }
            return try database.read { db in
                try Row.fetchAll(db, sql: "SELECT identifier FROM grdb_migrations").map { $0.text(0) }
            }
        }
        guard let applied else { return false }
        return applied.allSatisfy { $0.map(known.contains) ?? false }
    }
}
