import VitalsCore
import VitalsModel

/// A row of the table `record` as it stands in a damaged file.
struct RecordRow: Hashable, Sendable {
    let sequence: UInt64
    let kind: RecordKind
    /// The number that stands for the sensor.
    let sensor: Int64?
    let stamp: Stamp
    /// The number that stands for the subject.
    let subject: Int64
    let body: [UInt8]
    let chain: [UInt8]
    /// What seals the row; nil when it is not sealed.
    let seal: RowSeal?
    /// The proof of the row; nil in rows that are older than tags.
    let tag: [UInt8]?

    /// The key and the nonce of a sealed row.
    struct RowSeal: Hashable, Sendable {
        let key: Int64
        let counter: Int64
    }

    init?(_ id: Int64, _ columns: [SQLiteValue]) {
        guard (9...12).contains(columns.count), let sequence = UInt64(exactly: id),
            let kind = columns[1].integer.flatMap(UInt8.init(exactly:)).flatMap(RecordKind.init(rawValue:)),
            columns[2] == .null || columns[2].integer != nil, let stamp = Stamp(columns[3], columns[4], columns[5]),
            let subject = columns[6].integer, let body = columns[7].blob, let chain = columns[8].blob
        else { return nil }
        let rest = Array(columns[9...]) + Array(repeating: .null, count: 12 - columns.count)
        guard let proof = RowProof(rest) else { return nil }
        self.sequence = sequence
        self.kind = kind
        sensor = columns[2].integer
        self.stamp = stamp
        self.subject = subject
        self.body = body
        self.chain = chain
        seal = proof.seal
        tag = proof.tag
    }

    /// The record, if that is the sensor and that the subject.
    func record(sensor address: UInt64?, subject name: String) -> Record {
        Record(
            sequence: sequence, kind: kind, sensor: address.map(SensorAddress.init(rawValue:)), stamp: stamp,
            subject: name, body: body)
    }
}

/// The last three columns of a record and of an arrival: key, counter, tag.
struct RowProof: Hashable, Sendable {
    let seal: RecordRow.RowSeal?
    let tag: [UInt8]?

    init?(_ columns: some Collection<SQLiteValue>) {
        let columns = Array(columns)
        guard columns.count == 3, columns[2] == .null || columns[2].blob != nil else { return nil }
        tag = columns[2].blob
        switch (columns[0], columns[1]) {
        case (.null, .null): seal = nil
        case (.integer(let key), .integer(let counter)): seal = RecordRow.RowSeal(key: key, counter: counter)
        default: return nil
        }
    }
}
