import Testing
import VitalsGATT
import VitalsModel
import VitalsSimulator
import VitalsTestKit

@Suite("Scenarios at and beyond the ends of their ranges")
struct HostileScenarioTests {
    @Test("any number anywhere is played or refused, never a trap")
    func extremes() throws {
        var random = SplitMix64(seed: 11)
        var refused = 0
        for _ in 0..<400 {
            var scenario = Self.small
            let value = [Int64.min, .min + 1, -1, 0, 1, 999, 1_001, .max - 1, .max][random.int(0...8)]
            for _ in 0..<random.int(1...2) {
                Self.changes[random.int(0...(Self.changes.count - 1))](&scenario, value)
            }
            do {
                for _ in try Simulator(scenario).prefix(3_000) {}
            } catch {
                refused += 1
            }
        }
        #expect(refused > 100 && refused < 400)
    }

    @Test("random scenarios inside the ranges keep every promise")
    func inside() throws {
        var random = SplitMix64(seed: 12)
        for seed in 0..<40 {
            var scenario = Self.drawn(&random)
            scenario.seed = Int64(seed)
            let run = try Run(scenario)
            #expect(zip(run.events, run.events.dropFirst()).allSatisfy { $0.stamp.monotonic <= $1.stamp.monotonic })
            #expect(zip(run.truths, run.truths.dropFirst()).allSatisfy { $0.time <= $1.time })
            let end = scenario.duration.milliseconds * 1_000
            #expect(run.events.allSatisfy { $0.stamp.monotonic.microseconds <= end })
            for sensor in scenario.sensors {
                let tally = try #require(run.summary(sensor.address))
                let received = run.heartRates(sensor.address).reduce(0) { $0 + $1.value.rrIntervals.count }
                #expect(tally.intervalsSent + tally.intervalsRepeated == received)
                #expect(run.isUpWhenHeard(sensor.address))
                let pauses = run.beats(sensor.address).filter { $0.interval >= 3_072 }.count
                #expect(pauses == run.episodes(.pause, of: sensor.address).filter { $0.interval != nil }.count)
                #expect(run.packets(sensor.address, .heartRateMeasurement).allSatisfy { $0.bytes.count <= 20 })
            }
            let began = run.truths.filter { if case .episodeBegan = $0.kind { true } else { false } }.count
            #expect(run.episodes().count == began)
        }
    }

    private static var small: Scenario {
        var scenario = Scenario(
            duration: .seconds(30),
            sensors: [SensorSpecification(address: .sensor(1), kind: .both), SensorSpecification(address: .sensor(2))])
        scenario.sensors[0].heart = HeartParameters()
        scenario.sensors[0].device.clock = true
        scenario.episodes = [
            Episode(.desaturation, at: .seconds(1)), Episode(.pause, at: .seconds(2)),
            with(Episode(.wrongSensorClock, at: .seconds(2), duration: .seconds(9))) { $0.offset = .seconds(1) },
            with(Episode(.unsynchronisedClock, at: .seconds(0), duration: .seconds(9))) { $0.step = .seconds(1) },
            Episode(.atrialFibrillation, at: .seconds(9), duration: .seconds(9)),
        ]
        scenario.random = [RandomEpisodes(Episode(.linkLoss, duration: .seconds(3)), every: .seconds(9))]
        return scenario
    }

