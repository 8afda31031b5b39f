import GRDB
import VitalsCore

@testable import VitalsStore

/// What a journal holds and what it has dropped, at one moment.
struct ChainWalk {
    /// Sequences of the records that are there.
    var kept: Set<UInt64> = []
    /// Sequences of those that were dropped.
    var dropped: Set<UInt64> = []
    /// The first record whose hash does not follow, over the runs that were dropped; nil when all do.
    var fault: UInt64?

    init(_ reader: JournalReader) throws {
        let (rows, runs) = try reader.read { db in
            let reading = reader.reading(db)
            return (
                try Row.fetchAll(db, sql: StoredRecord.query(db), arguments: JournalReader.range(0, .max))
                    .compactMap { StoredRow($0, reading) },
                try Row.fetchAll(db, sql: "SELECT first, last, chain FROM dropped").compactMap(DroppedRun.init(_:))
            )
        }
        let bridges = Dictionary(uniqueKeysWithValues: runs.map { ($0.first, $0) })
        for run in runs { dropped.formUnion(run.first...run.last) }
        var chain = RecordChain(reader.identity)
        var head: UInt64 = 0
        for row in rows {
            kept.insert(row.sequence)
            if let run = bridges[head + 1], let bridge = RecordChain(stored: run.chain) {
                head = run.last
                chain = bridge
            }
            guard row.sequence == head + 1, case .success(let stored) = row.content,
                chain.appending(stored.record) == stored.chain
            else {
                fault = fault ?? row.sequence
                return
            }
            head = row.sequence
            chain = stored.chain
        }
    }
}
