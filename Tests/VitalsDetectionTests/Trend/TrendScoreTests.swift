import Testing
import VitalsDetection
import VitalsTestKit

@Suite("Trend score")
struct TrendScoreTests {
    /// A level with noise that wanders, jumps, spikes and goes quiet, at a scale.
    private static func series(seed: UInt64, count: Int, scale: Int64) -> [Int64] {
        var random = SplitMix64(seed: seed)
        var level: Int64 = 500
        var noise = 20
        return (0..<count).map { index in
            if random.int(0...299) == 0 { level += Int64(random.int(-400...400)) }
            if random.int(0...499) == 0 { noise = random.int(0...60) }
            let wave = Int64(index % 48 < 24 ? index % 48 : 48 - index % 48)
            let spike = random.int(0...399) == 0 ? 900 : 0
            return (level + wave * 5 + Int64(random.int(-noise...noise) + spike)) * scale
        }
    }

    private static func expectEqual(
        _ samples: [Int64], _ configuration: TrendScore.Configuration, sourceLocation: SourceLocation = #_sourceLocation
    ) {
        var score = TrendScore(configuration: configuration)
        var oracle = TrendOracle(
            segments: configuration.shapeSegments, rest: configuration.restSamples, delay: configuration.recordDelay,
            floorQ16: configuration.floorQ16)
        for (index, sample) in samples.enumerated() {
            let found = score.judge(sample)
            let expected = oracle.judge(sample)
            let deviations = TrendScore.Part.allCases.map { found.evidence($0)?.deviation }
            guard deviations == expected.deviations, found.scoreQ20 == expected.scoreQ20,
                found.unrestedQ20 == expected.scores.max()
            else {
                Issue.record("sample \(index) differs from the oracle", sourceLocation: sourceLocation)
                return
            }
        }
    }

    @Test("every deviation and score equals the oracle's", arguments: [UInt64(1), 2, 3])
    func oracle(seed: UInt64) {
        let samples = Self.series(seed: seed, count: 3_000, scale: [1, 65_536, -1 << 30][Int(seed) - 1])
        Self.expectEqual(samples, TrendScore.Configuration(shapeSegments: 128))
        var other = TrendScore.Configuration(shapeSegments: 256, restSamples: 7)
        other.recordDelay = [8, 64, 100][Int(seed) - 1]
        other.floorQ16 = seed == 2 ? 40 << 16 : 0
        Self.expectEqual(samples, other)
    }

