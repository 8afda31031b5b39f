import GRDB
import VitalsCore
import VitalsModel

/// What an append continues: the head, its hash, and the numbers that stand for sensors and subjects in the rows.
///
/// It is a value: an append works on a copy, which takes its place only when the commit has succeeded.
struct JournalTail: Sendable {
    private(set) var head: UInt64
    private(set) var chain: RecordChain
    private(set) var sealed: UInt64
    /// Where the records go on at the earliest; 0 for behind the head.
    private var earliest: UInt64
    private let identity: JournalIdentity
    private(set) var sensors: [SensorAddress: Int64] = [:]
    private(set) var subjects: [String: Int64] = [:]

    /// The sequence of the record that comes next.
    var next: UInt64 { max(head + 1, earliest) }

    /// Reads the tail of an open journal; a tail shorter than its seal was cut. The last record may be one that
    /// retention has dropped.
    init(_ db: Database, header: JournalHeader, reading: RowReading, path: String) throws {
        sealed = header.sealedSequence
        earliest = header.nextSequence
        identity = header.identity
        let end = try ChainEnd(db, identity: header.identity, reading: reading, operation: "open", path: path)
        head = end.sequence
        chain = end.chain
        guard head >= sealed else {
            let what = "records up to \(sealed) were there, the last is \(head)"
            throw JournalError(.damaged(sequence: head + 1, what: what), "open", path: path)
        }
        for row in try Row.fetchAll(db, sql: "SELECT id, address FROM sensor") {
            guard let id = row.integer(0), let address = row.integer(1).flatMap(UInt64.init(exactly:)) else { continue }
            sensors[SensorAddress(rawValue: address)] = id
        }
        for row in try Row.fetchAll(db, sql: "SELECT id, name FROM subject") {
            guard let id = row.integer(0), let name = row.text(1) else { continue }
            subjects[name] = id
        }
    }

    /// Writes the rows of the next records, and passes over those that were given up between them or beside them.
    mutating func insert(
        _ records: [VitalsCore.Record], around shed: [ShedRun], key: DataKey?, _ db: Database, path: String
    ) throws {
        var rest = shed[...]
        for record in records {
            while let run = rest.first, run.sequences.lowerBound < record.sequence {
                try pass(run, path: path)
                rest.removeFirst()
            }
            try insert(record, key: key, db, path: path)
        }
        for run in rest { try pass(run, path: path) }
    }

    private mutating func pass(_ run: ShedRun, path: String) throws {
        guard run.sequences.lowerBound == next, Int64(exactly: run.sequences.upperBound) != nil else {
            throw JournalError(
                .outOfSequence(expected: next, found: run.sequences.lowerBound), "append", path: path)
        }
        head = run.sequences.upperBound
        chain = run.chain
    }

    /// Writes the next record's row.
    private mutating func insert(_ record: VitalsCore.Record, key: DataKey?, _ db: Database, path: String) throws {
        guard record.sequence == self.next, let sequence = Int64(exactly: record.sequence) else {
            throw JournalError(.outOfSequence(expected: self.next, found: record.sequence), "append", path: path)
        }
        let next = chain.appending(record)
        let sensor = try record.sensor.map { try number(of: $0, db) }
        let subject = try number(of: record.subject, db)
        let row = try RowSeal(record, chain: next, epoch: identity.epoch, key: key)
        let statement = try db.cachedStatement(
            sql: """
                INSERT INTO record
                    (sequence, kind, sensor, monotonic, wall, synchronised, subject, body, chain, key, counter, tag)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """)
        try statement.execute(arguments: [
            sequence, Int64(record.kind.rawValue), sensor, record.stamp.monotonic.microseconds,
            record.stamp.wall.microseconds, record.stamp.isSynchronised ? 1 : 0, subject, row.content,
            row.chain, row.key, row.counter, row.tag,
        ])
        head = record.sequence
        chain = next
    }

    /// Writes the head into the row that says whose journal this is.
    mutating func seal(_ db: Database, _ cover: ChainCover) throws {
        guard sealed != head else { return }
        try db.execute(
            sql: "UPDATE journal SET sealed_sequence = ?, sealed_chain = ?",
            arguments: [Int64(clamping: head), cover.cover(chain).blob])
        sealed = head
    }

    private mutating func number(of sensor: SensorAddress, _ db: Database) throws -> Int64 {
        if let id = sensors[sensor] { return id }
        let id = try RowNumber.of(sensor, db)
        sensors[sensor] = id
        return id
    }

    private mutating func number(of subject: String, _ db: Database) throws -> Int64 {
        if let id = subjects[subject] { return id }
        let id = try RowNumber.of(subject, db)
        subjects[subject] = id
        return id
    }
}
