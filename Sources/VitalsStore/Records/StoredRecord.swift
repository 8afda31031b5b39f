import GRDB
import VitalsCore
import VitalsModel

/// A row of the table `record`, checked.
struct StoredRecord: Sendable {
    let record: VitalsCore.Record
    let chain: RecordChain

    /// The rows after a sequence, in order, with the sensor and the subject in clear.
    static let query = """
        SELECT record.sequence, kind, record.sensor, sensor.address, monotonic, wall, synchronised, subject.name, body, chain
        FROM record
        LEFT JOIN sensor ON sensor.id = record.sensor
        LEFT JOIN subject ON subject.id = record.subject
        WHERE record.sequence > ? ORDER BY record.sequence LIMIT ?
        """

    /// The row's sequence, when it has one that a record can have.
    static func sequence(_ row: Row) -> UInt64? { row.integer(0).flatMap(UInt64.init(exactly:)) }

    /// Reads a row of `query`, or says which column cannot be what was written.
    init(_ row: Row) throws(StoredRecordFault) {
        guard let sequence = Self.sequence(row), sequence > 0 else { throw StoredRecordFault(column: "sequence") }
        guard let kind = row.integer(1).flatMap(UInt8.init(exactly:)).flatMap(RecordKind.init(rawValue:)) else {
            throw StoredRecordFault(column: "kind")
        }
        let address = row.integer(3).flatMap(UInt64.init(exactly:))
        guard row.isNull(2) || address.map({ SensorAddress(rawValue: $0).rawValue == $0 }) == true else {
            throw StoredRecordFault(column: "sensor")
        }
        guard let monotonic = row.integer(4) else { throw StoredRecordFault(column: "monotonic") }
        guard let wall = row.integer(5) else { throw StoredRecordFault(column: "wall") }
        guard let synchronised = row.integer(6), synchronised == 0 || synchronised == 1 else {
            throw StoredRecordFault(column: "synchronised")
        }
        guard let subject = row.text(7) else { throw StoredRecordFault(column: "subject") }
        guard let body = row.bytes(8) else { throw StoredRecordFault(column: "body") }
        guard let chain = row.bytes(9).flatMap(RecordChain.init(stored:)) else {
            throw StoredRecordFault(column: "chain")
        }
        record = VitalsCore.Record(
            sequence: sequence, kind: kind, sensor: row.isNull(2) ? nil : address.map(SensorAddress.init(rawValue:)),
            stamp: Stamp(
                monotonic: MonotonicTime(microseconds: monotonic), wall: WallTime(microseconds: wall),
                isSynchronised: synchronised == 1),
            subject: subject, body: body)
        self.chain = chain
    }
}

/// A column of a row holds what was never written there.
struct StoredRecordFault: Error {
    let column: String
}

/// A row of the table `record`, readable or not.
struct StoredRow: Sendable {
    let sequence: UInt64
    let content: Result<StoredRecord, StoredRecordFault>

    /// Nil when not even the sequence can be read.
    init?(_ row: Row) {
        guard let sequence = StoredRecord.sequence(row) else { return nil }
        self.sequence = sequence
        content = Result { () throws(StoredRecordFault) in try StoredRecord(row) }
    }

    /// The column that cannot be read, of a row that cannot.
    var faultyColumn: String {
        if case .failure(let fault) = content { "column \(fault.column)" } else { "no column" }
    }
}
