import Foundation
import Testing
import VitalsGATT
import VitalsModel
import VitalsSimulator

@Suite("The heart's rhythm")
struct RhythmTests {
    @Test("at rest the heart beats at its rate, with the stated variability, and never irregularly")
    func rest() throws {
        var scenario = Scenario.single(.strap, minutes: 90)
        scenario.sensors[0].heart = with(HeartParameters()) { $0.heartRate = 60 }
        let beats = try Run(scenario).beats(.sensor(1))
        let mean = Double(beats.reduce(0) { $0 + $1.interval }) / Double(beats.count)
        #expect(abs(mean - 1_024) < 15)
        let deviations = beats.map { (Double($0.interval) - mean) / mean * 100 }
        let deviation = (deviations.reduce(0) { $0 + $1 * $1 } / Double(beats.count)).squareRoot()
        // 3 % / √2 of respiration, 2 % of noise and 3 / 60 / √2 of drift: 4.6 % together.
        #expect(deviation > 3.8 && deviation < 5.4)
        #expect(entropies(of: beats.map(\.interval)).allSatisfy { $0 < 0.5 })
        #expect(beats.allSatisfy { $0.kind == .normal && $0.rhythm == .sinus })
    }

    @Test("the daily course has its trough at 04:00")
    func circadian() throws {
        var scenario = Scenario.single(.strap, minutes: 8 * 60)
        scenario.start = WallTime(rfc3339: "2026-11-21T00:00:00Z") ?? scenario.start
        scenario.sensors[0].heart = with(HeartParameters()) {
            ($0.heartRate, $0.drift, $0.circadian) = (60, 0, 10)
        }
        let beats = try Run(scenario).beats(.sensor(1))
        let counts = (0..<8).map { hour in
            beats.filter { $0.time >= hour * 3_600_000_000 && $0.time < (hour + 1) * 3_600_000_000 }.count
        }
        #expect(counts[3] < counts[0] && counts[4] < counts[7])
        #expect(abs(counts[3] - 50 * 60) < 90 && abs(counts[4] - 50 * 60) < 90)
    }

    @Test("every episode of atrial fibrillation is irregular by Zhou's entropy, and nothing else is")
    func fibrillation() throws {
        var scenario = Scenario.single(.strap, minutes: 240)
        scenario.random = [
            with(RandomEpisodes(Episode(.atrialFibrillation, duration: .minutes(8)), every: .minutes(20))) {
                $0.spread = 20
            }
        ]
        let run = try Run(scenario)
        let episodes = run.episodes(.atrialFibrillation)
        #expect(episodes.count >= 8)
        let beats = run.beats(.sensor(1))
        for episode in episodes {
            let inside = beats.filter { $0.time >= episode.begin && $0.time < episode.end }
            #expect(inside.allSatisfy { $0.rhythm == .atrialFibrillation })
            #expect(abs(Double(inside.count) / Double(episode.end - episode.begin) * 60e6 - 105) < 8)
            // The first interval began before the episode.
            #expect(entropies(of: inside.dropFirst().map(\.interval)).allSatisfy { $0 > 0.7 })
            #expect(episode.tally.beats == inside.count)
        }
        let outside = beats.filter { beat in
            !episodes.contains { beat.time >= $0.begin && beat.time < $0.end }
        }
        #expect(outside.allSatisfy { $0.rhythm == .sinus })
    }

    @Test("a pause is one interval of its length, the only one of 3 s or more, and the truth has its times")
    func pause() throws {
        let run = try Run(.single(.strap, [Episode(.pause, at: .minutes(4))]))
        let long = run.heartRates(.sensor(1)).flatMap(\.value.rrIntervals).filter { $0 >= 3_072 }
        #expect(long == [3_482])
        let pause = try #require(run.episodes(.pause).first)
        #expect(pause.interval == 3_482)
        #expect(pause.begin >= 240_000_000 && pause.begin < 242_000_000)
        #expect(abs(pause.end - pause.begin - 3_400_390) < 2)
        #expect(pause.tally.beats == 1)
        // Notifications keep coming: that is what tells a pause from a lost link.
        let during = run.heartRates(.sensor(1)).filter { $0.time > pause.begin && $0.time <= pause.end }
        #expect(during.count >= 3)
        #expect(during.dropFirst().dropLast().allSatisfy { $0.value.rrIntervals.isEmpty && $0.value.heartRate > 40 })
    }

