import Testing
import VitalsCore
import VitalsModel

/// When a block of samples closes (docs/decisions/0004-records-and-blocks.md).
@Suite("A block of samples closes")
struct BlockTests {
    /// `1-15` for a block whose heart rates count from 1 to 15.
    private static func blocks(_ run: EngineRun) throws -> [String] {
        try run.records(.samples).map { record in
            guard case .heartRate(let samples) = try SampleBlock(decoding: record.body).samples else { return "?" }
            return "\(samples.first?.heartRate ?? 0)-\(samples.last?.heartRate ?? 0)"
        }
    }

    /// A run of packets at 1 Hz with heart rates that count up from 61, the first at `from` seconds.
    private static func steady(_ count: Int, _ configuration: EngineConfiguration = EngineConfiguration()) -> EngineRun
    {
        var run = EngineRun(configuration)
        for second in 0..<count { run.heartRate(Packet.heartRate(UInt8(61 + second)), at: second * 1_000) }
        return run
    }

    @Test("after its span of data time")
    func span() throws {
        var run = Self.steady(40, EngineConfiguration(blockSeconds: 15))
        #expect(try Self.blocks(run) == ["61-75", "76-90"])
        #expect(run.records(.samples).map(\.second) == ["14.000", "29.000"])
        run.stop(at: 40_000)
        #expect(try Self.blocks(run) == ["61-75", "76-90", "91-100"])
    }

    @Test("when its span is over and nothing else comes, with a tick")
    func tick() throws {
        var run = Self.steady(1, EngineConfiguration(blockSeconds: 2))
        run.tick(at: 1_999)
        #expect(run.records(.samples).isEmpty)
        #expect(run.engine.deadline == MonotonicTime(microseconds: 2_000_000))
        run.tick(at: 2_000)
        #expect(try Self.blocks(run) == ["61-61"])
    }

    @Test(
        "after another span when configured so, and spans out of range count as the nearest one",
        arguments: [(1, 20), (5, 4), (300, 1), (0, 20), (-7, 20), (Int.max, 1), (Int.min, 20)])
    func configured(seconds: Int, blocks: Int) throws {
        var run = Self.steady(20, EngineConfiguration(blockSeconds: seconds))
        run.stop(at: 20_000)
        #expect(run.records(.samples).count == blocks)
        #expect(try run.heartRates().count == 20)
    }

    @Test("when it is full")
    func full() throws {
        var run = EngineRun()
        for index in 0..<700 { run.heartRate(Packet.heartRate(UInt8(60 + index % 7)), at: index) }
        run.stop(at: 700)
        let counts = try run.records(.samples).map { try SampleBlock(decoding: $0.body).count }
        #expect(counts == [300, 300, 100])
    }

    @Test("before more RR intervals come than a block can hold")
    func intervals() throws {
        var run = EngineRun()
        let packet = Packet.heartRate(70, rr: (0..<255).map { 800 + $0 })
        for index in 0..<300 { run.heartRate(packet, at: index) }
        run.stop(at: 300)
        let counts = try run.records(.samples).map { try SampleBlock(decoding: $0.body).count }
        #expect(counts == [257, 43])
    }

    @Test("when the link goes down, before the record that says so")
    func linkDown() throws {
        var run = Self.steady(3)
        run.linkDown("timeout", at: 2_500)
        #expect(
            run.records.map { "\($0.kind.name) \($0.second)" }.suffix(3) == [
                "samples 2.000", "link 2.500", "absence 2.500",
            ])
        #expect(
            run.records(.link).map { String(decoding: $0.body, as: UTF8.self) } == [
                #"{"reason":"timeout","state":"down"}"#
            ])
    }

    @Test("when its stream goes stale, before the record that says so")
    func stale() throws {
        var run = Self.steady(3)
        run.tick(at: 5_001)
        #expect(run.records.map { "\($0.kind.name) \($0.second)" }.suffix(2) == ["samples 2.000", "absence 5.000"])
        #expect(try Self.blocks(run) == ["61-63"])
    }

    @Test("when something was found in it, before the finding")
    func finding() throws {
        var run = EngineRun()
        for second in 0..<12 { run.heartRate(Packet.heartRate(UInt8(131 + second)), at: second * 1_000) }
        #expect(run.records.map(\.kind).suffix(3) == [.samples, .finding, .alarm])
        #expect(try Self.blocks(run) == ["131-141"])
        #expect(run.records(.finding).first?.second == "10.000")
    }

    @Test("when the input ends, each stream of each sensor")
    func stop() {
        var run = EngineRun()
        for sensor in 1...2 {
            run.heartRate(Packet.heartRate(70), at: 0, sensor: sensor)
            run.oximetry(Packet.oximetry(97), at: 0, sensor: sensor)
            run.value(.plxSpotCheckMeasurement, Packet.spotCheck(97), at: 0, sensor: sensor)
        }
        #expect(run.records(.samples).isEmpty)
        run.stop(at: 1)
        #expect(
            run.records(.samples).map(\.subject)
                == Array(
                    repeating: ["heart-rate", "oximetry", "spot-check"], count: 2
                ).flatMap(\.self))
    }

    @Test("early for its own stream only")
    func otherStreams() {
        var run = EngineRun()
        run.oximetry(Packet.oximetry(97), at: 0)
        for second in 0..<11 {
            run.heartRate(Packet.heartRate(140), at: second * 1_000)
            run.oximetry(Packet.oximetry(97), at: second * 1_000)
        }
        #expect(run.records(.samples).map(\.subject) == ["heart-rate"])
    }

    @Test("A full block of the largest packets fits the codec")
    func limits() {
        #expect(CoreLimits.blockSamplesMax <= SampleBlockCodecLimits.countMax)
        #expect(CoreLimits.blockSeconds.upperBound <= CoreLimits.blockSamplesMax)
    }
}
