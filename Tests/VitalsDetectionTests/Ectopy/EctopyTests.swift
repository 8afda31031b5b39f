import Testing
import VitalsDetection
import VitalsModel
import VitalsTestKit

@Suite("Ectopy")
struct EctopyTests {
    @Test("the 20 % rule marks what hrv-analysis throws out, on 300 random lists and on equality")
    func malik() {
        var random = SplitMix64(seed: 1)
        for _ in 0..<300 {
            let unit = random.int(1...8)
            let rr = (0..<200).map { _ in UInt16(random.int(60...180) * unit) }
            #expect(EctopyScenario.play(rr).map(\.isMalikEctopic) == EctopyScenario.malik(rr))
        }
        #expect(
            EctopyScenario.play([1_000, 1_200, 1_441, 1_000]).map(\.isMalikEctopic) == [false, false, true, false])
        #expect(EctopyScenario.play([1_000, 800, 639]).map(\.isMalikEctopic) == [false, false, true])
    }

    @Test("every premature beat of a sinus rhythm is found, and no other beat")
    func premature() {
        let rr = EctopyScenario.rhythm(600, everyNth: 17, from: 30, seed: 2)
        let found = EctopyScenario.play(rr).enumerated().filter { $0.element.decision == .premature }.map(\.offset)
        #expect(found == Array(stride(from: 30, to: 599, by: 17)))
    }

    @Test("a sinus rhythm with a deep breathing swing has no premature beat")
    func breathing() {
        let rr = CleaningScenario.sinus(2_000, swing: 130, noise: 10, seed: 3)
        #expect(EctopyScenario.play(rr).allSatisfy { $0.decision != .premature })
    }

    @Test("bigeminy and trigeminy are told with their third cycle, at their own period only")
    func patterns() {
        for (period, pattern) in [(2, EctopyPattern.bigeminy), (3, .trigeminy), (4, .none)] {
            let outputs = EctopyScenario.play(EctopyScenario.rhythm(200, everyNth: period, from: 40, seed: 4))
            #expect(outputs[60..<190].allSatisfy { $0.decision == .premature || $0.decision == .normal })
            let premature = outputs.enumerated().filter { $0.element.decision == .premature }.map(\.offset)
            #expect(premature == Array(stride(from: 40, to: 199, by: period)))
            #expect(outputs[60..<190].allSatisfy { $0.pattern == pattern })
            #expect(outputs[0..<40].allSatisfy { $0.pattern == .none })
            let first = outputs.firstIndex { $0.pattern != .none }
            #expect(first == (pattern == .none ? nil : 40 + 2 * period))
        }
    }

    @Test("in an irregular rhythm only beats that are far early with a pause are premature")
    func irregular() {
        var random = SplitMix64(seed: 5)
        let rr = (0..<800).map { _ in UInt16(random.int(520...1_000)) }
        let outputs = EctopyScenario.play(rr)
        #expect(outputs.dropFirst(100).allSatisfy { $0.isIrregular })
        #expect(
            outputs.enumerated().dropFirst(100).allSatisfy { index, output in
                guard output.decision == .premature, let baseline = output.baseline, let next = output.next else {
                    return output.decision == .normal
                }
                return Int(rr[index]) * 4 < Int(baseline) * 3 && Int(next) * 4 > Int(rr[index]) * 5
            })
    }

    @Test("a rate that jumps up is ectopy for forty beats and then the rhythm")
    func newRate() {
        let rr = [UInt16](repeating: 1_000, count: 60) + [UInt16](repeating: 600, count: 200)
        let premature = EctopyScenario.play(rr).enumerated().filter { $0.element.decision == .premature }.map(\.offset)
        #expect(premature == Array(60..<100))
    }

    @Test("the judgement of a beat comes with the next interval, with the beat's own time, exactly once")
    func delay() {
        var detector = Ectopy()
        let rr = EctopyScenario.rhythm(100, everyNth: 9, from: 20, seed: 6)
        var ticks: Int64 = 0
        var last: MonotonicTime?
        for (index, interval) in rr.enumerated() {
            ticks += Int64(interval)
            let time = CleaningScenario.time(ticks)
            let output = detector.judge(rr: interval, at: time)
            #expect(output?.time == last && output?.rr == (index > 0 ? rr[index - 1] : nil))
            last = time
        }
        #expect(detector.gap(until: CleaningScenario.time(ticks))?.time == last)
        #expect(detector.gap(until: CleaningScenario.time(ticks)) == nil)
    }

    @Test("the first three beats are refused, and a gap keeps the baseline but ends patterns and the 20 % rule's chain")
    func chains() {
        var detector = Ectopy()
        let first = EctopyScenario.play(EctopyScenario.rhythm(60, everyNth: 2, from: 10, seed: 7), &detector)
        #expect(first.prefix(4).map(\.refusal) == [.warmingUp, .warmingUp, .warmingUp, nil])
        #expect(first.last?.pattern == .bigeminy)
        let second = EctopyScenario.play([500, 900], &detector)
        #expect(second.map(\.refusal) == [nil, nil])
        #expect(second.map(\.pattern) == [.none, .none])
        #expect(second.map(\.isMalikEctopic) == [false, true])
        #expect(second.first?.decision == .premature)
    }

    @Test("an interval of 0 is refused in its turn and breaks the chain")
    func zero() {
        let outputs = EctopyScenario.play([800, 810, 790, 800, 0, 500, 900])
        #expect(outputs.map(\.refusal) == [.warmingUp, .warmingUp, .warmingUp, nil, .invalidValue, nil, nil])
        #expect(outputs[3].next == nil)
        #expect(outputs.map(\.isMalikEctopic) == [false, false, false, false, false, false, true])
    }

    @Test("the burden is the share of premature beats in five minutes of data time, told once")
    func burden() {
        let rr = EctopyScenario.rhythm(1_300, everyNth: 10, from: 40, seed: 8)
        let outputs = EctopyScenario.play(rr)
        let burdens = outputs.compactMap(\.burden)
        #expect(burdens.map(\.start.microseconds) == [0, 300_000_000, 600_000_000])
        for burden in burdens {
            let within = outputs.filter { burden.start <= $0.time && $0.time < burden.end && $0.refusal == nil }
            let premature = within.filter { $0.decision == .premature }.count
            #expect(Int(burden.beats) == within.count && Int(burden.premature) == premature)
            #expect(burden.thousandths.map(Int.init) == (premature * 1_000 + within.count / 2) / within.count)
        }
        #expect(burdens.last?.thousandths.map { (95...105).contains($0) } ?? false)
    }

    @Test("no interval of the field traps, the extremes included")
    func extremes() {
        let rr: [UInt16] = (0..<3_000).map { [1, 65_535, 800, 0, 1, 65_535, 32_768][$0 * $0 % 7] }
        let widest = Ectopy.Configuration(
            earlyShare: .max, pausedEarlyShare: .max, pauseShare: .max, regularTolerance: .max, irregularShare: .max)
        #expect(EctopyScenario.play(rr).count == rr.count)
        #expect(EctopyScenario.play(rr, widest).count == rr.count)
        var detector = Ectopy()
        _ = detector.judge(rr: 800, at: MonotonicTime(microseconds: .max))
        #expect(detector.judge(rr: 800, at: MonotonicTime(microseconds: .min)) != nil)
        #expect(detector.judge(rr: 800, at: MonotonicTime(microseconds: 0))?.time.microseconds == .min)
    }

    @Test("the trace names its members in order, the burden's among them when five minutes ended")
    func trace() {
        let outputs = EctopyScenario.play(EctopyScenario.rhythm(500, everyNth: 2, from: 40, seed: 9))
        let last = outputs.first { $0.burden != nil }
        var members: [String] = []
        var values: [String: Int64] = [:]
        last?.trace {
            members.append($0)
            values[$0] = $1
        }
        #expect(members == members.sorted() && members.count == 15)
        #expect(values["patternBeats"] == 2 && values["burdenEndMicroseconds"] == 300_000_000)
        #expect(Ectopy.identity.description == "ectopy/1")
        #expect(Set(outputs.map(\.decisionName)) == ["not-assessed", "normal", "premature"])
    }
}
