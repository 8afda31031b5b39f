import GRDB
import VitalsCore
import VitalsModel

/// The rows of the table `arrival`: what live sensors sent and is in no block yet.
///
/// It is a value, as `JournalTail` is: a commit works on a copy, which takes its place only when it has succeeded.
struct ArrivalTable: Sendable {
    private var settlements = SettlementReader()
    /// Numbers rise over all streams, so that they give the order of reception.
    private(set) var last: Int64
    private let epoch: String

    init(_ db: Database, identity: JournalIdentity) throws {
        epoch = identity.epoch
        last = try Int64.fetchOne(db, sql: "SELECT max(number) FROM arrival") ?? 0
    }

    /// The table as the file has it now. What the records so far say of the boot stays known, and so does what those
    /// records say that came into the file since.
    func reread(_ db: Database, identity: JournalIdentity, following records: [VitalsCore.Record]) throws
        -> ArrivalTable
    {
        var table = try ArrivalTable(db, identity: identity)
        table.settlements = settlements
        for record in records { _ = table.settlements.settlement(of: record) }
        return table
    }

    /// Writes the arrivals that none of the records settles, and deletes the rows that one does.
    mutating func write(
        _ arrivals: [Arrival], settledBy records: [VitalsCore.Record], key: DataKey?, _ db: Database
    ) throws {
        var settled: [Settlement] = []
        for record in records {
            guard let settlement = settlements.settlement(of: record) else { continue }
            try delete(settlement, db)
            settled.append(settlement)
        }
        for arrival in arrivals where !settled.contains(where: { $0.covers(arrival) }) { try insert(arrival, key, db) }
    }

    private func delete(_ settlement: Settlement, _ db: Database) throws {
        let statement = try db.cachedStatement(
            sql: """
                DELETE FROM arrival
                WHERE sensor = ? AND stream = ? AND boot = ? AND monotonic BETWEEN ? AND ?
                """)
        try statement.execute(arguments: [
            Int64(clamping: settlement.sensor.rawValue), Int64(settlement.stream.rawValue), settlement.boot,
            settlement.times.lowerBound.microseconds, settlement.times.upperBound.microseconds,
        ])
    }

    private mutating func insert(_ arrival: Arrival, _ key: DataKey?, _ db: Database) throws {
        let row = try RowSeal(arrival, number: last + 1, epoch: epoch, key: key)
        let statement = try db.cachedStatement(
            sql: """
                INSERT INTO arrival
                    (sensor, stream, number, boot, monotonic, wall, synchronised, value, key, counter, tag)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """)
        try statement.execute(arguments: [
            Int64(clamping: arrival.sensor.rawValue), Int64(arrival.stream.rawValue), last + 1, arrival.boot,
            arrival.stamp.monotonic.microseconds, arrival.stamp.wall.microseconds, arrival.stamp.isSynchronised ? 1 : 0,
            row.content, row.key, row.counter, row.tag,
        ])
        last += 1
    }

    /// All arrivals in the order in which they came.
    static func read(_ db: Database, _ reading: RowReading, path: String) throws -> [Arrival] {
        let sealing = try JournalSchema.hasLedger(db) ? "key, counter, tag" : "NULL, NULL, NULL"
        let rows = try Row.fetchCursor(
            db,
            sql: """
                SELECT sensor, stream, boot, monotonic, wall, synchronised, value, number, \(sealing)
                FROM arrival ORDER BY number
                """)
        var arrivals: [Arrival] = []
        while let row = try rows.next() {
            do throws(StoredRecordFault) {
                arrivals.append(try arrival(row, reading))
            } catch {
                let code = error.code ?? .damaged(sequence: nil, what: "an arrival, column \(error.column)")
                throw JournalError(code, "read", path: path)
            }
        }
        return arrivals
    }

    private static func arrival(_ row: Row, _ reading: RowReading) throws(StoredRecordFault) -> Arrival {
        guard let sensor = row.integer(0).flatMap(UInt64.init(exactly:)),
            let stream = row.integer(1).flatMap(UInt8.init(exactly:)).flatMap(SampleStream.init(rawValue:)),
            let boot = row.text(2), let monotonic = row.integer(3), let wall = row.integer(4),
            let synchronised = row.integer(5), synchronised == 0 || synchronised == 1, let content = row.bytes(6),
            let number = row.integer(7)
        else { throw StoredRecordFault(column: "sensor to number") }
        var arrival = Arrival(
            stamp: Stamp(
                monotonic: MonotonicTime(microseconds: monotonic), wall: WallTime(microseconds: wall),
                isSynchronised: synchronised == 1),
            boot: boot, sensor: SensorAddress(rawValue: sensor), stream: stream, value: content)
        if let key = row.integer(8) {
            let associated = RowTag.associated(
                arrival, number: number, epoch: reading.epoch, key: UInt64(clamping: key))
            arrival.value = try reading.unsealer.open(
                content, key: key, counter: row.integer(9), tag: row.bytes(10), associated: associated,
                reading.database)
        } else if let tag = row.bytes(10) {
            guard tag == RowTag.of(arrival, number: number, epoch: reading.epoch) else {
                throw StoredRecordFault(column: "tag")
            }
        }
        return arrival
    }
}
