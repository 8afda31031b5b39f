import GRDB
import VitalsCore
import VitalsModel

/// The work of one salvage, which can be done in steps and begun again after any of them: a record that is there
/// already is not taken twice.
struct SalvageRun: Sendable {
    let target: SalvageTarget
    private var scan: SalvageScan
    private let reason: String
    private let quarantine: String
    private let witness: JournalWitness?
    private let unsealer: Unsealer
    /// The key that covers hashes in the new journal; nil when none does.
    private let coverRow: KeyRow?
    private(set) var records: UInt64 = 0

    /// Whether all of the damaged file was read.
    var isComplete: Bool { scan.isComplete }

    /// The last record that is proved, 0 without any.
    var lastProved: UInt64 { scan.proved.ranges.last?.upperBound ?? 0 }

    /// - Parameters:
    ///   - era: Where the records go on; nil for the next era above all that the file and its witness know of.
    ///   - quarantine: The damaged file.
    init(_ scan: SalvageScan, era: UInt64?, _ quarantine: String, reason: String, witness: JournalWitness?) {
        self.scan = scan
        self.witness = witness
        let era = era ?? scan.dictionary.era(above: witness?.sequence ?? 0)
        target = SalvageTarget(identity: scan.proof.identity, era: era)
        self.reason = reason
        self.quarantine = quarantine
        coverRow = try? scan.keyring.coverRow()
        unsealer = Unsealer(scan.keyring.protection, epoch: scan.proof.identity.epoch)
    }

    /// The same work from its beginning, with an era above a record that turned up.
    func above(_ sequence: UInt64) -> SalvageRun {
        SalvageRun(scan, era: scan.dictionary.era(above: sequence), quarantine, reason: reason, witness: witness)
    }

    /// When the damaged journal was made, where it still says so.
    var created: WallTime? { scan.created }

    /// Ledger entries that were given out, as far as anybody knows.
    var ledgerEntries: UInt64 { witness?.ledgerEntry ?? 0 }

    /// Makes room for all that there may be.
    func begin(_ db: Database) throws {
        try target.begin(db)
        let generation = scan.dictionary.journals.filter { $0.identity == target.identity }.map(\.generation).max() ?? 0
        try db.execute(sql: "UPDATE journal SET generation = ?", arguments: [generation])
        // From here on nobody opens the new journal without the key.
        if let coverRow { try target.put(coverRow, db) }
        for (id, key) in scan.keyring.dataKeys.sorted(by: { $0.key < $1.key }) where id != KeyRow.cover {
            try target.put(key.row, db)
        }
    }

    /// Reads so many images and takes over what is whole in them, in the transaction that is under way.
    mutating func step(images: Int, _ db: Database) throws {
        let harvest = scan.read(images: images)
        records += UInt64(try target.take(harvest, scan.keyring, db))
    }

    /// What there is to say of it by now.
    func report(_ db: Database) throws -> SalvageReport {
        SalvageReport(
            reason: reason, quarantine: quarantine, records: records, lost: try lost(db), era: target.era,
            isComplete: isComplete)
    }

    /// Tells in the ledger what was found and where the records go on, before all of it is known.
    func announce(_ ledger: inout Ledger, _ stamp: Stamp, _ db: Database) throws {
        let note = LedgerNote.quarantine(
            file: quarantine.lastComponent, reason: reason, era: target, witnessed: witness?.sequence)
        try ledger.append(note, at: stamp, db)
    }

    /// Closes the account: what is gone, where the chain begins anew, which arrivals no record holds.
    func finish(_ ledger: inout Ledger, _ stamp: Stamp, _ db: Database, path: String) throws {
        try bridge(db)
        let lost = try lost(db)
        let (restarts, isCoverLost) = (try restarts(db), try isCoverLost(db))
        let missing = try Int64.fetchOne(db, sql: "SELECT coalesce(sum(last - first + 1), 0) FROM dropped") ?? 0
        for note in LedgerNote.salvage(
            records: records, lost: lost, restarts: restarts, entries: try ledgerRuns(db), dropped: missing,
            isCoverLost: isCoverLost)
        {
            try ledger.append(note, at: stamp, db)
        }
    }

    /// Notes again what was received and is in no record.
    func settle(_ db: Database) throws {
        var settled = SettledArrivals(Array(scan.arrivals.values))
        try settled.read(reading(db))
        for row in settled.unsettled {
            if let seal = row.seal, let key = scan.keyring.dataKeys[seal.key]?.row { try target.put(key, db) }
            try target.insert(row, db)
        }
    }

