import GRDB
import VitalsCore
import VitalsDisk
import VitalsStore
import VitalsTestKit

/// What must hold of a journal after whatever happened to its disk.
struct JournalCheck {
    /// What may have happened since the last promise, beside the transaction that was under way.
    enum Since {
        /// Nothing.
        case nothing
        /// The journal was opened, which the ledger alone tells.
        case opening
        /// A transaction failed, and may have become durable all the same.
        case failure
    }

    /// What was wrong, in words; empty when nothing was.
    private(set) var faults: [String] = []
    /// The state that was found.
    private(set) var state: JournalState?
    /// Records that are no longer there, and accounted for.
    private(set) var dropped: UInt64 = 0

    /// Opens the journal as the daemon does, and holds it against what was promised: the last promised state, or the
    /// one after it, whose transaction was under way; never less, and never anything in between.
    ///
    /// - Parameter isWhole: Whether SQLite's own check is to be made too.
    init(
        _ disk: SimulatedDisk, states: [JournalState], promised: Int, protection: JournalProtection,
        isWhole: Bool = false,
        since: Since = .nothing
    ) {
        do {
            let journal = try JournalWork.open(disk, protection: protection)
            let state = try JournalState(journal)
            self.state = state
            if promised > 0 {
                let allowed = states[(promised - 1)...].prefix(2)
                if !Self.isAllowed(state, allowed, since) {
                    faults.append("\(state), and not \(allowed.map(\.description).joined(separator: " or "))")
                }
            } else if state.head != 0 {
                faults.append("records before the first promise")
            }
            let outcome = try JournalVerifier.verify(journal.reader)
            dropped = outcome.dropped
            if let fault = outcome.fault { faults.append("\(fault)") }
            if isWhole {
                let words = try DatabaseQueue(path: disk.root + JournalWork.file).read {
                    try String.fetchOne($0, sql: "PRAGMA integrity_check")
                }
                if words != "ok" { faults.append("integrity: \(words ?? "nothing")") }
            }
            if protection.key != nil { try checkNonces(journal, disk) }
            try journal.close()
        } catch {
            faults.append("\(error)")
        }
    }

    /// A crash loses the counter that makes the nonces, so that no key may seal on both sides of one.
    private mutating func checkNonces(_ journal: Journal, _ disk: SimulatedDisk) throws {
        let database = try DatabaseQueue(path: disk.root + JournalWork.file)
        defer { try? database.close() }
        let used = try database.read { db in
            try Int64.fetchSet(
                db,
                sql: "SELECT key FROM record WHERE key IS NOT NULL UNION SELECT key FROM arrival WHERE key IS NOT NULL")
        }
        var maker = RecordMaker(seed: 1)
        var record = maker.record()
        record.sequence = journal.nextSequence
        try journal.append([record])
        let key = try database.read { db in
            try Int64.fetchOne(db, sql: "SELECT key FROM record ORDER BY sequence DESC LIMIT 1")
        }
        if let key, !used.contains(key) { return }
        faults.append(key.map { "data key \($0) seals on both sides of a crash" } ?? "a record is not sealed")
    }

    private static func isAllowed(
        _ found: JournalState, _ allowed: ArraySlice<JournalState>, _ since: Since
    ) -> Bool {
        guard !allowed.contains(found), let promised = allowed.first else { return true }
        switch since {
        case .nothing: return false
        case .opening: return allowed.contains { found.isSame($0) && found.ledgerHead > $0.ledgerHead }
        case .failure: return found.isAtLeast(promised)
        }
    }
}