    @Test("the ends of the range overflow nothing, and what lies beyond them counts as them")
    func extremes() {
        let bound = VitalsDetectionLimits.trendSample
        let beyond: [Int64] = (0..<900).map { $0 / 7 % 2 == 0 ? .min : .max }
        let within = beyond.map { min(max($0, -bound), bound) }
        var scores = [TrendScore(), TrendScore()]
        for (far, near) in zip(beyond, within) { #expect(scores[0].judge(far) == scores[1].judge(near)) }
        Self.expectEqual(within, TrendScore.Configuration(shapeSegments: 128))
    }

    /// A stream in which one thing happens at sample 3,000, and by which part it must be seen.
    private static func event(_ part: TrendScore.Part) -> [Int64] {
        var random = SplitMix64(seed: 3)
        return (0..<3_600).map { index in
            let isNow = 3_000..<3_060 ~= index
            let noise = random.int(-3...3)
            switch part {
            case .spike: return Int64(noise + (index == 3_000 ? 90 : 0))
            case .residual: return Int64(noise + (isNow ? 28 : random.int(0...99) == 0 ? 30 : 0))
            case .variability: return Int64(3_000..<3_120 ~= index ? 60 * (index % 2) - 30 : 3 * noise)
            case .shape, .longShape:
                let wave = 3_000..<3_240 ~= index ? 40 * (index / 60 % 2) : [0, 20, 40, 20][index / 24 % 4]
                return Int64(noise + wave)
            }
        }
    }

    @Test(
        "a spike, a stretch that does not fit, a restless stretch and a new course are each seen by their part",
        arguments: TrendScore.Part.allCases)
    func parts(part: TrendScore.Part) {
        var configuration = TrendScore.Configuration()
        configuration.recordDelay = 64
        var score = TrendScore(configuration: configuration)
        let outputs = Self.event(part).map { score.judge($0 << 16) }
        let least: Int64 = 576_716  // 0.55
        #expect(outputs[1_200..<3_000].allSatisfy { $0.unrestedQ20 < 629_145 })
        #expect(outputs[3_000..<3_300].contains { ($0.evidence(part)?.scoreQ20 ?? 0) > least })
        #expect(outputs[3_000..<3_300].contains { $0.scoreQ20 > least })
    }

    @Test("a deviation is let through once, and another while it rests only if it is greater (lesson 43)")
    func rest() {
        var random = SplitMix64(seed: 11)
        var score = TrendScore(configuration: TrendScore.Configuration(restSamples: 100))
        var reported: [Int] = []
        for index in 0..<700 {
            let events = [500: 14, 520: 17, 540: 70, 560: 60]
            let output = score.judge(Int64(events[index] ?? random.int(-8...8)) << 16)
            if output.scoreQ20 > 560_000, 500..<570 ~= index { reported.append(index) }
            if index == 520 { #expect(output.decisionName == "resting" && output.unrestedQ20 > 540_000) }
        }
        #expect(reported == [500, 540])
    }

    @Test("a floor stands for a record that never fades, so that noise below it is nothing new")
    func floor() {
        for (floorQ16, isSeen) in [(Int64(0), true), (20 << 16, false)] {
            var configuration = TrendScore.Configuration()
            configuration.floorQ16 = floorQ16
            var score = TrendScore(configuration: configuration)
            let greatest = (0..<400).map { score.judge($0 == 300 ? 9 << 16 : 0).scoreQ20 }.max() ?? 0
            #expect((greatest > 524_288) == isSeen)
        }
    }

    @Test("a missing sample is refused and changes nothing; too many in a row begin the means anew, the records stay")
    func missing() {
        let samples = Self.series(seed: 9, count: 700, scale: 65_536)
        var whole = TrendScore()
        var broken = TrendScore()
        for (index, sample) in samples.enumerated() {
            if index % 20 == 7 {
                for _ in 0..<16 {
                    let output = broken.judge(nil)
                    #expect(output.refusal == .gap && output.decisionName == "not-assessed" && output.sample == nil)
                }
            }
            #expect(broken.judge(sample) == whole.judge(sample))
        }
        for _ in 0..<17 { _ = broken.judge(nil) }
        let records = TrendScore.Part.allCases.prefix(3).map { [next = whole.judge(500 << 16)] in
            next.evidence($0)?.record
        }
        let after = (0..<51).map { _ in broken.judge(500 << 16) }
        #expect(TrendScore.Part.allCases.prefix(3).map { after[0].evidence($0)?.record } == records)
        #expect(after.prefix(50).allSatisfy { $0.refusal == .warmingUp && $0.scoreQ20 == 0 })
        #expect(after[50].refusal == nil)
        #expect(after[0].spike?.deviation == 0)
    }

    @Test("a constant stream is never new")
    func constant() {
        var score = TrendScore()
        for _ in 0..<1_000 {
            let output = score.judge(42 << 16)
            #expect(output.scoreQ20 == 0 && output.unrestedQ20 == 0)
        }
    }

    @Test("a trace names its members in order, and only those that were judged")
    func trace() {
        var score = TrendScore(configuration: TrendScore.Configuration(shapeSegments: 128))
        for index in 0..<900 {
            let output = score.judge(index % 5 == 3 ? nil : Int64(index % 11) << 16)
            var members: [String] = []
            output.trace { member, _ in members.append(member) }
            #expect(members == members.sorted())
            #expect(members.isEmpty == (output.sample == nil))
            #expect(members.contains("shapeQ16") == (output.shape != nil))
            #expect(members.contains("scoreQ20") == (output.refusal == nil))
        }
    }

    @Test("a configuration outside its ranges is taken as the nearer end")
    func bounds() {
        var wild = TrendScore.Configuration(shapeSegments: 1 << 40, restSamples: -5, missingSamples: -1)
        wild.recordDelay = -1
        wild.floorQ16 = .max
        var tame = TrendScore.Configuration(shapeSegments: 4_096, restSamples: 0, missingSamples: 0)
        tame.floorQ16 = VitalsDetectionLimits.trendFloor
        var scores = [TrendScore(configuration: wild), TrendScore(configuration: tame)]
        for sample in Self.series(seed: 4, count: 800, scale: 1 << 16) {
            #expect(scores[0].judge(sample) == scores[1].judge(sample))
        }
    }
}
