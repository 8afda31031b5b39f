import GRDB
import Synchronization
import VitalsCore
import VitalsJSON
import VitalsModel

extension Journal {
    /// Erases the keys of which no row is left: what retention dropped cannot be read any more, neither from free pages
    /// nor from a copy of the disk that a later key came into. The copy of the keys beside the journal forgets them first.
    ///
    /// - Returns: How many keys were erased.
    @discardableResult
    public func eraseSpentKeys() throws(JournalError) -> Int {
        // What is still to be read of a damaged journal may be sealed with a key of which no row is here yet.
        guard isSealed, rest.withLock({ $0 == nil }) else { return 0 }
        let spent = try onWriter("erase") { db in try KeyTable.spent(db) }
        if !spent.isEmpty {
            erasure.withLock { $0.mustTruncate = true }
            try eraseCopies(of: spent)
            // Zeroes what is deleted: the standing mode does so only where that costs no page more.
            try onWriter("erase") { db in try db.execute(sql: "PRAGMA secure_delete = ON") }
            try change("erase") { db, ledger, stamp in
                for id in spent { try db.execute(sql: "DELETE FROM key WHERE id = ?", arguments: [id]) }
                let note = LedgerNote(.key) { writer in
                    writer.member("action", "erased")
                    writer.member("ids", array: { for id in spent { $0.value(id) } })
                }
                try ledger.append(note, at: stamp, db)
            }
            reader.forget(keys: spent)
        }
        try truncateErased()
        return spent.count
    }

    /// Erases spent keys once an hour; from upkeep.
    func eraseIfDue(at stamp: Stamp) throws(JournalError) {
        let isDue = erasure.withLock { state in
            guard state.mustTruncate || stamp.monotonic - state.last >= VitalsStoreLimits.erasureInterval else {
                return false
            }
            state.last = stamp.monotonic
            return true
        }
        if isDue { try eraseSpentKeys() }
    }

    /// Empties the WAL file, in which pages stand as they were before. A reader that is at work prevents it: then the
    /// next upkeep tries again.
    private func truncateErased() throws(JournalError) {
        guard erasure.withLock({ $0.mustTruncate }) else { return }
        let isBusy = try onWriter("erase") { db in
            try db.execute(sql: "PRAGMA secure_delete = FAST")
            return try Int64.fetchOne(db, sql: "PRAGMA wal_checkpoint(TRUNCATE)") != 0
        }
        if !isBusy { erasure.withLock { $0.mustTruncate = false } }
    }
}

/// What is left to do of erasing keys.
struct Erasure: Sendable {
    /// When it was last looked for spent keys.
    var last = MonotonicTime(microseconds: 0)
    /// Whether the WAL file may hold a key that is erased.
    var mustTruncate = false
}
