import GRDB
import VitalsCore
import VitalsModel

/// Makes a new journal of what is whole in a damaged one.
struct SalvageBuilder: Sendable {
    /// The new journal's file. What is there is gone.
    let path: String
    let now: WallTime
    let files: any FileSystem
    /// Page images that are read at once; what is left is for `SalvageRest`.
    let images: Int

    /// Makes the journal, synchronised and closed. When records turn up where the new ones should begin, it starts
    /// over above them.
    func build(_ salvage: SalvageRun) throws(JournalError) -> SalvageReport {
        var salvage = salvage
        while true {
            let (run, report) = try make(salvage)
            guard run.lastProved >= run.target.era else { return report }
            salvage = salvage.above(run.lastProved)
        }
    }

    private func make(_ salvage: SalvageRun) throws(JournalError) -> (SalvageRun, SalvageReport) {
        try JournalError.onFiles("salvage", path: path) { () throws(FileSystemError) in
            for suffix in ["", "-wal", "-shm"] { try files.remove(path + suffix) }
            _ = try files.create(path)
        }
        var run = salvage
        let report = try JournalError.mapping("salvage", path: path) {
            let database = try JournalConnection.writer(path)
            let birth = JournalSchema.Birth(identity: run.target.identity, created: run.created ?? now)
            try JournalSchema.migrator(birth).migrate(database)
            var working = run
            let report = try database.writeWithoutTransaction { db in
                // Nobody trusts this file before it has its name, so it is synchronised once, at the end.
                try db.execute(sql: "PRAGMA synchronous = OFF")
                return try fill(&working, db)
            }
            try database.close()
            run = working
            return report
        }
        try JournalError.onFiles("salvage", path: path) { () throws(FileSystemError) in try files.synchronise(path) }
        return (run, report)
    }

    private func fill(_ run: inout SalvageRun, _ db: Database) throws -> SalvageReport {
        let stamp = Stamp(monotonic: MonotonicTime(microseconds: 0), wall: now, isSynchronised: false)
        try db.inTransaction {
            try run.begin(db)
            return .commit
        }
        var read = 0
        while !run.isComplete, read < images {
            try db.inTransaction {
                try run.step(images: VitalsStoreLimits.salvageImagesPerStep, db)
                return .commit
            }
            read += VitalsStoreLimits.salvageImagesPerStep
        }
        var report: SalvageReport?
        try db.inTransaction {
            var ledger = try Ledger(db, identity: run.target.identity, path: path)
            ledger.beginEra(above: run.ledgerEntries)
            try run.announce(&ledger, stamp, db)
            try run.settle(db)
            if run.isComplete { try run.finish(&ledger, stamp, db, path: path) }
            report = try run.report(db)
            return .commit
        }
        guard let report else { throw JournalError(.closed, "salvage", path: path) }
        return report
    }
}
