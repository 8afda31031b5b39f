import Foundation
import Testing
import VitalsDetection
import VitalsModel
import VitalsTestKit

@Suite("Atrial fibrillation")
struct AtrialFibrillationTests {
    @Test("the table of c · log2 c is the nearest 2^-20 to a double-precision logarithm, for every count")
    func tableIsNearest() {
        #expect(CountLogarithm.table.count == 256)
        for (count, entry) in CountLogarithm.table.enumerated() {
            let exact = count == 0 ? 0 : Double(count) * log2(Double(count)) * Double(CountLogarithm.scale)
            #expect(entry == Int64(exact.rounded()), "\(count)")
            // Far enough from a half for either computation's error.
            #expect(abs(exact - exact.rounded(.down) - 0.5) > 1e-4, "\(count)")
        }
        #expect(CountLogarithm.table[127] == 930_677_213)
    }

    @Test("a steady heart has one word and no entropy")
    func steadyHeart() throws {
        var detector = AtrialFibrillation()
        for beat in 0..<128 {
            #expect(detector.judge(rr: 900, at: at(beat)).decision == .notAssessed(.warmingUp))
        }
        let output = detector.judge(rr: 900, at: at(128))
        #expect(output.decision == .absent)
        #expect(output.centred == .absent)
        let evidence = try #require(output.evidence)
        #expect(evidence.words.distinct == 1)
        #expect(evidence.words.entropy == 0)
        #expect(evidence.words.sum == CountLogarithm.table[127])
        #expect(evidence.beats.shifted == 0 && evidence.beats.distance == 0)
    }

    @Test("random intervals are fibrillation: the early tier says so with beat 66, the window with beat 129")
    func randomHeart() {
        var detector = AtrialFibrillation()
        var random = SplitMix64(seed: 1)
        for beat in 1...129 {
            let output = detector.judge(rr: UInt16(random.int(450...1_200)), at: at(beat))
            #expect(output.isEarly == (beat >= 66), "beat \(beat)")
            #expect(output.centred == (beat == 129 ? .present : nil))
            #expect(output.decision == (beat == 129 ? .present : .notAssessed(.warmingUp)))
        }
    }

    @Test("an interval of 0 is refused and breaks the chain of symbols")
    func zeroInterval() {
        var detector = AtrialFibrillation()
        for beat in 0..<200 { _ = detector.judge(rr: 900, at: at(beat)) }
        #expect(detector.judge(rr: 0, at: at(200)).decision == .notAssessed(.invalidValue))
        for beat in 201..<203 {
            #expect(detector.judge(rr: 900, at: at(beat)).decision == .notAssessed(.gap))
        }
        #expect(detector.judge(rr: 900, at: at(203)).decision == .absent)
    }

