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
        #expect(output.distinct == 1)
        #expect(output.entropy == 0)
        #expect(output.sum == CountLogarithm.table[127])
        #expect(output.irregularBeats == 0)
    }

    @Test("random intervals are fibrillation: the early tier says so with beat 66, the window with beat 129")
    func randomHeart() {
        var detector = AtrialFibrillation()
        var random = SplitMix64(seed: 1)
        for beat in 1...129 {
            let output = detector.judge(rr: UInt16(random.int(450...1_200)), at: at(beat))
            #expect(output.isEarly == (beat >= 66), "beat \(beat)")
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

    @Test("irregularity that ectopy explains is no fibrillation, and the output says so")
    func frequentEctopy() {
        // Every third beat premature with its pause, on a rate that wanders.
        var random = SplitMix64(seed: 3)
        var base = 820
        let outputs = judge(AtrialFibrillation.Configuration(irregularShareMinimum: 0), groups: 400) { _ in
            base = min(max(base + random.int(-90...90), 500), 1_150)
            let early = base * random.int(55...75) / 100
            return [base, early, 2 * base - early]
        }
        #expect(outputs.contains { $0.isIrregular })
        #expect(outputs.allSatisfy { $0.decision != .present })
        #expect(Set(outputs.compactMap(\.objection)) == [.frequentEctopy])
    }

    @Test("a period of two is bigeminy, a slow drift is regular, under a threshold that both exceed")
    func periodOfTwo() {
        let options = AtrialFibrillation.Configuration(threshold: 20)
        // A rate that drifts by 1 % a beat between 55 and 110 bpm, with and without every second beat early.
        let drift = { (group: Int) in 560 + abs(group % 120 - 60) * 9 }
        let bigeminal = judge(options, groups: 300) { [drift($0), drift($0) * 3 / 4] }
        #expect(Set(bigeminal.compactMap(\.objection)) == [.bigeminy])
        let regular = judge(options, groups: 600) { [drift($0)] }
        #expect(Set(regular.compactMap(\.objection)) == [.regularBeats])
        #expect((bigeminal + regular).allSatisfy { $0.decision != .present })
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
            var detector = AtrialFibrillation(configuration: .init(words: words, earlyWords: words))
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
    func agreesWithTheNaiveTwin(words: Int, seed: UInt64) {
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
            #expect(output.distinct == counts.count)
            #expect(abs(Double(output.entropy) / 1_048_576 - entropy) < 3e-6)
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
