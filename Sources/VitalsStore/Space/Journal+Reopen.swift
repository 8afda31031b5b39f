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
        let arrivals = arrivalTable.withLock { $0 }
        // The old connection ends when nothing uses it any more.
        let database = try JournalError.mapping("reopen", path: path) { try JournalConnection.writer(path) }
        connection.withLock { $0 = database }
        try reader.reopen()
        upkeep.withLock { $0 = nil }
        // What the disk kept of the last transaction is unknown, so its key seals nothing more.
        sealer?.renew()
        try holdToBudget()
        return try onWriter("reopen") { db in
            let reading = reader.reading(db)
            guard let header = try JournalHeader.read(db, path: path), header.identity == identity else {
                throw JournalError(.damaged(sequence: nil, what: "another file is in its place"), "reopen", path: path)
            }
            let found = try JournalTail(db, header: header, reading: reading, path: path)
            let records = try newRecords(found, following: known, reading)
            let table = try arrivals.reread(db, identity: identity, following: records)
            let stored = try JournalReader.acknowledgements(db, path: path)
            let ledger = try Ledger(db, identity: identity, path: path)
            tail.withLock { $0 = found }
            arrivalTable.withLock { $0 = table }
            self.ledger.withLock { $0 = ledger }
            acknowledgements.withLock { $0.wereStored(stored) }
            return found.head > known.head || table.last > arrivals.last
        }
    }

    /// The records behind the last that was committed, each of which follows from the one before it.
    private func newRecords(
        _ found: JournalTail, following known: JournalTail, _ reading: RowReading
    ) throws -> [VitalsCore.Record] {
        guard found.head >= known.head else {
            let what = "records up to \(known.head) were committed, the last is \(found.head)"
            throw JournalError(.damaged(sequence: found.head + 1, what: what), "reopen", path: path)
        }
        var chain = known.chain
        var next = known.head + 1
        func passOverDropped() throws {
            while let gap = try ChainGap.containing(next, reading.database, cover, path: path), let end = gap.chain {
                chain = end
                next = gap.sequences.upperBound + 1
            }
        }
        var records: [VitalsCore.Record] = []
        let rows = try Row.fetchCursor(
            reading.database, sql: StoredRecord.query(reading.database),
            arguments: JournalReader.range(known.head, VitalsStoreLimits.groupRecordsMax))
        while let row = try rows.next() {
            guard let stored = StoredRow(row, reading)?.whole else { break }
            if stored.record.sequence > next { try passOverDropped() }
            guard chain.appending(stored.record) == stored.chain else {
                break
            }
            chain = stored.chain
            next = stored.record.sequence + 1
            records.append(stored.record)
        }
        try passOverDropped()
        guard chain == found.chain else {
            throw JournalError(
                .damaged(sequence: found.head, what: "the last records are not those that were committed"), "reopen",
                path: path)
        }
        return records
    }
}
