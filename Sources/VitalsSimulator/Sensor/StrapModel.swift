import VitalsGATT
import VitalsModel

/// The Heart Rate Service of a sensor: what it makes of the beats that it detects.
struct StrapModel: Sendable {
    private let parameters: StrapParameters
    private(set) var detector: BeatDetector
    private var measurements = 0
    /// Energy expended since the start, in joule.
    private var energy: Int64 = 0

    /// 70 W, the metabolism of an adult at rest, at 60 beats a minute.
    private static let joulePerBeat: Int64 = 70

    init(_ plan: SensorPlan) {
        parameters = plan.specification.strap
        detector = BeatDetector(random: RandomStream(seed: plan.sensorSeed, 30))
    }

    /// Takes a beat.
    mutating func detect(_ beat: Beat, _ condition: SensorCondition) -> BeatDetector.Outcome {
        energy += Self.joulePerBeat
        let outcome = detector.detect(beat, hasContact: condition.hasContact, motion: condition.motion)
        if !parameters.intervals { _ = detector.discard() }
        return outcome
    }

    /// Forgets the intervals not sent, and returns how many they were.
    mutating func discard() -> Int { detector.discard() }

    /// The packets of one measurement, the first with the oldest intervals; more than one only when the intervals do not
    /// fit. Without contact there is none to send.
    mutating func measure(at time: Int64, _ condition: SensorCondition) -> [Packet] {
        var packets: [Packet] = []
        repeat {
            measurements += 1
            let hasEnergy = parameters.energyExpended && measurements % VitalsSimulatorLimits.energyReportEvery == 0
            packets.append(packet(at: time, condition, hasEnergy: hasEnergy))
        } while condition.hasContact && !detector.pending.isEmpty
        return packets
    }

    private mutating func packet(at time: Int64, _ condition: SensorCondition, hasEnergy: Bool) -> Packet {
        let format = parameters.wide ? HeartRateMeasurement.HeartRateFormat.uint16 : .shortest
        let measured = parameters.decay ? detector.heartRate(waitingAt: time) : detector.heartRate
        let heartRate = condition.hasContact ? measured : 0
        let isWide = parameters.wide || heartRate > UInt8.max
        let capacity = HeartRateMeasurement.rrIntervalCapacity(
            attMTU: UInt16(VitalsSimulatorLimits.notificationBytesMax + 3), format: isWide ? .uint16 : .shortest,
            hasEnergyExpended: hasEnergy)
        let intervals = condition.hasContact ? detector.take(min(capacity, Int(parameters.intervalsMax))) : []
        let measurement = HeartRateMeasurement(
            heartRate: heartRate,
            contact: parameters.contact ? (condition.hasContact ? .detected : .notDetected) : .unsupported,
            energyExpended: hasEnergy ? UInt16(clamping: energy / 1_000) : nil, rrIntervals: intervals)
        var bytes: [UInt8] = []
        measurement.encode(format, into: &bytes)
        return Packet(
            characteristic: .heartRateMeasurement, bytes: bytes, intervals: intervals.count,
            declaredLength: bytes.count - 2 * intervals.count)
    }
}
