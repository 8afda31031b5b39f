import GRDB
import VitalsCore
import VitalsModel

/// Tells which of the arrivals of a damaged file are in no record that was salvaged: an old image of a page may still
/// hold some that a block settled long ago, and those must not come twice.
struct SettledArrivals {
    /// The arrivals that no record settles, in the order in which they came.
    private(set) var unsettled: [ArrivalRow]

    init(_ rows: [ArrivalRow]) { unsettled = rows.sorted { $0.number < $1.number } }

    /// Looks through the records of the arrivals' time.
    mutating func read(_ reading: RowReading) throws {
        let db = reading.database
        guard let earliest = unsettled.map(\.arrival.stamp.monotonic).min() else { return }
        let boots = Set(unsettled.map(\.arrival.boot))
        var sequence: Int64 = 0
        var reader = SettlementReader(boot: boots.count == 1 ? boots.first : nil)
        while true {
            // Every start, since it names the boot; of the others only those that may hold an arrival.
            let sql = try StoredRecord.query(db).replacing(
                "WHERE record.sequence > ?",
                with: "WHERE record.sequence > ? AND (kind = 1 OR (kind IN (2, 7) AND monotonic >= ?))")
            let rows = try Row.fetchAll(
                db, sql: sql, arguments: [sequence, earliest.microseconds, VitalsStoreLimits.walkBatch])
            guard !rows.isEmpty else { return }
            for row in rows {
                guard let stored = StoredRow(row, reading) else { continue }
                sequence = Int64(clamping: stored.sequence)
                guard case .success(let content) = stored.content,
                    let settlement = reader.settlement(of: content.record)
                else { continue }
                unsettled.removeAll { settlement.covers($0.arrival) }
            }
        }
    }
}
