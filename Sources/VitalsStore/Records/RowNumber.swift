import GRDB
import VitalsModel

/// The numbers that stand for sensors and subjects in the rows: looked up, and given where there is none yet.
enum RowNumber {
    /// The number of a sensor.
    static func of(_ sensor: SensorAddress, _ db: Database) throws -> Int64 {
        try number("sensor", "address", Int64(clamping: sensor.rawValue), db)
    }

    /// The number of a subject.
    static func of(_ subject: String, _ db: Database) throws -> Int64 { try number("subject", "name", subject, db) }

    private static func number(
        _ table: String, _ column: String, _ value: any DatabaseValueConvertible, _ db: Database
    ) throws -> Int64 {
        let look = try db.cachedStatement(sql: "SELECT id FROM \(table) WHERE \(column) = ?")
        if let row = try Row.fetchOne(look, arguments: [value]), let id = row.integer(0) { return id }
        try db.cachedStatement(sql: "INSERT INTO \(table) (\(column)) VALUES (?)").execute(arguments: [value])
        return db.lastInsertedRowID
    }
}
