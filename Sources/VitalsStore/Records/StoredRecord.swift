import GRDB
import VitalsCore
import VitalsModel

/// A row of the table `record`, checked.
struct StoredRecord: Sendable {
    let record: VitalsCore.Record
    let chain: RecordChain

    /// What a row of `query` has from the schema's version 4 on, and before.
    private static let (sealing, noSealing) = ("record.key, record.counter, record.tag", "NULL, NULL, NULL")

    /// Rows with the sensor and the subject in clear.
    private static func select(_ sealing: String) -> String {
        """
        SELECT record.sequence, kind, record.sensor, sensor.address, monotonic, wall, synchronised, subject.name, body,
            chain, \(sealing)
        FROM record
        LEFT JOIN sensor ON sensor.id = record.sensor
        LEFT JOIN subject ON subject.id = record.subject
        """
    }

    /// The rows after a sequence, in order.
    static func query(_ db: Database) throws -> String {
        let columns = try JournalSchema.hasLedger(db) ? sealing : noSealing
        return select(columns) + " WHERE record.sequence > ? ORDER BY record.sequence LIMIT ?"
    }

    /// The last row.
    static func lastQuery(_ db: Database) throws -> String {
        let columns = try JournalSchema.hasLedger(db) ? sealing : noSealing
        return select(columns) + " ORDER BY record.sequence DESC LIMIT 1"
    }

    /// Whether the row's tag is what it should be; what it was written before tags is told as such.
    enum Tag: Sendable {
        case whole
        case absent
        case other
    }

    /// The tag of the row.
    let tag: Tag

    /// The row's sequence, when it has one that a record can have.
    static func sequence(_ row: Row) -> UInt64? { row.integer(0).flatMap(UInt64.init(exactly:)) }

    /// Reads a row of `query`, or says which column cannot be what was written. A tag that does not fit is no fault
    /// here, if the row is not sealed: who reads says what follows from it.
    init(_ row: Row, _ reading: RowReading) throws(StoredRecordFault) {
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
        guard let content = row.bytes(8) else { throw StoredRecordFault(column: "body") }
        var record = VitalsCore.Record(
            sequence: sequence, kind: kind, sensor: row.isNull(2) ? nil : address.map(SensorAddress.init(rawValue:)),
            stamp: Stamp(
                monotonic: MonotonicTime(microseconds: monotonic), wall: WallTime(microseconds: wall),
                isSynchronised: synchronised == 1),
            subject: subject, body: content)
        guard row.isNull(10) else {
            record.body = []
            (record.body, chain) = try Self.open(row, record, content, reading)
            self.record = record
            tag = .whole
            return
        }
        guard let stored = row.bytes(9).flatMap(RecordChain.init(stored:)) else {
            throw StoredRecordFault(column: "chain")
        }
        chain = stored
        self.record = record
        if row.isNull(12) {
            tag = sequence <= reading.untaggedThrough ? .absent : .other
        } else {
            tag = row.bytes(12) == RowTag.of(record, chain: stored, epoch: reading.epoch) ? .whole : .other
        }
    }

    /// Opens what a sealed row holds.
    private static func open(
        _ row: Row, _ record: VitalsCore.Record, _ content: [UInt8], _ reading: RowReading
    ) throws(StoredRecordFault) -> (body: [UInt8], chain: RecordChain) {
        guard let key = row.integer(10), key > 0 else { throw StoredRecordFault(column: "key") }
        // The hash is sealed with the body; anything in its column was put there by somebody else.
        guard row.bytes(9)?.isEmpty == true else { throw StoredRecordFault(column: "chain") }
        let associated = RowTag.associated(record, epoch: reading.epoch, key: UInt64(clamping: key))
        let bytes = try reading.unsealer.open(
            content, key: key, counter: row.integer(11), tag: row.bytes(12), associated: associated, reading.database)
        guard let chain = RecordChain(stored: Array(bytes.suffix(RecordChain.byteCount))) else {
            throw StoredRecordFault(column: "chain")
        }
        return (Array(bytes.dropLast(RecordChain.byteCount)), chain)
    }
}

/// A column of a row holds what was never written there.
struct StoredRecordFault: Error {
    let column: String
    /// The error, where it is not the row that is at fault.
    var code: JournalError.Code?
}

/// What reading a row needs beside the row.
struct RowReading {
    let database: Database
    let epoch: String
    /// Rows up to this one may have no tag.
    let untaggedThrough: UInt64
    let unsealer: Unsealer
}

/// A row of the table `record`, readable or not.
struct StoredRow: Sendable {
    let sequence: UInt64
    let content: Result<StoredRecord, StoredRecordFault>

    /// Nil when not even the sequence can be read.
    init?(_ row: Row, _ reading: RowReading) {
        guard let sequence = StoredRecord.sequence(row) else { return nil }
        self.sequence = sequence
        content = Result { () throws(StoredRecordFault) in try StoredRecord(row, reading) }
    }

    /// The column that cannot be read, of a row that cannot.
    var faultyColumn: String {
        switch content {
        case .failure(let fault): "column \(fault.column)"
        case .success: "column tag"
        }
    }

    /// Why the row cannot be read where the row is not at fault: its key is missing.
    var refusal: JournalError.Code? {
        if case .failure(let fault) = content { fault.code } else { nil }
    }

    /// The record, when it is certainly what was written.
    var whole: StoredRecord? {
        guard case .success(let stored) = content, stored.tag != .other else { return nil }
        return stored
    }
}
