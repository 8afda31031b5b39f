import Testing
import VitalsCapture
import VitalsGATT
import VitalsJSON
import VitalsModel
import VitalsSimulator

@Suite("The simulator as a whole")
struct SimulatorTests {
    @Test("the same scenario and seed give the same events on every machine, in debug and in release")
    func digest() throws {
        #expect(try Fixture.quick.get().digest == 9_699_488_165_222_856_704)
        #expect(try Fixture.faults.get().digest == 2_873_618_479_310_543_128)
        #expect(try Fixture.night.get().digest == 13_161_715_271_668_339_478)
        #expect(try Run(Fixture.scenario("quick")).events == Fixture.quick.get().events)
    }

    @Test("the truth is the same bytes, too")
    func truthDigest() throws {
        var hash = EventHash()
        for truth in try Fixture.quick.get().truths {
            var json = JSONWriter()
            TruthWriter.line(truth, into: &json)
            hash.add(json.bytes)
        }
        #expect(hash.value == 15_162_318_951_145_300_661)
    }

    @Test(
        "written as a capture and read again, the events are the same, stamps included", arguments: ["quick", "faults"])
    func capture(name: String) throws {
        let run = try name == "quick" ? Fixture.quick.get() : Fixture.faults.get()
        var writer = try CaptureWriter(start: Fixture.scenario(name).start)
        for event in run.events { try writer.write(event) }
        var reader = CaptureReader()
        var events: [SensorEvent] = []
        try reader.consume(writer.takeBytes(), into: &events)
        try reader.finish(into: &events)
        #expect(events == run.events)
    }

    @Test("another seed gives another night of the same kind")
    func seeds() throws {
        let scenario = try Fixture.scenario("quick")
        let digests = try [2, 3, UInt64.max].map { try Run(scenario, seed: $0).digest }
        #expect(Set(digests + [try Fixture.quick.get().digest]).count == 4)
        #expect(try Run(scenario, seed: 1).digest == Fixture.quick.get().digest)
    }

    @Test("events and truths never go back in time, and end with the scenario", arguments: ["quick", "faults"])
    func order(name: String) throws {
        let scenario = try Fixture.scenario(name)
        var last: Int64 = 0
        var backward = 0
        for output in try Simulator(scenario, includesBeats: true) {
            let time =
                switch output {
                case .event(let event): event.stamp.monotonic.microseconds
                case .truth(let truth): truth.time.microseconds
                }
            if time < last { backward += 1 }
            last = time
        }
        #expect(backward == 0)
        #expect(last == scenario.duration.milliseconds * 1_000)
    }

    @Test("what a sensor sends and its link does is stamped in whole milliseconds", arguments: ["quick", "faults"])
    func stamps(name: String) throws {
        let run = try name == "quick" ? Fixture.quick.get() : Fixture.faults.get()
        #expect(run.events.allSatisfy { $0.stamp.monotonic.microseconds % 1_000 == 0 })
    }

    @Test("every packet decodes without a warning, except those that the truth calls malformed")
    func packetsDecode() throws {
        for run in [try Fixture.quick.get(), try Fixture.faults.get(), try Fixture.night.get()] {
            var declared: [String] = []
            for truth in run.truths {
                guard case .malformed(let characteristic, _, let bytes, let intended) = truth.kind else { continue }
                #expect(intended.count > bytes.count && intended.starts(with: bytes))
                declared.append("\(truth.time.microseconds) \(characteristic) \(bytes)")
            }
            var malformed: [String] = []
            var doubtful: [SensorEvent] = []
            for event in run.events {
                guard case .value(_, let characteristic, let bytes) = event.kind else { continue }
                do {
                    let decoded = try CharacteristicValue.decode(characteristic, bytes.span)
                    if decoded.warnings != [] || decoded.value == .unknown { doubtful.append(event) }
                } catch {
                    malformed.append("\(event.stamp.monotonic.microseconds) \(characteristic) \(bytes)")
                }
            }
            #expect(malformed.sorted() == declared.sorted())
            #expect(!declared.isEmpty)
            #expect(doubtful.isEmpty)
        }
    }

    @Test("the truth counts what was sent, and loses no interval", arguments: ["quick", "faults", "demo-night"])
    func counts(name: String) throws {
        let run =
            switch name {
            case "quick": try Fixture.quick.get()
            case "faults": try Fixture.faults.get()
            default: try Fixture.night.get()
            }
        for sensor in try Fixture.scenario(name).sensors {
            let tally = try #require(run.summary(sensor.address))
            let heartRates = run.heartRates(sensor.address)
            #expect(tally.heartRatePackets == heartRates.count)
            #expect(tally.oximetryPackets == run.oximetry(sensor.address).count)
            #expect(tally.beats == run.beats(sensor.address).count)
            #expect(tally.spotCheckPackets == run.spotCheckCount(sensor.address))
            let dropped = run.dropped(sensor.address)
            #expect(tally.droppedPackets == dropped.count)
            guard sensor.kind.rawValue != "oximeter" else { continue }
            let received = heartRates.reduce(0) { $0 + $1.value.rrIntervals.count }
            #expect(tally.intervalsSent + tally.intervalsRepeated == received)
            #expect(tally.intervalsLost >= dropped.reduce(0) { $0 + $1.intervals })
        }
    }

