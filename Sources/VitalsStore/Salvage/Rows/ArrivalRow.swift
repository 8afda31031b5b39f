import VitalsCore
import VitalsModel

/// A row of the table `arrival` as it stands in a damaged file.
struct ArrivalRow: Hashable, Sendable {
    let number: Int64
    /// The arrival; its value is what the row holds, sealed or not.
    let arrival: Arrival
    let seal: RecordRow.RowSeal?
    let tag: [UInt8]?

    init?(_ columns: [SQLiteValue]) {
        guard columns.count == 8 || columns.count == 11, let sensor = columns[0].count,
            let stream = columns[1].integer.flatMap(UInt8.init(exactly:)).flatMap(SampleStream.init(rawValue:)),
            let number = columns[2].integer, let boot = columns[3].text,
            let stamp = Stamp(columns[4], columns[5], columns[6]), let value = columns[7].blob,
            let proof = RowProof(columns.count > 8 ? Array(columns[8...]) : [.null, .null, .null])
        else { return nil }
        self.number = number
        arrival = Arrival(
            stamp: stamp, boot: boot, sensor: SensorAddress(rawValue: sensor), stream: stream, value: value)
        seal = proof.seal
        tag = proof.tag
    }
}
