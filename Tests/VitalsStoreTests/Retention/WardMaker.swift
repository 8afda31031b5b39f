import VitalsCore
import VitalsModel
import VitalsTestKit

/// Makes what a small ward leaves in an hour: waveforms, samples, events, findings, and now and then an alarm.
struct WardMaker {
    /// The hour that comes next.
    private(set) var hour = 0
    private var next: UInt64 = 1
    private var random: SplitMix64
    /// Waveforms and blocks are costly to make, so the same ones come again.
    private let waves: [[UInt8]]
    private let blocks: [[UInt8]]

    init(seed: UInt64) {
        random = SplitMix64(seed: seed)
        var maker = SampleBlockMaker(seed: seed)
        waves = (0..<4).map { _ in maker.pulseWave(frames: 8).encoded() }
        blocks = (0..<8).map { _ in maker.strap(count: 20).encoded() }
    }

    /// The records of the next hour.
    mutating func records() -> [Record] {
        var records: [Record] = []
        if hour == 0 { records.append(record(.start, "")) }
        for part in 0..<4 {
            records.append(record(.samples, "ppg", body: waves[random.int(0...3)]))
            for _ in 0..<2 { records.append(record(.samples, "heart-rate", body: blocks[random.int(0...7)])) }
            if part % 2 == 0 { records.append(record(.finding, "change")) }
            if part == 0 { records.append(record(.link, "")) }
        }
        if hour % 2 == 0 { records.append(record(.alarm, "spo2-low")) }
        hour += 1
        return records
    }

    /// When the hour ends, on a machine that started at hour `start`.
    func stamp(since start: Int = 0) -> Stamp {
        Stamp(
            monotonic: MonotonicTime(microseconds: Int64(hour - start) * 3_600_000_000),
            wall: WallTime(microseconds: 1_795_246_200_000_000 + Int64(hour) * 3_600_000_000), isSynchronised: true)
    }

    private mutating func record(_ kind: RecordKind, _ subject: String, body: [UInt8]? = nil) -> Record {
        defer { next += 1 }
        return Record(
            sequence: next, kind: kind,
            sensor: kind == .start ? nil : SensorAddress(rawValue: 0xC000_0000_0000 + UInt64(random.int(1...4))),
            stamp: stamp(), subject: subject, body: body ?? Array(#"{"value":\#(random.int(0...9_999))}"#.utf8))
    }
}