    /// Finds the hash before each record that stands behind a gap, where it is still to be had: the chain then goes on.
    private func bridge(_ db: Database) throws {
        let (cover, old) = (try covering(db), scan.keyring.cover)
        for last in try gaps(db) {
            guard let stored = try record(last + 1, db) else { continue }
            let dropped = (scan.dictionary.dropped[last] ?? []).compactMap { old.reveal($0.chain) }
            let hashes = (scan.loneHashes[last] ?? []) + dropped
            guard let hash = hashes.first(where: { $0.appending(stored.record) == stored.chain }) else { continue }
            try db.execute(
                sql: "UPDATE dropped SET chain = ? WHERE last = ?",
                arguments: [cover.cover(hash).blob, Int64(clamping: last)])
        }
    }

    /// What covers the hashes that stand outside of the new journal's records.
    private func covering(_ db: Database) throws -> ChainCover { try ChainCover(unsealer, db) }

    /// Whether the key is gone that covered hashes in the damaged journal: what its checkpoints say of records can then
    /// be compared with nothing.
    private func isCoverLost(_ db: Database) throws -> Bool {
        guard scan.keyring.isSealed else { return false }
        guard let old = scan.keyring.dataKeys[KeyRow.cover]?.key else { return true }
        return try unsealer.key(KeyRow.cover, db) != old
    }

    /// The ends of the runs whose last hash is not known.
    private func gaps(_ db: Database) throws -> [UInt64] {
        try Int64.fetchAll(db, sql: "SELECT last FROM dropped WHERE length(chain) = 0 ORDER BY first")
            .compactMap(UInt64.init(exactly:))
    }

    /// The hashes that stand with entries of the damaged journal's ledger, whole or not, and the one before the first.
    var ledgerHashes: some Collection<LedgerChain> { scan.entryHashes.values }

    /// The one of an entry.
    func ledgerHash(_ number: UInt64) -> LedgerChain? { scan.entryHashes[number] }

    /// The records at which the chain begins anew, each with what binds it and the hash that stands with it: the chain
    /// taken one step on from that hash with the same record, or a commitment to it.
    private func restarts(_ db: Database) throws -> [(sequence: UInt64, hash: [UInt8])] {
        let cover = try covering(db)
        return try gaps(db).compactMap { last in
            try record(last + 1, db).map { (last + 1, cover.root($0.chain.appending($0.record))) }
        }
    }

    /// How the rows of the new journal are read.
    private func reading(_ db: Database) -> RowReading {
        RowReading(database: db, epoch: target.identity.epoch, untaggedThrough: .max, unsealer: unsealer)
    }

    private func record(_ sequence: UInt64, _ db: Database) throws -> StoredRecord? {
        let arguments: StatementArguments = [Int64(clamping: sequence) - 1, 1]
        guard let row = try Row.fetchOne(db, sql: StoredRecord.query(db), arguments: arguments),
            case .success(let stored)? = StoredRow(row, reading(db))?.content, stored.record.sequence == sequence
        else { return nil }
        return stored
    }

    /// The runs that are gone and that no retention had dropped, up to the last record that anybody knows of.
    private func lost(_ db: Database) throws -> [ClosedRange<UInt64>] {
        let last = max(lastProved, witness?.sequence ?? 0)
        let (cover, old) = (try covering(db), scan.keyring.cover)
        var lost: [ClosedRange<UInt64>] = []
        for row in try Row.fetchAll(db, sql: "SELECT first, last, chain FROM dropped ORDER BY first") {
            guard let first = row.integer(0).flatMap(UInt64.init(exactly:)),
                let end = row.integer(1).flatMap(UInt64.init(exactly:)), first <= min(end, last),
                end < target.era || first < target.era
            else { continue }
            let run = first...min(end, last)
            let chain = row.bytes(2).flatMap(cover.reveal)
            let known = (scan.dictionary.dropped[run.upperBound] ?? []).filter {
                chain != nil && old.reveal($0.chain) == chain
            }
            guard let kept = known.map(\.first).min() else {
                lost.append(run)
                continue
            }
            if kept > run.lowerBound { lost.append(run.lowerBound...(kept - 1)) }
        }
        return lost
    }
}
