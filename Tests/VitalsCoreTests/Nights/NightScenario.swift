import VitalsModel
import VitalsSimulator
import VitalsTestKit

/// One synthesised night: a body, what befalls its heart, and what goes wrong with its sensors, all drawn from a seed.
///
/// Some nights are quiet, most have several kinds of faults, and each kind of fault has nights of its own parameters.
struct NightScenario {
    /// The strap.
    static let strap = SensorAddress(rawValue: 0xC000_0000_0001)
    /// The oximeter, on half of the nights.
    static let oximeter = SensorAddress(rawValue: 0xC000_0000_0002)

    let scenario: Scenario
    private var random: SplitMix64

    init(seed: UInt64, hours: Int64) {
        random = SplitMix64(seed: seed &* 0x9E37_79B9_7F4A_7C15 &+ 1)
        var strap = SensorSpecification(address: Self.strap)
        strap.subject = "night"
        strap.heart = Self.heart(&random)
        strap.strap.contact = random.int(0...4) > 0
        strap.strap.decay = random.int(0...1) == 0
        strap.strap.energyExpended = random.int(0...3) == 0
        strap.strap.wide = random.int(0...7) == 0
        strap.link = Self.link(&random)
        var sensors = [strap]
        if random.int(0...1) == 0 {
            var oximeter = SensorSpecification(address: Self.oximeter, kind: .oximeter)
            oximeter.subject = "night"
            oximeter.oximeter.measurementStatus = random.int(0...3) > 0
            oximeter.oximeter.deviceStatus = random.int(0...3) > 0
            sensors.append(oximeter)
        }
        var scenario = Scenario(duration: .hours(hours), sensors: sensors)
        scenario.name = "night-\(seed)"
        scenario.seed = Int64(bitPattern: seed)
        scenario.start = WallTime(microseconds: 1_795_298_400_000_000)
        scenario.random = Self.events(&random) + Self.faults(&random)
        self.scenario = scenario
    }

    private static func heart(_ random: inout SplitMix64) -> HeartParameters {
        var heart = HeartParameters()
        heart.heartRate = .whole(random.int(46...84))
        heart.drift = .whole(random.int(1...4))
        heart.circadian = .whole(random.int(0...4))
        heart.respiration = .whole(random.int(10...18))
        heart.respiratoryDepth = .whole(random.int(1...9))
        heart.variability = .whole(random.int(1...4))
        return heart
    }

    private static func link(_ random: inout SplitMix64) -> LinkParameters {
        var link = LinkParameters()
        link.period = ScenarioSpan(milliseconds: [1_000, 1_000, 1_000, 1_000, 1_000, 500, 1_500][random.int(0...6)])
        link.connectionInterval = ScenarioNumber(thousandths: [15_000, 30_000, 50_000, 100_000][random.int(0...3)])
        link.retransmitted = .whole(random.int(0...10))
        link.jitter = .whole(random.int(0...60))
        return link
    }

    /// What befalls the heart.
    private static func events(_ random: inout SplitMix64) -> [RandomEpisodes] {
        var blocks: [RandomEpisodes] = []
        if random.int(0...9) < 7 {
            var pause = Episode(.pause)
            pause.length = ScenarioSpan(milliseconds: Int64(random.int(3_000...3_900)))
            blocks.append(RandomEpisodes(pause, every: .minutes(Int64(random.int(8...40)))))
        }
        if random.int(0...9) < 6 {
            var asystole = Episode(.pause)
            asystole.length = ScenarioSpan(milliseconds: Int64(random.int(5_000...15_000)))
            blocks.append(RandomEpisodes(asystole, every: .minutes(Int64(random.int(15...80)))))
        }
        if random.int(0...9) < 6 {
            var bradycardia = Episode(.bradycardia, duration: .seconds(Int64(random.int(60...240))))
            bradycardia.heartRate = .whole(random.int(27...36))
            blocks.append(RandomEpisodes(bradycardia, every: .minutes(Int64(random.int(15...70)))))
        }
        if random.int(0...9) < 3 {
            var tachycardia = Episode(.tachycardia, duration: .seconds(Int64(random.int(30...240))))
            tachycardia.heartRate = .whole(random.int(110...190))
            blocks.append(RandomEpisodes(tachycardia, every: .minutes(Int64(random.int(40...120)))))
        }
        if random.int(0...9) < 4 {
            var fibrillation = Episode(.atrialFibrillation, duration: .seconds(Int64(random.int(120...1_800))))
            fibrillation.heartRate = .whole(random.int(60...140))
            fibrillation.irregularity = .whole(random.int(15...30))
            blocks.append(RandomEpisodes(fibrillation, every: .minutes(Int64(random.int(40...120)))))
        }
        if random.int(0...9) < 4 {
            var premature = Episode(.prematureBeats, duration: .seconds(Int64(random.int(60...900))))
            premature.perMinute = .whole(random.int(1...15))
            premature.origin = PrematureOrigin.allCases[random.int(0...1)]
            premature.pattern = PrematurePattern.allCases[random.int(0...2)]
            blocks.append(RandomEpisodes(premature, every: .minutes(Int64(random.int(20...90)))))
        }
        return blocks
    }

    /// What goes wrong with the sensors.
    private static func faults(_ random: inout SplitMix64) -> [RandomEpisodes] {
        var blocks: [RandomEpisodes] = []
        func add(
            _ kind: EpisodeKind, outOfTen: Int, seconds: ClosedRange<Int>, change: (inout Episode) -> Void = { _ in }
        ) {
            guard random.int(0...9) < outOfTen else { return }
            var episode = Episode(kind, duration: .seconds(Int64(random.int(seconds))))
            change(&episode)
            blocks.append(RandomEpisodes(episode, every: .minutes(Int64(random.int(6...60)))))
        }
        let strength = random.int(5...100)
        let share = random.int(5...60)
        add(.motion, outOfTen: 5, seconds: 10...240) { $0.strength = .whole(strength) }
        add(.contactLoss, outOfTen: 6, seconds: 2...240)
        add(.linkLoss, outOfTen: 6, seconds: 1...300)
        add(.silence, outOfTen: 5, seconds: 2...120)
        add(.frozen, outOfTen: 6, seconds: 3...400)
        add(.withheldIntervals, outOfTen: 4, seconds: 3...120)
        add(.droppedNotifications, outOfTen: 5, seconds: 10...300) { $0.share = .whole(share) }
        add(.malformed, outOfTen: 4, seconds: 10...300) { $0.share = .whole(share) }
        add(.lowPerfusion, outOfTen: 3, seconds: 30...300)
        if random.int(0...9) < 3 {
            blocks.append(RandomEpisodes(Episode(.desaturation), every: .minutes(Int64(random.int(3...30)))))
        }
        return blocks
    }
}

extension ScenarioNumber {
    fileprivate static func whole(_ number: Int) -> ScenarioNumber {
        ScenarioNumber(thousandths: Int64(number) * 1_000)
    }
}
