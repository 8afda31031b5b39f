import Testing
import VitalsCore
import VitalsModel
import VitalsTestKit

@Suite("Stamps of every kind")
struct StampTests {
    /// Events whose times are drawn from the whole range of the type, favouring its ends.
    static func hostile(seed: UInt64) -> [EngineInput] {
        var random = SplitMix64(seed: seed)
        func time() -> Int64 {
            switch random.int(0...7) {
            case 0: .min
            case 1: .max
            case 2: .max - Int64(random.int(0...20_000_000))
            case 3: .min + Int64(random.int(0...20_000_000))
            case 4: Int64(bitPattern: random.next())
            default: Int64(random.int(-20_000_000...20_000_000))
            }
        }
        return EventMaker(seed: seed, count: 500).inputs.map { input in
            let stamp = Stamp(
                monotonic: MonotonicTime(microseconds: time()), wall: WallTime(microseconds: time()),
                isSynchronised: random.next() % 2 == 0)
            switch input {
            case .start: return .start(stamp)
            case .tick: return .tick(stamp)
            case .stop: return .stop(stamp)
            case .link(_, let sensor, let report): return .link(stamp, sensor: sensor, report)
            case .journal(_, let trouble, let isPresent): return .journal(stamp, trouble, isPresent: isPresent)
            case .sensor(var event):
                event.stamp = stamp
                return random.int(0...9) == 0 ? .tick(stamp) : .sensor(event)
            }
        }
    }

    @Test(
        "No stamp traps, and no sample is lost, at the ends of the range and with time running anywhere",
        arguments: ConservationTests.seeds)
    func extremes(seed: UInt64) throws {
        let inputs = Self.hostile(seed: seed)
        let run = EngineRun(inputs)
        for sensor in 1...3 {
            #expect(
                try run.heartRates(of: sensor).map(\.stamp) == Self.stamps(.heartRateMeasurement, of: sensor, inputs))
            #expect(
                try run.oximetries(of: sensor).map(\.stamp)
                    == Self.stamps(.plxContinuousMeasurement, of: sensor, inputs))
        }
        for record in run.records { try RecordLine.check(record) }
    }

    /// The stamps of a sensor's whole packets.
    private static func stamps(
        _ wanted: BluetoothUUID, of sensor: Int, _ inputs: [EngineInput]
    ) -> [Stamp] {
        inputs.compactMap { input in
            guard case .sensor(let event) = input,
                case .value(.test(sensor), wanted, let bytes) = event.kind,
                bytes != [0x1E, 0x48, 0x10], bytes != [0, 0x61, 0, 0x48]
            else { return nil }
            return event.stamp
        }
    }

    @Test("Time that runs back without end takes no memory without end, and ends")
    func backwards() throws {
        var run = EngineRun()
        for step in 0..<20_000 { run.heartRate(Packet.heartRate(70), at: -step * 10_000) }
        run.stop(at: 1_000)
        #expect(try run.heartRates().count == 20_000)
    }

    @Test("Equal stamps are kept in the order in which they came")
    func equal() throws {
        var run = EngineRun()
        for rate in UInt8(60)..<120 { run.heartRate(Packet.heartRate(rate), at: 5_000) }
        run.stop(at: 5_000)
        #expect(try run.heartRates().map(\.heartRate) == Array(60..<120))
    }

    @Test("A silence of ten years is one absence and one alarm, not ten years of deadlines")
    func tenYears() {
        var run = EngineRun()
        run.heartRate(Packet.heartRate(70), at: 0)
        run.heartRate(Packet.heartRate(70), at: 315_360_000_000)
        #expect(
            run.absences == [
                "0.000 heart-rate streaming", "3.000 heart-rate stale", "315360000.000 heart-rate streaming",
            ])
        #expect(run.alarms(.signalLost) == ["33.000 raised"])
    }

    @Test("A step of the wall clock reorders nothing and deletes nothing (lesson 29)")
    func clockStep() throws {
        var run = EngineRun()
        var wall: Int64 = 0
        func stamp(_ second: Int64, _ isSynchronised: Bool) -> Stamp {
            Stamp(
                monotonic: MonotonicTime(microseconds: second * 1_000_000),
                wall: WallTime(microseconds: wall + second * 1_000_000), isSynchronised: isSynchronised)
        }
        func packet(_ second: Int64, _ rate: UInt8, _ isSynchronised: Bool) -> EngineInput {
            .sensor(
                SensorEvent(
                    stamp: stamp(second, isSynchronised),
                    kind: .value(
                        sensor: .test(1), characteristic: .heartRateMeasurement, bytes: Packet.heartRate(rate))))
        }
        for second in 0..<5 { run.handle(packet(Int64(second), UInt8(60 + second), false)) }
        wall = 1_795_246_200_000_000
        let step = SensorEvent.Kind.clock(stepMicroseconds: wall, isSynchronised: true)
        run.handle(.sensor(SensorEvent(stamp: stamp(5, true), kind: step)))
        for second in 5..<10 { run.handle(packet(Int64(second), UInt8(60 + second), true)) }
        wall -= 3_600_000_000
        let back = SensorEvent.Kind.clock(stepMicroseconds: -3_600_000_000, isSynchronised: true)
        run.handle(.sensor(SensorEvent(stamp: stamp(10, true), kind: back)))
        for second in 10..<15 { run.handle(packet(Int64(second), UInt8(60 + second), true)) }
        run.handle(.stop(stamp(15, true)))

        let samples = try run.heartRates()
        #expect(samples.map(\.heartRate) == Array(60..<75))
        #expect(samples.map(\.stamp.isSynchronised) == (0..<15).map { $0 >= 5 })
        #expect(samples[4].stamp.wall.microseconds == 4_000_000)
        #expect(samples[5].stamp.wall.microseconds == 1_795_246_205_000_000)
        #expect(samples[10].stamp.wall.microseconds == 1_795_242_610_000_000)
        #expect(
            run.records(.clock).map { String(decoding: $0.body, as: UTF8.self) } == [
                #"{"step":1795246200000000,"synchronised":true}"#, #"{"step":-3600000000,"synchronised":true}"#,
            ])
        #expect(run.alarms.isEmpty)
    }

    @Test("What is due between two events has the wall time of its own moment, on the clock of the event before")
    func expiryStamp() {
        var run = EngineRun()
        run.heartRate(Packet.heartRate(70), at: 10_000)
        run.tick(at: 60_000)
        let stale = run.records(.absence).last
        #expect(stale?.text("state") == "stale")
        #expect(stale?.stamp.monotonic.microseconds == 13_000_001)
        #expect(stale?.stamp.wall.microseconds == 1_795_246_213_000_001)
    }
}
