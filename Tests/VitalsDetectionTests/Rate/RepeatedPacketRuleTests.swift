import Testing
import VitalsDetection
import VitalsModel

@Suite("Repeated packets and the rate rules")
struct RepeatedPacketRuleTests: RateRulesSuite {
    @Test("a packet that froze while the rate fell stands still, and no longer tells of asystole")
    func frozenWhileFalling() {
        var rules = steady(seconds: 6)
        _ = rules.judge(empty(6, rate: 50_00))
        for second in 7..<40 { #expect(rules.judge(empty(second, rate: 37_00)).asystole != .present) }
    }

    @Test("of a sensor that repeated packets an interval that covers all the time is a pause, a shorter one is not")
    func suspended() {
        for (ticks, verdict) in [(UInt16(64_500), RateRules.Verdict.present), (9_000, .notAssessed(.signalLost))] {
            var rules = steady(seconds: 6)
            for second in 6..<62 { _ = rules.judge(empty(second)) }
            for second in 62..<68 {
                #expect(rules.suspend(empty(second), .frozenSignal).refusal == .frozenSignal)
            }
            let output = rules.judge(beat(68, [ticks]))
            #expect(output.pause == verdict)
            #expect(output.asystole == verdict)
        }
    }

    @Test("an interval at the top of its range covers whatever time there was")
    func suspendedForLong() {
        var rules = steady(seconds: 6)
        for second in 6..<62 { _ = rules.judge(empty(second)) }
        for second in 62..<300 { _ = rules.suspend(empty(second), .frozenSignal) }
        #expect(rules.judge(beat(300, [.max])).pause == .present)
        // Without notifications all the while it does not.
        var other = steady(seconds: 6)
        for second in 6..<62 { _ = other.judge(empty(second)) }
        for second in 62..<100 { _ = other.suspend(empty(second), .frozenSignal) }
        for second in 200..<210 { _ = other.suspend(empty(second), .frozenSignal) }
        #expect(other.judge(beat(210, [.max])).pause == .notAssessed(.signalLost))
    }

    @Test("a packet that repeats makes no pause and no bradycardia, however often it comes", arguments: [1, 2])
    func repeatedPackets(spacing: Int) {
        var rules = RateRules()
        for second in 0..<20 { _ = rules.judge(beat(second, second % 2 == 0 ? [2_048] : [])) }
        var pauses = 0
        _ = rules.judge(empty(20))
        if rules.judge(beat(21, [3_100])).pause == .present { pauses += 1 }
        for number in 1..<40 {
            let output = rules.judge(beat(21 + number * spacing, [3_100]))
            if output.pause == .present { pauses += 1 }
            #expect(output.bradycardia != .present, "repetition \(number)")
        }
        #expect(pauses == 1)
    }

    @Test("a repeated packet of a slow heart makes no bradycardia of its own")
    func repeatedSlowPacket() {
        var rules = RateRules()
        for second in 0..<10 { _ = rules.judge(beat(second, [1_024])) }
        for second in 10..<60 { #expect(rules.judge(beat(second, [1_600])).bradycardia != .present) }
    }

    @Test("intervals that come late and in one burst are not taken for repeated ones")
    func burst() {
        var rules = steady(seconds: 10)
        _ = rules.judge(beat(12, [1_024]))
        let output = rules.judge(
            SignalNotification(
                time: MonotonicTime(microseconds: 12_010_000), contact: .detected, value: 60_00, rrIntervals: [1_024]))
        #expect(output.decisionName == "normal")
    }

    @Test("a slow packet that repeats as seldom as its interval is long makes no bradycardia")
    func slowEcho() {
        var rules = RateRules()
        var time: Int64 = 0
        func judge(_ interval: UInt16) -> RateRules.Output {
            time += 1_500_000
            return rules.judge(
                SignalNotification(
                    time: MonotonicTime(microseconds: time), contact: .detected, value: 41_00, rrIntervals: [interval])
            )
        }
        for interval in [1_540, 1_470, 1_530, 1_490, 1_520, 1_480] as [UInt16] { _ = judge(interval) }
        for _ in 0..<20 { #expect(judge(1_577).bradycardia != .present) }
    }
}
