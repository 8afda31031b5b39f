public import VitalsCore
import VitalsModel

/// Makes what years leave in a journal, without end: blocks of twenty samples of eight sensors, an alarm raised or ended for
/// every five of them, and short waveforms, so that a retention which drops those leaves holes everywhere.
public struct LongPast: Sendable {
    /// How many records there were so far: the sequence of the last one.
    public private(set) var last: UInt64 = 0
    private var blocks = 0
    private let block: [UInt8]
    private let wave: [UInt8]
    private let alarms = ["raised", "cleared"].map { Array(#"{"since":1,"state":"\#($0)"}"#.utf8) }

    /// A past that begins with the first record.
    public init() {
        var maker = SampleBlockMaker(seed: 1)
        block = maker.strap(count: 20).encoded()
        wave = maker.pulseWave(frames: 1).encoded()
    }

    /// The next records, with so many samples of heart rates in them, or up to nineteen more.
    public mutating func records(samples: Int) -> [Record] {
        var records: [Record] = []
        for _ in 0..<((samples + 19) / 20) {
            let sensor = blocks % 8
            if blocks % 1_000 == 0 { records.append(record(.start, "", Array("{}".utf8), sensor: nil)) }
            records.append(record(.samples, "heart-rate", block, sensor: sensor))
            if blocks % 5 == 0 {
                records.append(record(.alarm, "condition-\(blocks % 12)", alarms[blocks / 5 % 2], sensor: sensor))
            }
            if blocks % 5 == 2 { records.append(record(.samples, "ppg", wave, sensor: sensor)) }
            blocks += 1
        }
        return records
    }

    private mutating func record(_ kind: RecordKind, _ subject: String, _ body: [UInt8], sensor: Int?) -> Record {
        last += 1
        let time = Int64(clamping: last) * 1_000_000
        return Record(
            sequence: last, kind: kind,
            sensor: sensor.map { SensorAddress(rawValue: 0xC000_0000_0000 + UInt64(clamping: $0)) },
            stamp: Stamp(
                monotonic: MonotonicTime(microseconds: time), wall: WallTime(microseconds: time), isSynchronised: true),
            subject: subject, body: body)
    }
}
