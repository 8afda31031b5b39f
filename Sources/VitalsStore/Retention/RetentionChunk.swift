import GRDB
import VitalsCore
import VitalsModel

/// One chunk of retention: looks through a part of a step's regions, deletes the records of one class, and says so in the ledger,
/// all in the transaction that is under way.
struct RetentionChunk {
    /// What to do.
    let step: RetentionStep
    /// What every sink's receiver has acknowledged.
    let acknowledged: SequenceRanges
    /// How rows are read, and how their hashes are kept.
    let reading: RowReading
    let cover: ChainCover
    /// Rows to delete, rows to look at, and bytes to delete, at most.
    let rows: Int
    let looks: Int
    let bytes: Int

    /// What became of it.
    struct Outcome {
        /// How far the regions were looked through.
        var through: UInt64
        /// Whether that is to their end.
        var isWhole: Bool
        /// Rows that were looked at.
        var looks = 0
        /// The records that were dropped, and the bytes of their bodies.
        var count = 0
        var bytes = 0
    }

    /// A row that may go.
    private struct Candidate {
        let sequence: UInt64
        let kind: Int64
        let sensor: Int64?
        let subject: Int64
        let bytes: Int
        /// The row before it in the journal, whatever its class; nil for the first of a region.
        let before: UInt64?
    }

    /// Carries it out.
    func run(_ db: Database, _ ledger: inout Ledger, at stamp: Stamp) throws -> Outcome {
        let waveforms = try Int64.fetchOne(
            db, sql: "SELECT id FROM subject WHERE name = ?", arguments: [RetentionClass.waveformSubject])
        // Without a single waveform in the journal there is nothing to look through.
        if step.retentionClass == .waveforms, waveforms == nil {
            return Outcome(through: end, isWhole: true)
        }
        var (candidates, seen, through) = try scan(db, waveforms: waveforms)
        if step.retentionClass == .alarms { candidates = try candidates.filter { try !isLast($0, db) } }
        let runs = try runs(&candidates, db)
        if !candidates.isEmpty {
            try delete(candidates, db)
            try RetentionTables.add(runs, db)
            for note in notes(candidates) { try ledger.append(note, at: stamp, db) }
        }
        return Outcome(
            through: through, isWhole: through >= end, looks: seen, count: candidates.count,
            bytes: candidates.reduce(0) { $0 + $1.bytes })
    }

    /// The rows of the class, as far as the chunk goes.
    private func scan(_ db: Database, waveforms: Int64?) throws -> ([Candidate], seen: Int, through: UInt64) {
        let statement = try db.cachedStatement(
            sql: """
                SELECT sequence, kind, sensor, subject, length(body) FROM record
                WHERE sequence BETWEEN ? AND ? ORDER BY sequence LIMIT ?
                """)
        let kinds = Set(step.retentionClass.kinds.map { Int64($0.rawValue) })
        var candidates: [Candidate] = []
        var size = 0
        var seen = 0
        for region in step.regions {
            let cursor = try Row.fetchCursor(
                statement,
                arguments: [Int64(clamping: region.lowerBound), Int64(clamping: region.upperBound), looks - seen])
            var before: UInt64?
            while let row = try cursor.next() {
                guard let sequence = StoredRecord.sequence(row) else { continue }
                defer { before = sequence }
                seen += 1
                if let kind = row.integer(1), kinds.contains(kind), let subject = row.integer(3),
                    kind != Int64(RecordKind.samples.rawValue)
                        || (subject == waveforms) == (step.retentionClass == .waveforms)
                {
                    let bytes = Int(row.integer(4) ?? 0)
                    candidates.append(
                        Candidate(
                            sequence: sequence, kind: kind, sensor: row.integer(2), subject: subject, bytes: bytes,
                            before: before))
                    size += bytes
                }
                if seen >= looks || candidates.count >= rows || size >= bytes { return (candidates, seen, sequence) }
            }
        }
        return (candidates, seen, end)
    }

    /// The end of the last region.
    private var end: UInt64 { step.regions.last?.upperBound ?? 0 }

    /// Whether it is the newest start, or the newest record of its alarm: a start asks for these.
    private func isLast(_ candidate: Candidate, _ db: Database) throws -> Bool {
        let statement = try db.cachedStatement(
            sql: """
                SELECT max(sequence) FROM record
                WHERE kind IN (1, 4) AND kind = ? AND sensor IS ? AND subject = ?
                """)
        let last = try Int64.fetchOne(
            statement, arguments: [candidate.kind, candidate.sensor, candidate.subject])
        return last == Int64(clamping: candidate.sequence)
    }

    /// The runs that the rows make, each with the hash of its last one. A row whose hash cannot be read stays where it
    /// is: it is damage, and others deal with that.
    private func runs(_ candidates: inout [Candidate], _ db: Database) throws -> [DroppedRun] {
        var runs: [DroppedRun] = []
        var kept: [Candidate] = []
        var index = candidates.startIndex
        while index < candidates.endIndex {
            var end = index
            while end + 1 < candidates.endIndex, candidates[end + 1].sequence - candidates[end].sequence == 1 {
                end += 1
            }
            let next = end + 1
            while end >= index {
                if let chain = try chain(of: candidates[end].sequence, db) {
                    kept += candidates[index...end]
                    runs.append(
                        DroppedRun(
                            first: candidates[index].sequence, last: candidates[end].sequence,
                            chain: try cover.cover(chain)))
                    break
                }
                end -= 1
            }
            index = next
        }
        candidates = kept
        return runs
    }

    private func chain(of sequence: UInt64, _ db: Database) throws -> RecordChain? {
        let statement = try db.cachedStatement(sql: StoredRecord.query(db))
        guard let row = try Row.fetchOne(statement, arguments: JournalReader.range(sequence - 1, 1)) else { return nil }
        return StoredRow(row, reading)?.whole?.chain
    }

    private func delete(_ candidates: [Candidate], _ db: Database) throws {
        let statement = try db.cachedStatement(sql: "DELETE FROM record WHERE sequence = ?")
        for candidate in candidates { try statement.execute(arguments: [Int64(clamping: candidate.sequence)]) }
    }

    /// What the ledger says of it: as many entries as it takes to name each range.
    private func notes(_ candidates: [Candidate]) -> [LedgerNote] {
        var drops: [LedgerNote.Drop] = []
        var drop = LedgerNote.Drop(step.retentionClass, reason: step.reason)
        var last: (sequence: UInt64, isDelivered: Bool)?
        for candidate in candidates {
            let isDelivered = acknowledged.contains(candidate.sequence)
            func add(_ follows: Bool) -> Bool {
                drop.add(
                    candidate.sequence...candidate.sequence, bytes: candidate.bytes, isAcknowledged: isDelivered,
                    follows: follows)
            }
            // What lies between this and the last one, and has no row, is no more either.
            let follows = last.map { !$0.isDelivered && $0.sequence == candidate.before } ?? false
            if !add(follows) {
                drops.append(drop)
                drop = LedgerNote.Drop(step.retentionClass, reason: step.reason)
                _ = add(false)
            }
            last = (candidate.sequence, isDelivered)
        }
        return (drops + [drop]).map(LedgerNote.retention)
    }
}
