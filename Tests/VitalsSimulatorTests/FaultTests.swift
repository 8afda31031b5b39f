import Testing
import VitalsGATT
import VitalsModel
import VitalsSimulator

@Suite("Faults of the sensor, its link and the gateway's clock")
struct FaultTests {
    @Test(
        "a strap off the skin says so in the contact bits, sends 0 and no interval (lesson 22)",
        arguments: [true, false])
    func contactLoss(isSupported: Bool) throws {
        var scenario = Scenario.single(.strap, [Episode(.contactLoss, at: .minutes(2), duration: .minutes(1))])
        scenario.sensors[0].strap.contact = isSupported
        let run = try Run(scenario)
        for packet in run.heartRates(.sensor(1)).dropFirst(5) {
            let isOff = packet.time > 121_000_000 && packet.time < 180_000_000
            let isOn = packet.time < 120_000_000 || packet.time > 184_000_000
            let contact: SensorContact = isOff ? .notDetected : .detected
            if isOff || isOn { #expect(packet.value.contact == (isSupported ? contact : .unsupported)) }
            if isOff { #expect(packet.value.heartRate == 0 && packet.value.rrIntervals.isEmpty) }
            if isOn { #expect(packet.value.heartRate > 40) }
        }
        // The beats off the skin make no interval: the first after it ends none that spans the gap.
        #expect(run.heartRates(.sensor(1)).flatMap(\.value.rrIntervals).allSatisfy { $0 < 1_400 })
    }

    @Test("motion misses beats and sees some twice, while the intervals still add up to the time")
    func motion() throws {
        let episode = with(Episode(.motion, at: .minutes(2), duration: .minutes(6))) { $0.strength = 30 }
        let run = try Run(.single(.strap, [episode]))
        let tally = try #require(run.episodes(.motion).first?.tally)
        #expect(tally.missedBeats > 20 && tally.doubledBeats > 20)
        #expect(abs((tally.missedBeats + tally.doubledBeats) * 100 / tally.beats - 30) <= 7)
        let sent = run.heartRates(.sensor(1)).flatMap(\.value.rrIntervals)
        #expect(sent.contains { $0 > 1_700 } && sent.contains { $0 < 650 })
        #expect(sent.allSatisfy { $0 < 3_000 })
        let beats = run.beats(.sensor(1))
        // Sums of both from the first sent interval on differ by less than the beats at the ends.
        let difference = beats.reduce(0) { $0 + $1.interval } - sent.reduce(0) { $0 + Int64($1) }
        #expect(difference >= 0 && difference < 8 * 1_024)
    }

    @Test("dropped notifications are missing on the air and listed in the truth, each with its intervals")
    func dropped() throws {
        let episode = with(Episode(.droppedNotifications, at: .minutes(2), duration: .minutes(5))) { $0.share = 20 }
        let calm = try Run(.single(.both))
        let run = try Run(.single(.both, [episode]))
        for characteristic in [BluetoothUUID.heartRateMeasurement, .plxContinuousMeasurement] {
            let all = calm.packets(.sensor(1), characteristic)
            let left = run.packets(.sensor(1), characteristic)
            let dropped = run.dropped(.sensor(1)).filter { $0.characteristic == characteristic && $0.cause == .episode }
            #expect(abs(dropped.count - 60) < 25)
            #expect(all.map(\.time) == (left.map(\.time) + dropped.map(\.time)).sorted())
            #expect(dropped.allSatisfy { $0.time > 120_000_000 && $0.time < 420_300_000 })
        }
        let intervals = run.dropped(.sensor(1)).reduce(0) { $0 + $1.intervals }
        let tally = try #require(run.episodes(.droppedNotifications).first?.tally)
        #expect(intervals == tally.intervalsLost)
        let sent = (calm.summary(.sensor(1))?.intervalsSent ?? 0) - (run.summary(.sensor(1))?.intervalsSent ?? 0)
        #expect(sent == intervals)
    }

    @Test("a lost link goes down and up at its times, with its reason, and starts with the reads of a connection")
    func linkLoss() throws {
        let episode = with(Episode(.linkLoss, at: .minutes(3), duration: .seconds(40))) { $0.reason = "remote-user" }
        var scenario = Scenario.single(.both, [episode])
        scenario.sensors[0].device.clock = true
        let run = try Run(scenario)
        let links = run.events.filter {
            switch $0.kind {
            case .linkUp, .linkDown: true
            default: false
            }
        }
        #expect(
            links.map(\.kind).dropFirst() == [
                .linkDown(sensor: .sensor(1), reason: "remote-user"), .linkUp(sensor: .sensor(1)),
            ])
        #expect(links.map(\.stamp.monotonic.microseconds).dropFirst() == [180_000_000, 220_000_000])
        let values = run.events.filter { !links.contains($0) }
        #expect(
            !values.contains {
                $0.stamp.monotonic.microseconds >= 180_000_000 && $0.stamp.monotonic.microseconds < 220_000_000
            })
        let after = values.filter { $0.stamp.monotonic.microseconds > 220_000_000 }.prefix(9)
        let names = after.map { event -> String in
            if case .value(_, let characteristic, _) = event.kind { characteristic.description } else { "" }
        }
        #expect(names == ["2A38", "2A60", "2A29", "2A24", "2A25", "2A26", "2A19", "2A2B", "2A37"])
        let tally = try #require(run.episodes(.linkLoss).first?.tally)
        #expect(abs(tally.withheldMeasurements - 40) <= 1)
        #expect(tally.intervalsLost > 30)
        // The packet on its way when the link went down may be one of the lost.
        #expect(run.dropped(.sensor(1)).allSatisfy { $0.cause != .episode })
    }

    @Test("malformed packets are too short for their flags, and the truth has what they should have been")
    func malformed() throws {
        let episode = with(Episode(.malformed, at: .minutes(1), duration: .minutes(8))) { $0.share = 25 }
        let run = try Run(.single(.both, [episode]) { $0.strap.wide = true })
        var count = 0
        for truth in run.truths {
            guard case .malformed(let characteristic, let intervals, let bytes, let intended) = truth.kind else {
                continue
            }
            count += 1
            #expect(throws: MalformedValue.self) { try CharacteristicValue.decode(characteristic, bytes.span) }
            let whole = try CharacteristicValue.decode(characteristic, intended.span)
            if case .heartRateMeasurement(let measurement) = whole.value {
                #expect(measurement.rrIntervals.count == intervals)
            }
        }
        let tally = try #require(run.episodes(.malformed).first?.tally)
        #expect(count == tally.malformedPackets)
        #expect(abs(count - 240) < 60)
    }

    @Test("a frozen sensor repeats its last packet byte for byte (lesson 21)")
    func frozen() throws {
        let run = try Run(.single(.both, [Episode(.frozen, at: .minutes(2), duration: .seconds(75))]))
        for characteristic in [BluetoothUUID.heartRateMeasurement, .plxContinuousMeasurement] {
            let packets = run.packets(.sensor(1), characteristic)
            let inside = packets.filter { $0.time > 120_400_000 && $0.time < 195_000_000 }
            #expect(inside.count >= 74)
            #expect(Set(inside.map(\.bytes)).count == 1)
            #expect(packets.last { $0.time < 120_000_000 }?.bytes == inside.first?.bytes)
        }
        let tally = try #require(run.episodes(.frozen).first?.tally)
        #expect(tally.frozenPackets == 150)
        #expect(tally.intervalsSent == 0 && tally.intervalsLost > 60)
    }

    @Test("a silent sensor keeps its link and sends nothing (lessons 17 and 19)")
    func silence() throws {
        let run = try Run(.single(.both, [Episode(.silence, at: .minutes(2), duration: .minutes(1))]))
        let times = run.events.map(\.stamp.monotonic.microseconds)
        #expect(!times.contains { $0 > 120_400_000 && $0 < 180_000_000 })
        #expect(times.contains { $0 > 180_000_000 && $0 < 181_500_000 })
        let downs = run.events.filter { if case .linkDown = $0.kind { true } else { false } }
        #expect(downs.isEmpty)
        #expect(try #require(run.episodes(.silence).first?.tally).withheldMeasurements == 60)
    }

    @Test("a step of the gateway's clock moves wall stamps and never the monotonic ones (lesson 29)")
    func clockStep() throws {
        let step = with(Episode(.clockStep, at: .minutes(5))) {
            $0.step = .seconds(-90)
            $0.synchronised = false
        }
        let scenario = Scenario.single(.strap, [step])
        let run = try Run(scenario)
        for event in run.events {
            let time = event.stamp.monotonic.microseconds
            let isAfter = time >= 300_000_000
            #expect(event.stamp.wall.microseconds == scenario.start.microseconds + time - (isAfter ? 90_000_000 : 0))
            #expect(event.stamp.isSynchronised == !isAfter)
        }
        let clock = run.events.filter { $0.sensor == nil }
        #expect(clock.map(\.kind) == [.clock(stepMicroseconds: -90_000_000, isSynchronised: false)])
        #expect(run.truths.filter { $0.sensor == nil }.count == 3)
    }

    @Test("a gateway without time stamps what comes as unsynchronised until the step (lesson 29)")
    func unsynchronised() throws {
        let episode = with(Episode(.unsynchronisedClock, at: .seconds(0), duration: .minutes(2))) {
            $0.step = .hours(1_000)
        }
        var scenario = Scenario.single(.oximeter, [episode])
        scenario.start = WallTime(rfc3339: "2026-01-01T00:00:00Z") ?? scenario.start
        scenario.sensors[0].device.clock = true
        let run = try Run(scenario)
        #expect(run.events.first?.kind == .clock(stepMicroseconds: 0, isSynchronised: false))
        #expect(run.events.first?.stamp.isSynchronised == false)
        for event in run.events {
            let isSynchronised = event.stamp.monotonic.microseconds >= 120_000_000
            #expect(event.stamp.isSynchronised == isSynchronised)
        }
        // The sensor's clock has been right all along.
        let reading = try #require(run.packets(.sensor(1), .currentTime).first)
        let time = try #require(CurrentTime.decode(reading.bytes).value.microsecondsSinceEpoch)
        #expect(abs(time - (scenario.start.microseconds + 3_600_000_000_000 + reading.time)) < 500_000)
    }

    @Test("a sensor's clock drifts, and its measurements come as much faster (lesson 27)")
    func drift() throws {
        var scenario = Scenario.single(.oximeter, minutes: 120)
        scenario.sensors[0].device.clock = true
        scenario.sensors[0].device.clockDrift = 1_000
        scenario.sensors[0].device.clockReadEvery = .minutes(30)
        let run = try Run(scenario)
        let offsets = try run.packets(.sensor(1), .currentTime).map { packet in
            try #require(CurrentTime.decode(packet.bytes).value.microsecondsSinceEpoch)
                - scenario.start.microseconds - packet.time
        }
        #expect(offsets.count == 4)
        for (number, offset) in offsets.enumerated() {
            #expect(abs(offset - Int64(number) * 1_800_000) < 150_000)
        }
        #expect(abs(run.oximetry(.sensor(1)).count - 7_205) <= 2)
    }

    @Test("the battery is read at its interval and drains at its rate")
    func battery() throws {
        var scenario = Scenario.single(.strap, minutes: 180)
        scenario.sensors[0].device.battery = 50
        scenario.sensors[0].device.batteryDrain = 6
        scenario.sensors[0].device.batteryReadEvery = .minutes(30)
        let levels = try Run(scenario).packets(.sensor(1), .batteryLevel).map(\.bytes)
        #expect(levels == [[50], [47], [44], [41], [38], [35]])
    }

    @Test("notifications come at the period, in connection events, a few of them late")
    func timing() throws {
        let run = try Run(.single(.strap, minutes: 60))
        let times = run.packets(.sensor(1), .heartRateMeasurement).map(\.time)
        let gaps = zip(times, times.dropFirst()).map { $1 - $0 }
        #expect(gaps.allSatisfy { $0 > 850_000 && $0 < 1_150_000 })
        #expect(Set(gaps).count > 20)
        let late = gaps.filter { $0 > 1_040_000 }.count
        #expect(late > 5 && late < 60)
        #expect(abs((times.last ?? 0) - (times.first ?? 0) - Int64(gaps.count) * 1_000_000) < 200_000)
    }

    @Test("energy is reported in every tenth packet, in kilojoule, and never falls (lesson 23)")
    func energy() throws {
        let run = try Run(.single(.strap, minutes: 30) { $0.strap.energyExpended = true })
        let packets = run.heartRates(.sensor(1))
        let reports = packets.enumerated().filter { $0.element.value.energyExpended != nil }
        #expect(reports.allSatisfy { $0.offset % 10 == 9 })
        let energies = reports.compactMap(\.element.value.energyExpended)
        #expect(zip(energies, energies.dropFirst()).allSatisfy { $0 <= $1 })
        #expect(abs(Int(energies.last ?? 0) - 130) < 15)
    }
}
