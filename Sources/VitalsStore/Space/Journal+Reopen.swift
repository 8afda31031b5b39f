import GRDB
import Synchronization
import VitalsCore

extension Journal {
    /// Opens the file anew after an error that leaves unknown what the disk holds, and compares it with what was
    /// committed: the failed commit is there as a whole, or not at all.
    ///
    /// - Returns: Whether the commit that failed is durable after all.
    /// - Throws: `JournalError`; `damaged` when the file is not the one that was committed.
    public func reopen() throws(JournalError) -> Bool {
        let known = tail.withLock { $0 }
        let arrivals = arrivalTable.withLock { $0.last }
        // The old connection ends when nothing uses it any more.
        let database = try JournalError.mapping("reopen", path: path) { try JournalConnection.writer(path) }
        connection.withLock { $0 = database }
        try reader.reopen()
        upkeep.withLock { $0 = nil }
        return try onWriter("reopen") { db in
            guard let header = try JournalHeader.read(db, path: path), header.identity == identity else {
                throw JournalError(.damaged(sequence: nil, what: "another file is in its place"), "reopen", path: path)
            }
            let found = try JournalTail(db, header: header, path: path)
            try check(found, follows: known, db)
            let table = try ArrivalTable(db, identity: identity)
            let stored = try JournalReader.acknowledgements(db, path: path)
            let ledger = try Ledger(db, identity: identity, path: path)
            tail.withLock { $0 = found }
            arrivalTable.withLock { $0 = table }
            self.ledger.withLock { $0 = ledger }
            acknowledgements.withLock { $0.wereStored(stored) }
            return found.head > known.head || table.last > arrivals
        }
    }

    /// Whether the file's last record is the last that was committed, or follows from it link by link.
    private func check(_ found: JournalTail, follows known: JournalTail, _ db: Database) throws {
        guard found.head >= known.head else {
            let what = "records up to \(known.head) were committed, the last is \(found.head)"
            throw JournalError(.damaged(sequence: found.head + 1, what: what), "reopen", path: path)
        }
        var chain = known.chain
        let rows = try Row.fetchCursor(
            db, sql: StoredRecord.query,
            arguments: JournalReader.range(known.head, VitalsStoreLimits.groupRecordsMax))
        while let row = try rows.next() {
            guard let stored = try? StoredRecord(row), chain.appending(stored.record) == stored.chain else { break }
            chain = stored.chain
        }
        guard chain == found.chain else {
            throw JournalError(
                .damaged(sequence: found.head, what: "the last records are not those that were committed"), "reopen",
                path: path)
        }
    }
}