    @Test("a pause that the end of the scenario cuts off ends without an interval")
    func pauseAtEnd() throws {
        let run = try Run(.single(.strap, [with(Episode(.pause, at: .seconds(595))) { $0.length = .seconds(20) }]))
        let pause = try #require(run.episodes(.pause).first)
        #expect(pause.interval == nil)
        #expect(pause.end == 600_000_000)
    }

    @Test("a night of motion, ectopy and bradycardia has no interval of 3 s but that of the pause episode")
    func onePause() throws {
        let run = try Fixture.night.get()
        let sensors = try Fixture.scenario("demo-night").sensors.map(\.address)
        let long = sensors.flatMap { run.heartRates($0).flatMap(\.value.rrIntervals) }.filter { $0 >= 3_072 }
        #expect(long == [3_482])
        #expect(run.episodes(.pause).map(\.interval) == [3_482])
    }

    @Test(
        "tachycardia and bradycardia reach their rate and leave it",
        arguments: [(EpisodeKind.tachycardia, 150, 62), (.bradycardia, 35, 62)])
    func rates(kind: EpisodeKind, rate: Int, base: Int) throws {
        let run = try Run(.single(.strap, [Episode(kind, at: .minutes(3), duration: .minutes(3))]))
        let packets = run.heartRates(.sensor(1))
        let inside = packets.filter { $0.time > 200_000_000 && $0.time < 345_000_000 }
        let outside = packets.filter { $0.time > 10_000_000 && $0.time < 180_000_000 || $0.time > 370_000_000 }
        #expect(inside.allSatisfy { abs(Int($0.value.heartRate) - rate) <= 6 })
        #expect(outside.allSatisfy { abs(Int($0.value.heartRate) - base) <= 12 })
        let beats = run.beats(.sensor(1)).filter { $0.time > 182_000_000 && $0.time < 358_000_000 }
        #expect(beats.allSatisfy { $0.rhythm.rawValue == kind.rawValue })
    }

    @Test("isolated premature beats come at their rate, early, and a ventricular one with a compensatory pause")
    func isolated() throws {
        let episode = with(Episode(.prematureBeats, at: .minutes(10), duration: .minutes(60))) { $0.perMinute = 6 }
        let run = try Run(.single(.strap, minutes: 80, [episode]))
        let beats = run.beats(.sensor(1))
        let premature = beats.indices.filter { beats[$0].kind == .ventricular }
        #expect(abs(premature.count - 360) < 60)
        #expect(premature.allSatisfy { beats[$0].time > 600_000_000 && beats[$0].time < 4_202_000_000 })
        for index in premature {
            let (before, early, after) = (beats[index - 1], beats[index], beats[index + 1])
            #expect(
                early.interval * 100 < before.interval * 80 || before.kind != .normal
                    || isCompensation(beats, index - 1))
            #expect(after.kind == .normal && after.interval > early.interval * 2)
        }
        let tally = try #require(run.episodes(.prematureBeats).first?.tally)
        #expect(tally.prematureBeats == premature.count)
    }

    @Test("bigeminy makes every second beat premature, trigeminy every third", arguments: [2, 3])
    func patterns(period: Int) throws {
        let episode = with(Episode(.prematureBeats, at: .minutes(2), duration: .minutes(4))) {
            $0.pattern = period == 2 ? .bigeminy : .trigeminy
            $0.origin = .atrial
        }
        let beats = try Run(.single(.strap, [episode])).beats(.sensor(1))
        let premature = beats.indices.filter { beats[$0].kind == .atrial }
        #expect(premature.count > 60)
        #expect(zip(premature, premature.dropFirst()).allSatisfy { $1 - $0 == period })
    }

    private func isCompensation(
        _ beats: [(time: Int64, kind: BeatKind, rhythm: Rhythm, interval: Int64)], _ index: Int
    ) -> Bool {
        index > 0 && beats[index - 1].kind != .normal
    }

    /// Normalised entropy of Zhou et al. 2015 (PLOS ONE 10(9):e0136544) over every 16th window of 127 words, in floats.
    private func entropies(of intervals: [Int64]) -> [Double] {
        let symbols = intervals.map { min(63, 12_288 / $0) }
        guard symbols.count >= 129 else { return [] }
        let words = (2..<symbols.count).map { symbols[$0 - 2] << 12 | symbols[$0 - 1] << 6 | symbols[$0] }
        return stride(from: 0, through: words.count - 127, by: 16).map { start in
            let counts = Dictionary(words[start..<(start + 127)].map { ($0, 1.0) }, uniquingKeysWith: +)
            let entropy = -counts.values.reduce(0) { $0 + $1 / 127 * log2($1 / 127) }
            return Double(counts.count) / (127 * log2(127)) * entropy
        }
    }
}
