import Testing
import VitalsDetection
import VitalsModel
import VitalsTestKit

@Suite("Pauses, and what holds of all rate rules")
struct RateRulesTests: RateRulesSuite {
    @Test("an RR of 3 s is a pause when notifications came all the while, one unit less is not")
    func pauseIsExact() {
        var rules = steady(seconds: 6)
        #expect(rules.judge(empty(6)).pause == .absent)
        #expect(rules.judge(empty(7)).pause == .absent)
        let output = rules.judge(beat(8, [3_072]))
        #expect(output.pause == .present)
        #expect(output.decisionName == "pause")
        #expect(output.longestInterval == 3_072)
        var other = steady(seconds: 6)
        _ = other.judge(empty(6))
        _ = other.judge(empty(7))
        #expect(other.judge(beat(8, [3_071])).pause == .absent)
    }

    @Test("an RR of 3 s after a gap of notifications is a lost signal, not a pause")
    func gapIsNoPause() {
        var rules = steady(seconds: 6)
        let output = rules.judge(beat(9, [3_072, 900]))
        #expect(output.pause == .notAssessed(.signalLost))
        #expect(output.asystole == .notAssessed(.signalLost))
        #expect(output.decisionName == "not-assessed")
    }

    @Test("an RR of 4 s that spans a loss of contact is a lost signal")
    func lostContactIsNoPause() {
        var rules = steady(seconds: 6)
        #expect(rules.judge(empty(6, contact: .notDetected)).refusal == .sensorOff)
        #expect(rules.judge(empty(7)).pause == .notAssessed(.notEnoughBeats))
        #expect(rules.judge(beat(8, [4_200])).pause == .notAssessed(.signalLost))
        for second in 9..<13 { #expect(rules.judge(beat(second, [1_000])).pause == .absent) }
        // It began 3 s after contact was back, and the sensor's delay is 2 s.
        #expect(rules.judge(beat(14, [3_072])).pause == .present)
    }

    @Test("a pause that began less than the reporting delay of 2 s after the stream did is a lost signal")
    func reportingDelayIsWaitedFor() {
        for (end, verdict) in [(4, RateRules.Verdict.notAssessed(.signalLost)), (5, .present)] {
            var rules = RateRules()
            for second in 0..<end { _ = rules.judge(empty(second)) }
            #expect(rules.judge(beat(end, [3_072])).pause == verdict)
        }
    }

    @Test("intervals from before the stream began enter no mean rate")
    func earlierIntervalsAreNotCounted() {
        var rules = RateRules()
        let output = rules.judge(beat(0, [1_600, 1_600, 1_600, 1_600, 1_600, 1_600]))
        #expect(output.bradycardia == .notAssessed(.notEnoughBeats))
        #expect(output.bradycardiaTicks == 0)
        #expect(rules.judge(beat(2, [1_600])).bradycardiaTicks == 1_600)
    }

    @Test("one lost notification does not make a pause a lost signal")
    func oneLossIsForgiven() {
        var rules = steady(seconds: 6)
        _ = rules.judge(empty(6))
        #expect(rules.judge(beat(8, [3_100])).pause == .present)
    }

    @Test("an interruption by the engine ends all conditions with its reason")
    func interrupted() {
        var rules = steady(seconds: 6)
        for second in 6..<12 { _ = rules.judge(empty(second)) }
        #expect(rules.interrupt(.linkDown).refusal == .linkDown)
        #expect(rules.judge(empty(12)).asystole == .notAssessed(.notEnoughBeats))
    }

    @Test("any packet at any time is judged without a trap")
    func garbageIsJudged() {
        var random = SplitMix64(seed: 7)
        var rules = RateRules(
            configuration: .init(
                bradycardiaLimit: .max, bradycardiaBeats: .max, tachycardiaLimit: 0, tachycardiaBeats: .min,
                hysteresis: .max))
        var present = 0
        for _ in 0..<20_000 {
            let time = random.int(0...3) == 0 ? Int64(bitPattern: random.next()) : Int64(random.int(0...100)) * 500_000
            let output = rules.judge(
                SignalNotification(
                    time: MonotonicTime(microseconds: time),
                    contact: SensorContact.allCases[random.int(0...2)],
                    validity: SignalValidity.allCases[random.int(0...3)],
                    value: random.int(0...4) == 0 ? nil : Int32(truncatingIfNeeded: random.next()),
                    rrIntervals: (0..<random.int(0...9)).map { _ in UInt16(truncatingIfNeeded: random.next()) }))
            if output.decisionName != "not-assessed" { present += 1 }
        }
        #expect(present > 0)
    }
}