    @Test("a short gap breaks the chain and keeps the window, a long one empties it")
    func gaps() {
        var detector = AtrialFibrillation()
        for beat in 0..<200 { _ = detector.judge(rr: 900, at: at(beat)) }
        #expect(detector.gap(until: at(210)) == nil)
        #expect(detector.judge(rr: 900, at: at(210)).decision == .notAssessed(.gap))
        _ = detector.judge(rr: 900, at: at(211))
        #expect(detector.judge(rr: 900, at: at(212)).decision == .absent)
        _ = detector.gap(until: at(300))
        for beat in 300..<428 { #expect(detector.judge(rr: 900, at: at(beat)).decision == .notAssessed(.gap)) }
        #expect(detector.judge(rr: 900, at: at(428)).decision == .absent)
    }

    @Test("an episode is given up, not ended, by a long gap")
    func gapAbandonsTheEpisode() {
        var detector = AtrialFibrillation()
        var random = SplitMix64(seed: 2)
        for beat in 0..<300 { _ = detector.judge(rr: UInt16(random.int(450...1_200)), at: at(beat)) }
        #expect(detector.episode.isActive)
        #expect(detector.gap(until: at(400)) == .abandoned(at: at(400)))
        #expect(!detector.episode.isActive)
        #expect(detector.abandon(at: at(401)) == nil)
    }

    @Test("early beats whose pauses make up for them are no fibrillation, and the output says so")
    func compensatedEctopy() {
        // Every second beat premature with its pause, on a rate that wanders.
        var random = SplitMix64(seed: 3)
        var base = 820
        let outputs = judge(AtrialFibrillation.Configuration(), groups: 400) { _ in
            base = min(max(base + random.int(-100...100), 600), 1_100)
            let early = base * random.int(45...85) / 100
            return [early, 2 * base - early]
        }
        #expect(outputs.contains { $0.isIrregular })
        #expect(outputs.allSatisfy { $0.decision != .present && $0.centred != .present })
        #expect(Set(outputs.compactMap(\.objection)) == [.pairedBeats])
    }

    @Test("every third beat alike is trigeminy, however much it wanders")
    func trigeminy() {
        var random = SplitMix64(seed: 6)
        let outputs = judge(AtrialFibrillation.Configuration(), groups: 400) { _ in
            [820, 560, 1_150].map { $0 + random.int(-120...120) }
        }
        #expect(outputs.contains { $0.isIrregular })
        #expect(outputs.allSatisfy { $0.decision != .present && $0.centred != .present })
        #expect(Set(outputs.compactMap(\.objection)) == [.periodOfThree])
    }

    @Test("a slow heart that varies by a sixth is irregular to the words, and its rates stay near each other")
    func breathing() {
        var random = SplitMix64(seed: 7)
        let outputs = judge(AtrialFibrillation.Configuration(), groups: 800) { _ in [860 + random.int(-150...150)] }
        #expect(outputs.contains { $0.isIrregular })
        #expect(outputs.allSatisfy { $0.decision != .present && $0.centred != .present })
        #expect(Set(outputs.compactMap(\.objection)) == [.nearbyRates])
    }

    @Test("single early beats in a steady rhythm move no median of three")
    func singleEarlyBeats() {
        var random = SplitMix64(seed: 8)
        let outputs = judge(AtrialFibrillation.Configuration(threshold: 300), groups: 300) { _ in
            let early = random.int(330...640)
            return [800, 800, early, random.int(800...1_000), 800].dropLast(random.int(0...1))
        }
        #expect(outputs.contains { $0.isIrregular })
        #expect(outputs.allSatisfy { $0.decision != .present && $0.centred != .present })
        #expect(Set(outputs.compactMap(\.objection)) == [.isolatedBeats])
    }

    @Test("the early tier tells the rhythm's begin sooner than the paper does")
    func earlyTier() throws {
        func begin(_ configuration: AtrialFibrillation.Configuration) throws -> Int {
            var random = SplitMix64(seed: 9)
            let outputs = judge(configuration, groups: 600) { [$0 < 300 ? 800 : random.int(450...1_100)] }
            return try #require(outputs.firstIndex { $0.decision == .present }) - 300
        }
        let early = try begin(AtrialFibrillation.Configuration())
        #expect((30...60).contains(early))
        #expect(try begin(.published) > early + 10)
    }

    @Test("centred, the rhythm's begin and end are told within ten beats, and the paper's window misses them by more")
    func edges() throws {
        var random = SplitMix64(seed: 10)
        let outputs = judge(AtrialFibrillation.Configuration(), groups: 1_000) {
            [(300..<600).contains($0) ? random.int(450...1_100) : 800]
        }
        let delay = AtrialFibrillation().centredDelay
        let first = try #require(outputs.firstIndex { $0.centred == .present }) - delay
        let last = try #require(outputs.lastIndex { $0.centred == .present }) - delay
        #expect(abs(first - 300) <= 10 && abs(last - 599) <= 10)
        let paper = try #require(outputs.firstIndex { $0.isIrregular }) - delay
        #expect(paper - 300 > 10)
    }

    @Test("a rhythm that has begun goes on where it would not begin")
    func hysteresis() {
        var random = SplitMix64(seed: 11)
        // Wild, then tamer: rates that lie between the two gates apart.
        let options = AtrialFibrillation.Configuration(
            entry: .init(distanceMinimum: 800, shiftedShareMinimum: 450),
            stay: .init(distanceMinimum: 400, shiftedShareMinimum: 300))
        func outputs(_ wild: Int) -> [AtrialFibrillation.Output] {
            judge(options, groups: 800) { [$0 < wild ? random.int(500...1_100) : 860 + random.int(-230...230)] }
        }
        #expect(outputs(200).suffix(400).allSatisfy { $0.decision == .present })
        #expect(outputs(0).allSatisfy { $0.decision != .present })
    }

    @Test("slow fibrillation is found: 55 bpm with a spread of a fifth", arguments: [21, 22, 23, 24])
    func slowFibrillation(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        // Four uniform steps make a bell of 223/1024 s about 1117/1024 s.
        let outputs = judge(AtrialFibrillation.Configuration(), groups: 1_500) { _ in
            [1_117 + (0..<4).reduce(0) { sum, _ in sum + random.int(-193...193) }]
        }
        #expect(outputs.dropFirst(400).count { $0.decision == .present } >= 1_000)
    }

    @Test("the published configuration decides by entropy alone")
    func publishedHasNoObjections() {
        var random = SplitMix64(seed: 5)
        let outputs = judge(.published, groups: 1_000) { _ in [random.int(500...1_100)] }
        #expect(outputs.allSatisfy { $0.objection == nil && ($0.decision == .present) == $0.isIrregular })
        #expect(outputs.contains { $0.isIrregular })
    }

    @Test("any interval and any window size is judged without a trap")
    func garbageIsJudged() {
        var random = SplitMix64(seed: 4)
        for words in [Int.min, 0, 16, 255, .max] {
            var detector = AtrialFibrillation(
                configuration: .init(words: words, earlyWords: words, edgeBeats: words, edgeIrregularMinimum: words))
            var assessed = 0
            for _ in 0..<2_000 {
                let rr = UInt16(truncatingIfNeeded: random.next())
                let time = MonotonicTime(microseconds: Int64(bitPattern: random.next()))
                if random.int(0...500) == 0 { _ = detector.gap(until: time) }
                if detector.judge(rr: random.int(0...99) == 0 ? 0 : rr, at: time).refusal == nil { assessed += 1 }
            }
            #expect(assessed > 0)
        }
    }

    @Test("agrees with a float twin that counts each window anew", arguments: [(16, 1), (64, 2), (127, 3), (255, 4)])
    func agreesWithTheNaiveTwin(words: Int, seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        var detector = AtrialFibrillation(configuration: .init(words: words, earlyWords: 16))
        var symbols: [Int] = []
        var rr = 800
        for beat in 0..<1_500 {
            // Calm and wild stretches by turns, so that the entropy crosses its threshold.
            rr = beat / 200 % 2 == 0 ? min(max(rr + random.int(-25...25), 400), 1_400) : random.int(350...1_400)
            symbols.append(min(63, 12_288 / rr))
            let output = detector.judge(rr: UInt16(rr), at: at(beat))
            guard symbols.count >= words + 2 else {
                #expect(output.refusal == .warmingUp)
                continue
            }
            var counts: [[Int]: Int] = [:]
            for start in (symbols.count - words - 2)..<(symbols.count - 2) {
                counts[Array(symbols[start..<start + 3]), default: 0] += 1
            }
            let shannon = counts.values.map { Double($0) / Double(words) }.map { -$0 * log2($0) }.reduce(0, +)
            let entropy = Double(counts.count) / (Double(words) * log2(Double(words))) * shannon
            let evidence = try #require(output.evidence)
            #expect(evidence.words.distinct == counts.count)
            #expect(abs(Double(evidence.words.entropy) / 1_048_576 - entropy) < 3e-6)
            #expect(output.isIrregular == (entropy > 0.639))
        }
    }

    /// The outputs on intervals that come in groups, one a second.
    private func judge(_ configuration: AtrialFibrillation.Configuration, groups: Int, _ intervals: (Int) -> [Int])
        -> [AtrialFibrillation.Output]
    {
        var detector = AtrialFibrillation(configuration: configuration)
        return (0..<groups).flatMap(intervals).enumerated().map { beat, rr in
            detector.judge(rr: UInt16(rr), at: at(beat))
        }
    }

    private func at(_ second: Int) -> MonotonicTime { MonotonicTime(microseconds: Int64(second) * 1_000_000) }
}
