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
    mutating func write(_ arrivals: [Arrival], settledBy records: [VitalsCore.Record], _ db: Database) throws {
        var settled: [Settlement] = []
        for record in records {
            guard let settlement = settlements.settlement(of: record) else { continue }
            try delete(settlement, db)
            settled.append(settlement)
        }
        for arrival in arrivals where !settled.contains(where: { $0.covers(arrival) }) { try insert(arrival, db) }
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

    private mutating func insert(_ arrival: Arrival, _ db: Database) throws {
        let statement = try db.cachedStatement(
            sql: """
                INSERT INTO arrival (sensor, stream, number, boot, monotonic, wall, synchronised, value, tag)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
                """)
        try statement.execute(arguments: [
            Int64(clamping: arrival.sensor.rawValue), Int64(arrival.stream.rawValue), last + 1, arrival.boot,
            arrival.stamp.monotonic.microseconds, arrival.stamp.wall.microseconds, arrival.stamp.isSynchronised ? 1 : 0,
            arrival.value.blob, RowTag.of(arrival, number: last + 1, epoch: epoch).blob,
        ])
        last += 1
    }

    /// All arrivals in the order in which they came.
    static func read(_ db: Database, path: String) throws -> [Arrival] {
        let rows = try Row.fetchCursor(
            db,
            sql: """
                SELECT sensor, stream, boot, monotonic, wall, synchronised, value FROM arrival ORDER BY number
                """)
        var arrivals: [Arrival] = []
        while let row = try rows.next() {
            guard let sensor = row.integer(0).flatMap(UInt64.init(exactly:)),
                let stream = row.integer(1).flatMap(UInt8.init(exactly:)).flatMap(SampleStream.init(rawValue:)),
                let boot = row.text(2), let monotonic = row.integer(3), let wall = row.integer(4),
                let synchronised = row.integer(5), synchronised == 0 || synchronised == 1, let value = row.bytes(6)
            else { throw JournalError(.damaged(sequence: nil, what: "an arrival"), "read", path: path) }
            arrivals.append(
                Arrival(
                    stamp: Stamp(
                        monotonic: MonotonicTime(microseconds: monotonic), wall: WallTime(microseconds: wall),
                        isSynchronised: synchronised == 1),
                    boot: boot, sensor: SensorAddress(rawValue: sensor), stream: stream, value: value))
        }
        return arrivals
    }
}
