import Testing
import VitalsGATT
import VitalsModel
import VitalsSimulator

@Suite("Oxygen saturation and its sensor")
struct OximetryTests {
    @Test("at rest SpO2 stays about its mean and the pulse rate is the heart's")
    func rest() throws {
        let run = try Run(.single(.both, minutes: 30))
        let packets = run.oximetry(.sensor(1)).dropFirst(10)
        let saturations = packets.compactMap { number($0.value.normal.spO2) }
        #expect(saturations.count == packets.count)
        let mean = saturations.reduce(0, +) / Double(saturations.count)
        #expect(abs(mean - 97) < 0.3)
        #expect(saturations.allSatisfy { $0 >= 95 && $0 <= 99 })
        for (packet, strap) in zip(packets, run.heartRates(.sensor(1)).dropFirst(10)) {
            #expect(abs((number(packet.value.normal.pulseRate) ?? 0) - Double(strap.value.heartRate)) <= 6)
        }
        #expect(packets.allSatisfy { $0.value.validity == .valid })
    }

    @Test("a desaturation falls to its nadir, holds and comes back, and the truth has the nadir")
    func desaturation() throws {
        let episode = with(Episode(.desaturation, at: .minutes(3))) {
            ($0.depth, $0.fall, $0.hold, $0.recovery) = (12, .seconds(30), .seconds(60), .seconds(20))
        }
        var scenario = Scenario.single(.oximeter, [episode])
        scenario.sensors[0].oximeter.decimals = 1
        scenario.sensors[0].oximeter.fast = true
        scenario.sensors[0].oximeter.slow = true
        let run = try Run(scenario)
        let packets = run.oximetry(.sensor(1))
        let held = packets.filter { $0.time > 225_000_000 && $0.time < 269_000_000 }
        #expect(held.count >= 43)
        #expect(held.allSatisfy { abs((number($0.value.normal.spO2) ?? 0) - 85) < 1.6 })
        let before = packets.filter { $0.time > 10_000_000 && $0.time < 180_000_000 }
        let after = packets.filter { $0.time > 310_000_000 }
        #expect((before + after).allSatisfy { (number($0.value.normal.spO2) ?? 0) > 95 })
        // The fast pair leads and the slow pair lags on the way down.
        let falling = packets.filter { $0.time > 190_000_000 && $0.time < 209_000_000 }.map(\.value)
        #expect(
            falling.allSatisfy { value in
                guard let fast = value.fast.flatMap({ number($0.spO2) }), let normal = number(value.normal.spO2),
                    let slow = value.slow.flatMap({ number($0.spO2) })
                else { return false }
                return fast < normal && normal < slow
            })
        let nadirs = run.truths.compactMap { truth -> Int64? in
            if case .nadir(1, let spO2) = truth.kind { spO2 } else { nil }
        }
        #expect(nadirs == [8_500])
        let truth = try #require(run.episodes(.desaturation).first)
        #expect(truth.begin == 180_000_000 && truth.end == 290_000_000)
        #expect(abs(truth.tally.oximetryPackets - 110) <= 1)
    }

    @Test("an hour of apnoea has a desaturation every 90 s or so, none overlapping, all inside the hour")
    func apnoea() throws {
        let episodes = try Fixture.night.get().episodes(.desaturation, of: .sensor(3)).dropLast()
        #expect(episodes.count >= 33 && episodes.count <= 46)
        #expect(zip(episodes, episodes.dropFirst()).allSatisfy { $0.end < $1.begin })
        #expect(episodes.allSatisfy { $0.begin >= 5_400_000_000 && $0.begin < 9_000_000_000 })
        let lengths = Set(episodes.map { $0.end - $0.begin })
        #expect(lengths.count > episodes.count / 2)
    }

    @Test("low perfusion lowers the pulse amplitude and says so (lesson 21)")
    func lowPerfusion() throws {
        let run = try Run(.single(.oximeter, [Episode(.lowPerfusion, at: .minutes(2), duration: .minutes(2))]))
        for packet in run.oximetry(.sensor(1)).dropFirst(5) {
            let isInside = packet.time > 121_000_000 && packet.time < 240_000_000
            let isOutside = packet.time < 120_000_000 || packet.time > 241_000_000
            let amplitude = try #require(packet.value.pulseAmplitudeIndex.flatMap { number($0) })
            let isMarked = packet.value.deviceAndSensorStatus?.contains(.lowPerfusionDetected) == true
            if isInside { #expect(amplitude < 0.5 && isMarked && packet.value.validity.name == "questionable") }
            if isOutside { #expect(amplitude > 1.8 && !isMarked) }
        }
    }

    @Test("motion spoils its share of measurements and marks them")
    func motion() throws {
        let episode = with(Episode(.motion, at: .minutes(2), duration: .minutes(6))) { $0.strength = 40 }
        let packets = try Run(.single(.oximeter, [episode])).oximetry(.sensor(1))
        let inside = packets.filter { $0.time > 121_000_000 && $0.time < 480_000_000 }
        let spoilt = inside.filter {
            $0.value.measurementStatus?.contains(.questionableMeasurementDetected) == true
        }
        #expect(abs(spoilt.count * 100 / inside.count - 40) <= 8)
        #expect(inside.allSatisfy { $0.value.deviceAndSensorStatus?.contains(.poorSignalDetected) == true })
        #expect(spoilt.contains { (number($0.value.normal.spO2) ?? 97) < 92 })
    }

    @Test("off the finger there is no number, and the status says why (lesson 21)")
    func contactLoss() throws {
        let run = try Run(.single(.oximeter, [Episode(.contactLoss, at: .minutes(2), duration: .minutes(1))]))
        let packets = run.oximetry(.sensor(1))
        let off = packets.filter { $0.time > 121_000_000 && $0.time < 180_000_000 }.map(\.value)
        #expect(off.count >= 58)
        for value in off {
            #expect(value.normal == SpO2PR(spO2: .nan, pulseRate: .nan))
            #expect(value.pulseAmplitudeIndex == .nan)
            #expect(value.measurementStatus == .measurementUnavailable)
            #expect(value.deviceAndSensorStatus == .sensorUnconnectedToUser)
        }
        let back = packets.filter { $0.time > 180_400_000 && $0.value.normal.spO2 != .nan }.map(
            \.value.measurementStatus)
        #expect(back.prefix(4).allSatisfy { $0 == .earlyEstimatedData })
        #expect(back.dropFirst(4).allSatisfy { $0 == [.validatedData, .fullyQualifiedData] })
        #expect(packets.suffix(60).allSatisfy { $0.value.validity == .valid })
    }

    @Test("without status fields a lost contact is a NaN and nothing else")
    func bareOximeter() throws {
        var scenario = Scenario.single(
            .oximeter, [Episode(.contactLoss, at: .minutes(2), duration: .minutes(1))])
        scenario.sensors[0].oximeter.measurementStatus = false
        scenario.sensors[0].oximeter.deviceStatus = false
        scenario.sensors[0].oximeter.pulseAmplitude = 0
        let packets = try Run(scenario).packets(.sensor(1), .plxContinuousMeasurement)
        #expect(packets.allSatisfy { $0.bytes.count == 5 && $0.bytes[0] == 0 })
        #expect(packets.contains { $0.bytes == [0x00, 0xFF, 0x07, 0xFF, 0x07] })
    }

    @Test("every field together fills 20 bytes, and decimals travel in the exponent")
    func allFields() throws {
        var scenario = Scenario.single(.oximeter)
        scenario.sensors[0].oximeter.fast = true
        scenario.sensors[0].oximeter.slow = true
        scenario.sensors[0].oximeter.decimals = 1
        let run = try Run(scenario)
        let packets = run.packets(.sensor(1), .plxContinuousMeasurement).dropFirst(5)
        #expect(packets.allSatisfy { $0.bytes.count == 20 && $0.bytes[0] == 0x1F })
        #expect(
            run.oximetry(.sensor(1)).dropFirst(5).allSatisfy {
                $0.value.normal.spO2.value.number?.exponent == -1
                    && $0.value.pulseAmplitudeIndex?.value.number?.exponent == -2
            })
    }

    @Test("spot checks come at their interval, with the sensor's own time, right and wrong (lesson 29)")
    func spotChecks() throws {
        let wrong = with(Episode(.wrongSensorClock, at: .minutes(5), duration: .minutes(5))) {
            $0.offset = .hours(-24)
        }
        var scenario = Scenario.single(.oximeter, [wrong])
        scenario.start = WallTime(rfc3339: "2026-11-21T07:30:00Z") ?? scenario.start
        scenario.sensors[0].oximeter.spotCheckEvery = .minutes(2)
        scenario.sensors[0].device.clock = true
        scenario.sensors[0].device.clockOffset = .seconds(90)
        let checks = try Run(scenario).packets(.sensor(1), .plxSpotCheckMeasurement)
        #expect(checks.count == 4)
        for (number, check) in checks.enumerated() {
            let value = try PLXSpotCheckMeasurement.decode(check.bytes).value
            let time = try #require(value.deviceTime).secondsSinceEpoch
            let offset: Int64 = check.time > 300_000_000 ? 90 - 86_400 : 90
            let expected = scenario.start.microseconds / 1_000_000 + Int64(number + 1) * 120 + offset
            #expect(time - expected >= 0 && time - expected <= 1)
            #expect(value.timestamp?.civilTime?.year == 2_026)
        }
    }

    private func number(_ word: SFLOAT) -> Double? {
        word.value.number?.scaled(to: -2).map { Double($0) / 100 }
    }
}
