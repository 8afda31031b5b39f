import GRDB
import VitalsCore
import VitalsModel

/// The rows by which retention goes on after a start: `mark`, `retained`, `dropped`.
enum RetentionTables {
    /// Through which sequence each class was dropped.
    static func through(_ db: Database) throws -> [RetentionClass: UInt64] {
        var through: [RetentionClass: UInt64] = [:]
        for row in try Row.fetchAll(db, sql: "SELECT class, through FROM retained") {
            guard let number = row.integer(0).flatMap(Int.init(exactly:)),
                let retentionClass = RetentionClass(rawValue: number),
                let sequence = row.integer(1).flatMap(UInt64.init(exactly:))
            else { continue }
            through[retentionClass] = sequence
        }
        return through
    }

    /// Notes through which sequence a class was dropped.
    static func write(_ sequence: UInt64, of retentionClass: RetentionClass, _ db: Database) throws {
        try db.cachedStatement(
            sql: "INSERT INTO retained (class, through) VALUES (?1, ?2) ON CONFLICT DO UPDATE SET through = ?2"
        ).execute(arguments: [Int64(retentionClass.rawValue), Int64(clamping: sequence)])
    }

    /// The marks; one that cannot be read is left out, and ages are then read from an older one.
    static func marks(_ db: Database) throws -> RetentionMarks {
        var marks: [RetentionMark] = []
        let rows = try Row.fetchCursor(
            db, sql: "SELECT time, wall, synchronised, head, acknowledged FROM mark ORDER BY time")
        while let row = try rows.next() {
            guard let time = row.integer(0), let wall = row.integer(1), let synchronised = row.integer(2),
                let head = row.integer(3).flatMap(UInt64.init(exactly:)), let text = row.text(4),
                let acknowledged = SequenceRanges(text)
            else { continue }
            marks.append(
                RetentionMark(
                    time: time, wall: WallTime(microseconds: wall), isSynchronised: synchronised == 1, head: head,
                    acknowledged: acknowledged))
        }
        return RetentionMarks(marks)
    }

    /// Writes a mark, deletes those that are no longer needed, and of older ones what was acknowledged.
    static func write(
        _ mark: RetentionMark, removing times: [Int64], forgettingBefore forgotten: Int64?, _ db: Database
    ) throws {
        try db.cachedStatement(
            sql: "INSERT OR REPLACE INTO mark (time, wall, synchronised, head, acknowledged) VALUES (?, ?, ?, ?, ?)"
        ).execute(arguments: [
            mark.time, mark.wall.microseconds, mark.isSynchronised ? 1 : 0, Int64(clamping: mark.head),
            mark.acknowledged.text,
        ])
        if let forgotten {
            try db.cachedStatement(sql: "UPDATE mark SET acknowledged = '' WHERE time < ? AND acknowledged <> ''")
                .execute(arguments: [forgotten])
        }
        for time in times { try db.cachedStatement(sql: "DELETE FROM mark WHERE time = ?").execute(arguments: [time]) }
    }

    /// Adds what was given up in memory to `dropped`.
    static func add(_ runs: [ShedRun], _ cover: ChainCover, _ db: Database) throws {
        let dropped = try runs.map { run in
            DroppedRun(
                first: run.sequences.lowerBound, last: run.sequences.upperBound, chain: try cover.cover(run.chain))
        }
        try add(dropped, db)
    }

    /// Adds runs to `dropped`, joined with those that they touch.
    static func add(_ runs: [DroppedRun], _ db: Database) throws {
        guard let first = runs.first?.first, let last = runs.last?.last else { return }
        let before = try Row.fetchAll(
            db, sql: "SELECT first, last, chain FROM dropped WHERE first < ? ORDER BY first DESC LIMIT 1",
            arguments: [Int64(clamping: first)])
        let among = try Row.fetchAll(
            db, sql: "SELECT first, last, chain FROM dropped WHERE first BETWEEN ? AND ? ORDER BY first",
            arguments: [Int64(clamping: first), Int64(clamping: last) + 1])
        let old = (before + among).compactMap(DroppedRun.init(_:))
        let new = DroppedRun.joined(old + runs)
        let kept = Set(old).intersection(new)
        for run in old where !kept.contains(run) {
            try db.cachedStatement(sql: "DELETE FROM dropped WHERE first = ?")
                .execute(arguments: [Int64(clamping: run.first)])
        }
        for run in new where !kept.contains(run) {
            try db.cachedStatement(sql: "INSERT INTO dropped (first, last, chain) VALUES (?, ?, ?)")
                .execute(arguments: [Int64(clamping: run.first), Int64(clamping: run.last), run.chain.blob])
        }
    }
}

extension DroppedRun {
    /// Reads a row `first, last, chain`.
    init?(_ row: Row) {
        guard let first = row.integer(0).flatMap(UInt64.init(exactly:)),
            let last = row.integer(1).flatMap(UInt64.init(exactly:)), first <= last, let chain = row.bytes(2)
        else { return nil }
        self.init(first: first, last: last, chain: chain)
    }
}

extension SequenceRanges {
    /// `1-5,7-7`: as a mark stores them.
    fileprivate var text: String { ranges.map { "\($0.lowerBound)-\($0.upperBound)" }.joined(separator: ",") }

    /// Reads that; nil for anything else.
    fileprivate init?(_ text: String) {
        self.init()
        for part in text.split(separator: ",") {
            let ends = part.split(separator: "-").compactMap { UInt64($0) }
            guard ends.count == 2, ends[0] > 0, ends[0] <= ends[1] else { return nil }
            insert(ends[0]...ends[1])
        }
    }
}
