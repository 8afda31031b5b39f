public import VitalsCore
import VitalsModel

/// Makes sample blocks from a seed: as a sensor sends them, or as hostile as the types allow.
public struct SampleBlockMaker: Sendable {
    private var random: SplitMix64

    /// A maker; the same seed makes the same blocks.
    public init(seed: UInt64) { random = SplitMix64(seed: seed) }

    /// A strap at 1 Hz: one RR interval a packet, ±2 bpm, ±60/1024 s, stamps in milliseconds with ±30 ms of jitter.
    public mutating func strap(count: Int, from second: Int = 40_000) -> SampleBlock {
        SampleBlock(
            samples: .heartRate(
                (0..<count).map { index in
                    HeartRateSample(
                        stamp: stamp(second: second + index), heartRate: UInt16(72 + random.int(-2...2)),
                        contact: .detected, rrIntervals: [UInt16(850 + random.int(-60...60))], quality: .valid)
                }))
    }

    /// An oximeter at 1 Hz with both statuses and the pulse amplitude index, one decimal of it.
    public mutating func oximeter(count: Int, from second: Int = 40_000) -> SampleBlock {
        SampleBlock(
            samples: .oximetry(
                (0..<count).map { index in
                    OximetrySample(
                        stamp: stamp(second: second + index),
                        normal: SpO2PulseRate(
                            spO2: UInt16(96 + random.int(-1...1)), pulseRate: UInt16(72 + random.int(-2...2))),
                        measurementStatus: 0x0020, deviceStatus: 0,
                        pulseAmplitudeIndex: UInt16(0xF000 + 62 + random.int(-8...8)), quality: .valid)
                }))
    }

    /// A photoplethysmogram of 55 Hz in frames of 18 samples: four channels of about 400,000 counts with a pulse of 1 %.
    public mutating func pulseWave(frames: Int, from second: Int = 40_000) -> SampleBlock {
        var level = 0
        return SampleBlock(
            samples: .ppg(
                (0..<frames).map { frame in
                    let waves = (0..<4).map { channel in
                        (0..<18).map { place in
                            level += random.int(-12...12)
                            let phase = (frame * 18 + place) % 48
                            return Int32(
                                400_000 - 40_000 * channel + level + (phase < 12 ? phase * 300 : 4_800 - phase * 100))
                        }
                    }
                    return PPGSample(
                        stamp: stamp(second: second + frame * 18 / 55),
                        deviceTime: 850_000_000_000_000_000 + UInt64(frame + 1) * 18 * 18_181_818, measurement: 1,
                        frameType: 0,
                        channels: PPGSample.Channels(
                            first: waves[0], second: waves[1], third: waves[2], ambient: waves[3]),
                        quality: .valid)
                }))
    }

    /// Every field drawn from the whole range of its type, favouring its ends; at most `countMax` samples.
    public mutating func extreme(_ stream: SampleStream, countMax: Int) -> SampleBlock {
        let count = random.int(0...countMax)
        return switch stream {
        case .heartRate: SampleBlock(samples: .heartRate((0..<count).map { _ in extremeHeartRate() }))
        case .oximetry: SampleBlock(samples: .oximetry((0..<count).map { _ in extremeOximetry() }))
        case .spotCheck: SampleBlock(samples: .spotCheck((0..<count).map { _ in extremeSpotCheck() }))
        case .ppg: SampleBlock(samples: .ppg((0..<count).map { _ in extremePPG() }))
        }
    }

    /// A strap whose packets come exactly once a second, but for the missing ones.
    public static func regular(count: Int, missing: Set<Int>) -> SampleBlock {
        SampleBlock(
            samples: .heartRate(
                (0..<count + missing.count).filter { !missing.contains($0) }.map { second in
                    let monotonic = Int64(40_000 + second) * 1_000_000
                    return HeartRateSample(
                        stamp: Stamp(
                            monotonic: MonotonicTime(microseconds: monotonic),
                            wall: WallTime(microseconds: 1_795_246_200_000_000 + monotonic), isSynchronised: true),
                        heartRate: 60, contact: .detected, rrIntervals: [1_024], quality: .valid)
                }))
    }

    private mutating func stamp(second: Int) -> Stamp {
        let monotonic = Int64(second) * 1_000_000 + Int64(random.int(-30...30)) * 1_000
        return Stamp(
            monotonic: MonotonicTime(microseconds: monotonic),
            wall: WallTime(microseconds: 1_795_246_200_000_000 + monotonic), isSynchronised: true)
    }

    private mutating func extremeHeartRate() -> HeartRateSample {
        HeartRateSample(
            stamp: extremeStamp(), heartRate: extreme(),
            contact: SensorContact.allCases.randomElement(using: &random) ?? .detected, energyExpended: optional(),
            rrIntervals: (0..<random.int(0...9)).map { _ in extreme() }, quality: extremeQuality())
    }

    private mutating func extremeOximetry() -> OximetrySample {
        OximetrySample(
            stamp: extremeStamp(), normal: extremePair(), fast: random.next() % 2 == 0 ? nil : extremePair(),
            slow: random.next() % 2 == 0 ? nil : extremePair(), measurementStatus: optional(),
            deviceStatus: optional(), pulseAmplitudeIndex: optional(), quality: extremeQuality())
    }

    private mutating func extremeSpotCheck() -> SpotCheckSample {
        SpotCheckSample(
            stamp: extremeStamp(), value: extremePair(), deviceTime: optional(), measurementStatus: optional(),
            deviceStatus: optional(), pulseAmplitudeIndex: optional(), quality: extremeQuality())
    }

    private mutating func extremePPG() -> PPGSample {
        let count = random.int(0...9)
        let channels = (0..<4).map { _ in (0..<count).map { _ in extreme() as Int32 } }
        return PPGSample(
            stamp: extremeStamp(), deviceTime: extreme(), measurement: extreme(), frameType: extreme(),
            channels: PPGSample.Channels(
                first: channels[0], second: channels[1], third: channels[2], ambient: channels[3]),
            raw: (0..<random.int(0...9)).map { _ in extreme() }, quality: extremeQuality())
    }

    private mutating func extremePair() -> SpO2PulseRate { SpO2PulseRate(spO2: extreme(), pulseRate: extreme()) }

    private mutating func extremeQuality() -> Quality { Quality.allCases.randomElement(using: &random) ?? .invalid }

    private mutating func extremeStamp() -> Stamp {
        Stamp(
            monotonic: MonotonicTime(microseconds: extreme()), wall: WallTime(microseconds: extreme()),
            isSynchronised: random.next() % 2 == 0)
    }

    private mutating func optional<Value: FixedWidthInteger>() -> Value? { random.next() % 2 == 0 ? nil : extreme() }

    private mutating func extreme<Value: FixedWidthInteger>() -> Value {
        switch random.int(0...5) {
        case 0: .min
        case 1: .max
        case 2: 0
        case 3: Value(truncatingIfNeeded: random.int(-3...3))
        default: Value(truncatingIfNeeded: random.next())
        }
    }
}
