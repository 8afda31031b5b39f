import VitalsCore
import VitalsModel
import VitalsTestKit

/// Makes events from a seed: several sensors with all their streams, links that come and go, steps of the clock, broken
/// packets, silences of every length, and what the samples of each stream have to be.
struct EventMaker {
    /// The events, in the order of their stamps.
    private(set) var events: [SensorEvent] = []
    /// The samples that went in, by sensor.
    private(set) var heartRates: [Int: [HeartRateSample]] = [:]
    private(set) var oximetries: [Int: [OximetrySample]] = [:]
    private(set) var spotChecks: [Int: [SpotCheckSample]] = [:]
    /// How many packets went in that do not decode.
    private(set) var malformedCount = 0

    private var random: SplitMix64
    private var monotonic: Int64 = 0
    private var wall: Int64 = 1_795_246_200_000_000
    private var isSynchronised = false
    private let sensors: Int

    init(seed: UInt64, count: Int, sensors: Int = 3) {
        random = SplitMix64(seed: seed)
        self.sensors = sensors
        for _ in 0..<count {
            pass(step())
            event()
        }
    }

    /// Mostly a second shared by all sensors; at times none, a burst, or a silence.
    private mutating func step() -> Int64 {
        switch random.int(0...99) {
        case 0..<70: Int64(random.int(1...2_000_000)) / Int64(sensors)
        case 70..<85: 0
        case 85..<95: Int64(random.int(1...20_000))
        case 95..<99: Int64(random.int(2_000_000...40_000_000))
        default: Int64(random.int(40_000_000...400_000_000))
        }
    }

    private mutating func pass(_ microseconds: Int64) {
        monotonic += microseconds
        wall += microseconds
    }

    private mutating func event() {
        let sensor = random.int(1...sensors)
        switch random.int(0...99) {
        case 0..<45: heartRate(sensor)
        case 45..<75: oximetry(sensor)
        case 75..<80: spotCheck(sensor)
        case 80..<84: malformed(sensor)
        case 84..<88:
            add(.value(sensor: .test(sensor), characteristic: .batteryLevel, bytes: [UInt8(random.int(0...100))]))
        case 88..<90: add(.value(sensor: .test(sensor), characteristic: BluetoothUUID(0x2A6E), bytes: random.bytes(3)))
        case 90..<94: add(.linkUp(sensor: .test(sensor)))
        case 94..<98: add(.linkDown(sensor: .test(sensor), reason: random.next() % 2 == 0 ? nil : "timeout"))
        default: clock()
        }
    }

    private mutating func heartRate(_ sensor: Int) {
        let contacts: [(Packet.ContactBits, SensorContact)] = [
            (.detected, .detected), (.detected, .detected), (.unsupported, .unsupported), (.notDetected, .notDetected),
        ]
        let (bits, contact) = contacts[random.int(0...3)]
        let rate = UInt8([0, random.int(1...30), random.int(50...100), random.int(131...255)][random.int(0...3)])
        let rr = (0..<random.int(0...3)).map { _ in UInt16(random.int(200...4_500)) }
        let energy = random.next() % 8 == 0 ? UInt16(random.int(0...65_535)) : nil
        let quality: Quality = contact == .notDetected ? .noContact : rate == 0 ? .invalid : .valid
        heartRates[sensor, default: []].append(
            HeartRateSample(
                stamp: stamp, heartRate: UInt16(rate), contact: contact, energyExpended: energy, rrIntervals: rr,
                quality: quality))
        let bytes = Packet.heartRate(rate, contact: bits, energy: energy, rr: rr)
        add(.value(sensor: .test(sensor), characteristic: .heartRateMeasurement, bytes: bytes))
    }

    private mutating func oximetry(_ sensor: Int) {
        let spO2 = UInt16(random.next() % 10 == 0 ? 0x07FF : random.int(60...100))
        let pulse = UInt16(random.int(30...160))
        oximetries[sensor, default: []].append(
            OximetrySample(
                stamp: stamp, normal: SpO2PulseRate(spO2: spO2, pulseRate: pulse),
                quality: spO2 == 0x07FF ? .invalid : .valid))
        let bytes = Packet.oximetry(spO2, pulse: pulse)
        add(.value(sensor: .test(sensor), characteristic: .plxContinuousMeasurement, bytes: bytes))
    }

    private mutating func spotCheck(_ sensor: Int) {
        let spO2 = UInt16(random.int(80...100))
        spotChecks[sensor, default: []].append(
            SpotCheckSample(stamp: stamp, value: SpO2PulseRate(spO2: spO2, pulseRate: 72), quality: .valid))
        let bytes = Packet.spotCheck(spO2)
        add(.value(sensor: .test(sensor), characteristic: .plxSpotCheckMeasurement, bytes: bytes))
    }

    /// Half an energy, half an SFLOAT.
    private mutating func malformed(_ sensor: Int) {
        malformedCount += 1
        let isHeartRate = random.next() % 2 == 0
        add(
            .value(
                sensor: .test(sensor), characteristic: isHeartRate ? .heartRateMeasurement : .plxContinuousMeasurement,
                bytes: isHeartRate ? [0x1E, 0x48, 0x10] : [0, 0x61, 0, 0x48]))
    }

    private mutating func clock() {
        let step = Int64(random.int(-90_000_000...90_000_000))
        wall += step
        isSynchronised = random.next() % 2 == 0
        add(.clock(stepMicroseconds: step, isSynchronised: isSynchronised))
    }

    private var stamp: Stamp {
        Stamp(
            monotonic: MonotonicTime(microseconds: monotonic), wall: WallTime(microseconds: wall),
            isSynchronised: isSynchronised)
    }

    private mutating func add(_ kind: SensorEvent.Kind) { events.append(SensorEvent(stamp: stamp, kind: kind)) }
}

extension EventMaker {
    /// The events between a start and a stop.
    var inputs: [EngineInput] {
        let last = events.last?.stamp ?? .at(0)
        return [.start(.at(0))] + events.map { .sensor($0) } + [.stop(last)]
    }

    /// The same with ticks at random moments in between, each with the stamp that a clock shows then.
    func inputsWithTicks(seed: UInt64) -> [EngineInput] {
        var random = SplitMix64(seed: seed)
        var result: [EngineInput] = []
        var last: Stamp?
        for input in inputs {
            if let last { result += Self.ticks(between: last, and: input.stamp, &random).map { .tick($0) } }
            result.append(input)
            last = input.stamp
        }
        return result
    }

    private static func ticks(between first: Stamp, and second: Stamp, _ random: inout SplitMix64) -> [Stamp] {
        let span = (second.monotonic - first.monotonic).microseconds
        return (0..<random.int(0...3)).map { _ in Int64.random(in: 0...span, using: &random) }.sorted().map { passed in
            // A wall clock that is being slewed, which is no event: it shows in no record.
            Stamp(
                monotonic: first.monotonic + MonotonicTime.Span(microseconds: passed),
                wall: WallTime(microseconds: first.wall.microseconds + passed + Int64(random.int(-50...50))),
                isSynchronised: random.next() % 2 == 0)
        }
    }
}
