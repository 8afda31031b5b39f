import VitalsCore
import VitalsModel

/// Records as a gateway with eight straps makes them: blocks of 20 seconds of beats, now and then a finding or an alarm.
/// Each is made from its sequence alone, so that a run that goes on with an old journal makes no sample twice.
struct RecordSource {
    /// Beats in a block: one a second for the daemon's usual `block_seconds`.
    static let samplesPerBlock = 20
    /// One record in so many is an alarm.
    static let alarmEvery: UInt64 = 50
    private static let findingEvery: UInt64 = 10
    private static let sensors: UInt64 = 8

    /// The record of a sequence.
    static func record(_ sequence: UInt64) -> Record {
        let sensor = SensorAddress(rawValue: 0xC000_0000_0000 + sequence % sensors)
        let begin = Int64(clamping: sequence) * Int64(samplesPerBlock)
        func json(_ kind: RecordKind, _ subject: String, _ body: String) -> Record {
            Record(
                sequence: sequence, kind: kind, sensor: sensor, stamp: stamp(second: begin), subject: subject,
                body: Array(body.utf8))
        }
        if sequence.isMultiple(of: alarmEvery) {
            return json(.alarm, "heart-rate-high", #"{"state":"raised","value":\#(130 + sequence % 40)}"#)
        }
        if sequence.isMultiple(of: findingEvery) { return json(.finding, "variability", #"{"rmssd":31.25}"#) }
        let samples = (0..<Int64(samplesPerBlock)).map { index in
            let second = begin + index
            return HeartRateSample(
                stamp: stamp(second: second), heartRate: UInt16(60 + (second &* 7) % 40), contact: .detected,
                rrIntervals: [UInt16(900 + (second &* 13) % 200)], quality: .valid)
        }
        return Record(
            sequence: sequence, kind: .samples, sensor: sensor, stamp: stamp(second: begin + 19), subject: "heart-rate",
            body: SampleBlock(samples: .heartRate(samples)).encoded())
    }

    private static func stamp(second: Int64) -> Stamp {
        Stamp(
            monotonic: MonotonicTime(microseconds: second &* 1_000_000),
            wall: WallTime(microseconds: 1_795_246_200_000_000 &+ second &* 1_000_000), isSynchronised: true)
    }
}
