public import VitalsCore
public import VitalsModel

/// Makes what live sensors send from a seed, and the records of the run that receives it: a few sensors with a few
/// streams each, in one boot of the machine.
public struct ArrivalMaker: Sendable {
    /// The boot.
    public let boot: String
    private var random: SplitMix64
    private var monotonic: Int64
    private let sensors: Int

    /// A maker whose first arrival comes soon after `start`, in seconds since the boot.
    public init(seed: UInt64, boot: String = "b1", sensors: Int = 3, start: Int64 = 40_000) {
        random = SplitMix64(seed: seed)
        self.boot = boot
        self.sensors = sensors
        monotonic = start * 1_000_000
    }

    /// The next values, each of any sensor and stream.
    public mutating func arrivals(_ count: Int) -> [Arrival] { (0..<count).map { _ in arrival() } }

    /// The next value.
    public mutating func arrival(
        of stream: SampleStream? = nil, from sensor: SensorAddress? = nil
    ) -> Arrival {
        monotonic += Int64(random.int(1...500_000))
        let stream = stream ?? SampleStream.allCases[random.int(0...SampleStream.allCases.count - 1)]
        let low = UInt8(random.int(40...100))
        let high = UInt8(random.int(40...120))
        // 2A37: flags, rate, one interval. 2A5F and 2A5E: flags, SpO2, pulse rate. FB005C82: type, time, form, one sample.
        let value =
            switch stream {
            case .heartRate: [0x16, high, low, 3]
            case .oximetry, .spotCheck: [0, low, 0, high, 0]
            case .ppg: [1] + Array(repeating: low, count: 8) + [0] + Array(repeating: high, count: 12)
            }
        return Arrival(
            stamp: stamp(monotonic), boot: boot, sensor: sensor ?? Self.sensor(random.int(1...sensors)), stream: stream,
            value: value)
    }

    /// The record with which a live run begins.
    public func start(_ sequence: UInt64) -> Record {
        Record(
            sequence: sequence, kind: .start, sensor: nil, stamp: stamp(monotonic), subject: "",
            body: Array(#"{"boot":"\#(boot)"}"#.utf8))
    }

    /// The block that holds these arrivals, which are of one stream.
    public static func block(_ sequence: UInt64, of arrivals: [Arrival]) -> Record? {
        guard let last = arrivals.last else { return nil }
        let samples: SampleBlock.Samples =
            switch last.stream {
            case .heartRate:
                .heartRate(
                    arrivals.map {
                        HeartRateSample(
                            stamp: $0.stamp, heartRate: UInt16($0.value[1]), contact: .detected, quality: .valid)
                    })
            case .oximetry:
                .oximetry(arrivals.map { OximetrySample(stamp: $0.stamp, normal: pair($0), quality: .valid) })
            case .spotCheck:
                .spotCheck(arrivals.map { SpotCheckSample(stamp: $0.stamp, value: pair($0), quality: .valid) })
            case .ppg:
                .ppg(
                    arrivals.map {
                        PPGSample(
                            stamp: $0.stamp, deviceTime: UInt64($0.value[1]), measurement: 1, frameType: 0,
                            quality: .valid)
                    })
            }
        return Record(
            sequence: sequence, kind: .samples, sensor: last.sensor, stamp: last.stamp, subject: last.stream.name,
            body: SampleBlock(samples: samples).encoded())
    }

    /// The sensor with a small number.
    public static func sensor(_ number: Int) -> SensorAddress {
        SensorAddress(rawValue: 0xC000_0000_0000 + UInt64(clamping: number))
    }

    private static func pair(_ arrival: Arrival) -> SpO2PulseRate {
        SpO2PulseRate(spO2: UInt16(arrival.value[1]), pulseRate: UInt16(arrival.value[3]))
    }

    private func stamp(_ monotonic: Int64) -> Stamp {
        Stamp(
            monotonic: MonotonicTime(microseconds: monotonic),
            wall: WallTime(microseconds: 1_795_246_200_000_000 + monotonic), isSynchronised: monotonic % 2 == 0)
    }
}
