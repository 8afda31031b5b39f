import GRDB
import Synchronization
import VitalsModel

/// The part of a large damaged journal that its opening did not wait for: it is read in steps, between commits, and its
/// records appear below those of the time after the damage.
public final class SalvageRest: Sendable {
    private let journal: Journal
    private let files: any FileSystem
    private let state: Mutex<(run: SalvageRun, quarantine: Quarantine)>
    private let ended = Mutex<(@Sendable (SalvageReport?) -> Void)?>(nil)

    /// Nil when nothing is left to do.
    init?(
        journal: Journal, pending quarantine: Quarantine?, gateway: String, protection: JournalProtection,
        files: any FileSystem
    ) throws(JournalError) {
        guard let quarantine else { return nil }
        do {
            let witness = try JournalWitness.read(journal: journal.path, files: files).witness
            // The keys that were taken over may be wrapped by another key by now than those in the damaged file.
            let keys = try journal.reader.read { db in try KeyRow.all(db).map(SalvagedRow.key) }
            let scan = try SalvageScan(
                quarantine.path, gateway: gateway, witness: witness, protection: protection, beside: keys, files: files)
            guard let scan, scan.proof.identity == journal.identity else { return nil }
            let era = try journal.reader.era
            state = Mutex(
                (SalvageRun(scan, era: era, quarantine.path, reason: quarantine.reason, witness: nil), quarantine))
        } catch let error as FileSystemError {
            throw JournalError(error, "salvage", path: journal.path)
        } catch let error as JournalError {
            throw error
        } catch {
            return nil
        }
        self.journal = journal
        self.files = files
        journal.rest.withLock { $0 = self }
    }

    /// Takes over what is whole in the next few pages, in one short transaction. False when nothing is left: then the
    /// uplink has to look again at what it has not sent.
    public func step() throws(JournalError) -> Bool {
        var (run, quarantine) = state.withLock { $0 }
        guard !run.isComplete else { return false }
        run = try journal.change("salvage") { [run] db, ledger, stamp in
            var run = run
            try run.step(images: VitalsStoreLimits.salvageImagesPerStep, db)
            if run.isComplete { try run.finish(&ledger, stamp, db, path: journal.path) }
            return run
        }
        if run.isComplete {
            do {
                try quarantine.enter(.salvaged, files: files)
                try Quarantine.prune(journal: journal.path, files: files)
            } catch {
                throw JournalError(error, "salvage", path: journal.path)
            }
        }
        state.withLock { [run, quarantine] in $0 = (run, quarantine) }
        if run.isComplete { ended.withLock { $0 }?(try? report) }
        return !run.isComplete
    }

    /// Calls when all of the damaged journal was read, on the thread that read it: what appeared below the head has not
    /// been sent.
    public func onEnd(_ tell: @escaping @Sendable (SalvageReport?) -> Void) { ended.withLock { $0 = tell } }

    /// What there is to say of it by now.
    public var report: SalvageReport {
        get throws(JournalError) {
            let run = state.withLock { $0.run }
            return try journal.reader.read { db in try run.report(db) }
        }
    }
}

extension Journal {
    /// Goes on with a damaged journal, before retention looks at what is there; true when there is more at once. A disk
    /// without room waits for some.
    func salvageOn() throws(JournalError) -> Bool {
        guard let rest = rest.withLock({ $0 }) else { return false }
        do {
            if try rest.step() { return true }
            self.rest.withLock { $0 = nil }
            return false
        } catch  where error.isTransient {
            return false
        }
    }
}

extension JournalReader {
    /// Whether no record from this one on was dropped by retention or lost to damage.
    public func isUnbroken(from sequence: UInt64) throws(JournalError) -> Bool {
        try read { db in
            guard try JournalSchema.hasLedger(db) else { return true }
            let last = try Int64.fetchOne(db, sql: "SELECT last FROM dropped ORDER BY first DESC LIMIT 1")
            return last ?? 0 < Int64(clamping: sequence)
        }
    }

    /// Where the records of the time after the last damage began; 1 when there was none.
    var era: UInt64 {
        get throws(JournalError) {
            let stored = try read { db in try Int64.fetchOne(db, sql: "SELECT next_sequence FROM journal") }
            return max(1, stored.flatMap(UInt64.init(exactly:)) ?? 1)
        }
    }
}