    @Test("without faults the intervals on the air are the intervals of the heart, every one, in order")
    func everyInterval() throws {
        var scenario = Scenario.single(.strap, minutes: 20)
        scenario.sensors[0].heart = with(HeartParameters()) { $0.heartRate = 150 }
        let run = try Run(scenario)
        let sent = run.heartRates(.sensor(1)).flatMap(\.value.rrIntervals).map { Int64($0) }
        let beats = run.beats(.sensor(1)).map(\.interval)
        let tally = try #require(run.summary(.sensor(1)))
        #expect(sent.count == tally.intervalsSent)
        // The beats before the subscription, and those after the last measurement, are not sent; the first beat of all
        // ends no interval that the strap could have measured.
        #expect(tally.intervalsSent + tally.intervalsLost == beats.count - 1)
        let first = try #require(beats.indices.first { beats[$0...].starts(with: sent) })
        #expect(first <= 10)
        #expect(first + sent.count >= beats.count - 5)
    }

    @Test("a packet carries the intervals completed since the one before, and their beats are at most a period old")
    func latency() throws {
        let run = try Run(.single(.strap))
        let beats = run.beats(.sensor(1))
        let packets = run.heartRates(.sensor(1)).filter { !$0.value.rrIntervals.isEmpty }
        var index = try #require(
            beats.indices.first { beats[$0].interval == Int64(packets[0].value.rrIntervals[0]) })
        for packet in packets {
            for interval in packet.value.rrIntervals {
                #expect(beats[index].interval == Int64(interval))
                #expect(packet.time - beats[index].time > 0)
                #expect(packet.time - beats[index].time < 1_200_000)
                index += 1
            }
        }
    }

    @Test("one interval a packet means more packets, not lost intervals")
    func oneInterval() throws {
        var scenario = Scenario.single(.strap)
        scenario.sensors[0].heart = with(HeartParameters()) { $0.heartRate = 180 }
        let many = try Run(scenario)
        scenario.sensors[0].strap.intervalsMax = 1
        let single = try Run(scenario)
        let packets = single.heartRates(.sensor(1))
        #expect(packets.allSatisfy { $0.value.rrIntervals.count <= 1 })
        #expect(
            packets.flatMap(\.value.rrIntervals) == many.heartRates(.sensor(1)).flatMap(\.value.rrIntervals))
    }

    @Test("what happens to one sensor changes neither another sensor nor its own heart")
    func independence() throws {
        var scenario = try Fixture.scenario("quick")
        scenario.episodes = []
        scenario.random = []
        let calm = try Run(scenario)
        scenario.episodes = [
            Episode(.malformed, sensor: .sensor(1), at: .minutes(1), duration: .minutes(1)),
            Episode(.motion, sensor: .sensor(1), at: .minutes(3), duration: .minutes(1)),
            Episode(.linkLoss, sensor: .sensor(1), at: .minutes(5), duration: .minutes(1)),
        ]
        let rough = try Run(scenario)
        #expect(calm.beats(.sensor(1)).map(\.interval) == rough.beats(.sensor(1)).map(\.interval))
        #expect(
            calm.packets(.sensor(2), .plxContinuousMeasurement).map(\.bytes)
                == rough.packets(.sensor(2), .plxContinuousMeasurement).map(\.bytes))
        scenario.sensors.removeFirst()
        scenario.episodes = []
        let alone = try Run(scenario)
        #expect(alone.events == calm.events.filter { $0.sensor == .sensor(2) })
    }

    @Test("sensors of one subject share a heart, copy by copy")
    func subjects() throws {
        var strap = SensorSpecification(address: .sensor(0x10))
        strap.copies = 2
        strap.subject = "patient"
        strap.heart = with(HeartParameters()) { $0.heartRate = 80 }
        var oximeter = SensorSpecification(address: .sensor(0x20), kind: .oximeter)
        oximeter.copies = 2
        oximeter.subject = "patient"
        var scenario = Scenario(duration: .minutes(5), sensors: [strap, oximeter])
        scenario.random = [
            RandomEpisodes(Episode(.atrialFibrillation, duration: .seconds(30)), every: .seconds(70))
        ]
        let run = try Run(scenario)
        let intervals = [0x10, 0x11, 0x20, 0x21].map { run.beats(.sensor($0)).map(\.interval) }
        #expect(intervals[0] == intervals[2])
        #expect(intervals[1] == intervals[3])
        #expect(intervals[0] != intervals[1])
        let episodes = [0x10, 0x20].map { sensor in
            run.episodes(.atrialFibrillation, of: .sensor(sensor)).map { [$0.begin, $0.end] }
        }
        #expect(episodes[0] == episodes[1])
        #expect(!episodes[0].isEmpty)
    }

    @Test("copies count their addresses up and differ in everything else")
    func copies() throws {
        var scenario = try Fixture.scenario("thousand-sensors")
        scenario.duration = .seconds(5)
        var first: [SensorAddress: [UInt8]] = [:]
        for event in try Run(scenario).events {
            guard case .value(let sensor, .serialNumber, let bytes) = event.kind else { continue }
            first[sensor] = bytes
        }
        #expect(first.count == 1_000)
        #expect(Set(first.values).count == 1_000)
        #expect(first.keys.max()?.description == "C0:00:00:02:01:F3")
        #expect(first.keys.min()?.description == "C0:00:00:01:00:00")
    }
}

extension SensorEvent {
    /// The sensor it is about; nil for the gateway's clock.
    var sensor: SensorAddress? {
        switch kind {
        case .value(let sensor, _, _), .linkUp(let sensor), .linkDown(let sensor, _): sensor
        case .clock: nil
        }
    }
}
