import Testing
import VitalsCore
import VitalsKernels
import VitalsModel
import VitalsTestKit

/// What a killed run received and had in no block, and what the next run makes of it.
@Suite("What a killed run received")
struct RecoveryTests {
    private static func arrival(
        _ value: [UInt8], of stream: SampleStream = .heartRate, at time: Int, sensor: Int = 1, boot: String = "b1"
    ) -> Arrival {
        Arrival(stamp: .at(time), boot: boot, sensor: .test(sensor), stream: stream, value: value)
    }

    /// Heart rates that count up from 61, one a second, the first after a second.
    private static func steady(_ count: Int, boot: String = "b1") -> [Arrival] {
        (1...count).map { arrival(Packet.heartRate(UInt8(60 + $0)), at: $0 * 1_000, boot: boot) }
    }

    /// The records with which a run begins that finds these arrivals.
    private static func start(_ arrivals: [Arrival], last: Stamp? = nil) -> [Record] {
        var history = EngineHistory()
        history.boot = "b2"
        history.last = last
        history.arrivals = arrivals
        var run = EngineRun(nextSequence: 8, history: history)
        run.handle(.start(.at(900_000)))
        return run.records
    }

    private static func bodies(_ records: [Record]) -> [String] {
        records.map { String(decoding: $0.body, as: UTF8.self) }
    }

    @Test("becomes a run of its own before the new one: who it was, blocks with the stamps of reception, no judgement")
    func run() throws {
        // A rate that would raise an alarm.
        let arrivals = (1...15).map { Self.arrival(Packet.heartRate(220, rr: [280]), at: $0 * 1_000) }
        let records = Self.start(arrivals)
        #expect(records.map(\.sequence) == [8, 9, 10, 11])
        #expect(records.map(\.kind) == [.start, .samples, .start, .absence])
        #expect(records.map(\.stamp) == [.at(1_000), .at(15_000), .at(900_000), .at(900_000)])
        #expect(
            Self.bodies([records[0]])
                == [#"{"boot":"b1","configuration":"d1","detectors":[],"recovered":15,"version":"1.2.3"}"#])
        #expect(records[2].boot == "b2")
        guard case .heartRate(let samples) = try SampleBlock(decoding: records[1].body).samples else {
            Issue.record("not a block of heart rates")
            return
        }
        #expect(samples.map(\.stamp) == arrivals.map(\.stamp))
        #expect(samples.allSatisfy { $0.heartRate == 220 && $0.rrIntervals == [280] && $0.quality == .valid })
    }

    @Test("comes in blocks that close as all blocks do, each stream of each sensor by itself")
    func blocks() throws {
        var arrivals: [Arrival] = []
        for second in 1...45 {
            for sensor in 1...2 {
                arrivals.append(Self.arrival(Packet.heartRate(70), at: second * 1_000 + sensor, sensor: sensor))
            }
            arrivals.append(
                Self.arrival(Packet.oximetry(97), of: .oximetry, at: second * 1_000 + 3, sensor: 2))
        }
        arrivals.append(Self.arrival(Packet.spotCheck(96), of: .spotCheck, at: 45_100, sensor: 3))
        let blocks = Self.start(arrivals).filter { $0.kind == .samples }
        let names = try blocks.map { record in
            "\(record.sensor?.rawValue ?? 0 & 7) \(record.subject) \(try SampleBlock(decoding: record.body).count)"
        }
        #expect(
            Set(names.map { $0.split(separator: " ").dropFirst().joined(separator: " ") }) == [
                "heart-rate 20", "heart-rate 5", "oximetry 20", "oximetry 5", "spot-check 1",
            ])
        #expect(blocks.count == 10)
    }

    @Test("in several boots becomes a run for each, since times compare within one only")
    func boots() throws {
        let records = Self.start(Self.steady(3, boot: "b0") + Self.steady(2, boot: "b1"))
        #expect(records.map(\.kind) == [.start, .samples, .start, .samples, .start, .absence])
        #expect(records.compactMap(\.boot) == ["b0", "b1", "b2"])
        #expect(records.filter { $0.kind == .start }.map { $0.number("recovered") } == [3, 2, nil])
    }

    @Test("and cannot be decoded any more is kept raw, and nothing of it is lost")
    func malformed() throws {
        var arrivals = Self.steady(3)
        arrivals[1].value = [0x1E, 0x48, 0x10]
        let records = Self.start(arrivals)
        #expect(records.map(\.kind) == [.start, .malformed, .samples, .start, .absence])
        #expect(records[1].stamp == .at(2_000))
        #expect(records[1].subject == "2a37")
        #expect(try SampleBlock(decoding: records[2].body).count == 2)
    }