    /// Sets one number of the small scenario, whatever it is, to one value.
    private static let changes: [@Sendable (inout Scenario, Int64) -> Void] = [
        { $0.duration.milliseconds = $1 }, { $0.start.microseconds = $1 }, { $0.seed = $1 },
        { $0.sensors[0].copies = $1 }, { $0.sensors[0].heart?.heartRate.thousandths = $1 },
        { $0.sensors[0].heart?.drift.thousandths = $1 }, { $0.sensors[0].heart?.driftPeriod.milliseconds = $1 },
        { $0.sensors[0].heart?.circadian.thousandths = $1 }, { $0.sensors[0].heart?.respiration.thousandths = $1 },
        { $0.sensors[0].heart?.respiratoryDepth.thousandths = $1 },
        { $0.sensors[0].heart?.variability.thousandths = $1 }, { $0.sensors[0].strap.intervalsMax = $1 },
        { $0.sensors[0].oximeter.spO2.thousandths = $1 }, { $0.sensors[0].oximeter.variability.thousandths = $1 },
        { $0.sensors[0].oximeter.decimals = $1 }, { $0.sensors[0].oximeter.pulseAmplitude.thousandths = $1 },
        { $0.sensors[0].oximeter.spotCheckEvery.milliseconds = $1 }, { $0.sensors[0].link.period.milliseconds = $1 },
        { $0.sensors[0].link.connectionInterval.thousandths = $1 }, { $0.sensors[0].link.jitter.thousandths = $1 },
        { $0.sensors[0].link.retransmitted.thousandths = $1 }, { $0.sensors[0].device.battery.thousandths = $1 },
        { $0.sensors[0].device.batteryDrain.thousandths = $1 },
        { $0.sensors[0].device.batteryReadEvery.milliseconds = $1 },
        { $0.sensors[0].device.clockOffset.milliseconds = $1 }, { $0.sensors[0].device.clockDrift.thousandths = $1 },
        { $0.sensors[0].device.clockReadEvery.milliseconds = $1 },
        { $0.episodes[0].at = ScenarioSpan(milliseconds: $1) },
        { $0.episodes[0].fall = ScenarioSpan(milliseconds: $1) },
        { $0.episodes[0].hold = ScenarioSpan(milliseconds: $1) },
        { $0.episodes[0].depth = ScenarioNumber(thousandths: $1) },
        { $0.episodes[1].length = ScenarioSpan(milliseconds: $1) },
        { $0.episodes[2].offset = ScenarioSpan(milliseconds: $1) },
        { $0.episodes[3].step = ScenarioSpan(milliseconds: $1) },
        { $0.episodes[3].duration = ScenarioSpan(milliseconds: $1) },
        { $0.episodes[4].heartRate = ScenarioNumber(thousandths: $1) },
        { $0.random[0].at.milliseconds = $1 }, { $0.random[0].every.milliseconds = $1 },
        { $0.random[0].duration = ScenarioSpan(milliseconds: $1) }, { $0.random[0].spread.thousandths = $1 },
        { $0.random[0].episode.duration = ScenarioSpan(milliseconds: $1) },
    ]

    /// A valid scenario of three minutes with every number at random in its range, and random episodes of every kind.
    private static func drawn(_ random: inout SplitMix64) -> Scenario {
        func number(_ range: ClosedRange<Int>) -> ScenarioNumber {
            ScenarioNumber(thousandths: Int64(random.int(range)))
        }
        func span(_ range: ClosedRange<Int>) -> ScenarioSpan { ScenarioSpan(milliseconds: Int64(random.int(range))) }
        func flag() -> Bool { random.int(0...1) == 1 }
        let sensors = (1...2).map { octet in
            var sensor = SensorSpecification(
                address: .sensor(UInt64(octet)), kind: SensorKind.allCases[random.int(0...2)])
            sensor.heart = with(HeartParameters()) {
                ($0.heartRate, $0.drift, $0.circadian) = (
                    number(30_000...200_000), number(0...20_000), number(0...20_000)
                )
                ($0.respiration, $0.respiratoryDepth) = (number(4_000...60_000), number(0...20_000))
                ($0.variability, $0.driftPeriod) = (number(0...10_000), span(60_000...86_400_000))
            }
            (sensor.strap.contact, sensor.strap.wide, sensor.strap.energyExpended) = (flag(), flag(), flag())
            sensor.strap.intervalsMax = Int64(random.int(1...9))
            (sensor.oximeter.spO2, sensor.oximeter.pulseAmplitude) = (number(50_000...100_000), number(0...20_000))
            (sensor.oximeter.fast, sensor.oximeter.slow, sensor.oximeter.deviceStatus) = (flag(), flag(), flag())
            sensor.oximeter.decimals = Int64(random.int(0...1))
            (sensor.link.period, sensor.link.connectionInterval) = (span(250...10_000), number(7_500...250_000))
            (sensor.link.jitter, sensor.link.retransmitted) = (number(0...200_000), number(0...100_000))
            (sensor.device.clock, sensor.device.clockDrift) = (flag(), number(-1_000_000...1_000_000))
            return sensor
        }
        var scenario = Scenario(duration: .minutes(3), sensors: sensors)
        for kind in EpisodeKind.allCases where kind != .clockStep && kind != .unsynchronisedClock {
            var episode = Episode(kind, duration: kind == .pause || kind == .desaturation ? nil : span(1_000...30_000))
            if kind == .wrongSensorClock { episode.offset = span(-9_000_000...9_000_000) }
            scenario.random.append(
                with(RandomEpisodes(episode, every: span(5_000...120_000))) { $0.spread = number(0...90_000) })
        }
        return scenario
    }
}

extension Run {
    /// Whether a sensor was heard only while its link was up.
    fileprivate func isUpWhenHeard(_ sensor: SensorAddress) -> Bool {
        var isUp = false
        for event in events where event.sensor == sensor {
            switch event.kind {
            case .linkUp:
                if isUp { return false }
                isUp = true
            case .linkDown:
                if !isUp { return false }
                isUp = false
            default: if !isUp { return false }
            }
        }
        return true
    }
}