    @Test("tells how long the gateway was not there: since then, or since its last record if that is later")
    func absence() {
        let since = { (last: Stamp?, arrivals: [Arrival]) in
            Self.start(arrivals, last: last).last { $0.kind == .absence }?.number("since")
        }
        #expect(since(.at(2_000), Self.steady(5)) == Stamp.at(5_000).wall.microseconds)
        #expect(since(.at(7_000), Self.steady(5)) == Stamp.at(7_000).wall.microseconds)
        #expect(since(nil, Self.steady(5)) == Stamp.at(5_000).wall.microseconds)
        #expect(since(.at(7_000), []) == Stamp.at(7_000).wall.microseconds)
    }

    @Test("changes nothing of the run that follows, and is told in the log by its count alone")
    func newRun() {
        func records(_ arrivals: [Arrival]) -> EngineRun {
            var history = EngineHistory()
            history.boot = "b1"
            history.last = .at(60_000)
            history.arrivals = arrivals
            var run = EngineRun(nextSequence: arrivals.isEmpty ? 3 : 1, history: history)
            run.handle(.start(.at(61_000)))
            for second in 62..<100 { run.heartRate(Packet.heartRate(150), at: second * 1_000) }
            run.stop(at: 100_000)
            return run
        }
        let (with, without) = (records(Self.steady(9)), records([]))
        #expect(Array(with.records.dropFirst(2)) == without.records)
        #expect(with.records(.alarm).count == 2)
        #expect(with.logs == [LogLine(.info, "kept what a killed run had received", detail: "9 values")] + without.logs)
    }

    // MARK: What is noted

    @Test("was noted if it went into a block: nothing malformed, refused or of another characteristic")
    func noted() {
        var history = EngineHistory()
        history.boot = "b1"
        var run = EngineRun(history: history)
        run.handle(.start(.at(0)))
        run.linkUp(at: 1)
        run.heartRate(Packet.heartRate(70), at: 2)
        run.heartRate([0x1E, 0x48, 0x10], at: 3)
        run.oximetry(Packet.oximetry(97), at: 4)
        run.value(.batteryLevel, [50], at: 5)
        run.value(.plxSpotCheckMeasurement, Packet.spotCheck(96), at: 6)
        #expect(
            run.takeArrivals() == [
                Self.arrival(Packet.heartRate(70), at: 2),
                Self.arrival(Packet.oximetry(97), of: .oximetry, at: 4),
                Self.arrival(Packet.spotCheck(96), of: .spotCheck, at: 6),
            ])
        #expect(run.takeArrivals().isEmpty)
        for sensor in 2...CoreLimits.sensorsMax { run.linkUp(at: 7, sensor: sensor) }
        run.heartRate(Packet.heartRate(70), at: 8, sensor: CoreLimits.sensorsMax + 1)
        #expect(run.takeArrivals().isEmpty)
    }

    @Test("is noted of live sensors only: a recording can be read again")
    func recordings() {
        var run = EngineRun()
        run.handle(.start(.at(0)))
        run.heartRate(Packet.heartRate(70), at: 1)
        #expect(run.takeArrivals().isEmpty)
    }

    @Test("at one microsecond is set apart by one, and time never runs back")
    func order() {
        var order = LiveOrder()
        func time(_ kind: SensorEvent.Kind?, at time: Int64) -> Int64 {
            let stamp = Stamp(
                monotonic: MonotonicTime(microseconds: time), wall: WallTime(microseconds: 7), isSynchronised: true)
            let input = kind.map { EngineInput.sensor(SensorEvent(stamp: stamp, kind: $0)) } ?? .tick(stamp)
            let ordered = order.ordered(input)
            #expect(ordered.stamp.wall == stamp.wall && ordered.stamp.isSynchronised)
            if case .sensor(let event) = ordered { #expect(event.kind == kind) }
            return ordered.stamp.monotonic.microseconds
        }
        let value = { (characteristic: BluetoothUUID) in
            SensorEvent.Kind.value(sensor: .test(1), characteristic: characteristic, bytes: [0, 1])
        }
        let measurements = SampleStream.allCases.map { value($0.characteristic) }
        #expect(time(measurements[0], at: 100) == 100)
        #expect(time(measurements[1], at: 100) == 101)
        #expect(time(measurements[2], at: 99) == 102)
        #expect(time(value(.batteryLevel), at: 100) == 102)
        #expect(time(nil, at: 101) == 102)
        #expect(time(.linkDown(sensor: .test(1), reason: nil), at: 200) == 200)
        #expect(time(measurements[0], at: 200) == 201)
        #expect(time(measurements[0], at: 500) == 500)
        #expect(time(nil, at: .max) == .max)
        #expect(time(measurements[0], at: .max) == .max)
    }
}
