import Testing
import VitalsDetection
import VitalsModel

@Suite("Asystole")
struct AsystoleRuleTests: RateRulesSuite {
    @Test("asystole is raised while it lasts, 4 s of notifications after the last beat, and ends with a beat")
    func asystoleWhileItLasts() {
        var rules = steady(seconds: 6)
        for second in 6..<9 { #expect(rules.judge(empty(second, rate: falling(second))).asystole == .absent) }
        let output = rules.judge(empty(9, rate: falling(9)))
        #expect(output.asystole == .present)
        #expect(output.beatless == .seconds(4))
        #expect(output.decisionName == "asystole")
        // Once raised, a late notification does not take it back.
        let late = rules.judge(empty(11, rate: falling(11)))
        #expect(late.asystole == .present)
        #expect(late.beatless == .seconds(6))
        let end = rules.judge(beat(12, [6_800]))
        #expect(end.asystole == .present)
        #expect(end.pause == .present)
        #expect(rules.judge(beat(13, [900])).asystole == .absent)
    }

    @Test("a lost notification could hide a beat, so asystole is counted anew from the next one")
    func lossPutsAsystoleOff() {
        var rules = steady(seconds: 6)
        _ = rules.judge(empty(6))
        for second in 8..<12 { #expect(rules.judge(empty(second, rate: falling(second))).asystole == .absent) }
        #expect(rules.judge(empty(12, rate: falling(12))).asystole == .present)
    }

    @Test("a rate of 0 without contact detection is a lost signal, with contact it is asystole")
    func zeroRate() {
        var unsupported = steady(seconds: 6, contact: .unsupported)
        var detected = steady(seconds: 6)
        for second in 6..<12 {
            let lost = unsupported.judge(empty(second, contact: .unsupported, rate: 0))
            #expect(lost.asystole == .notAssessed(.signalLost))
            let output = detected.judge(empty(second, rate: 0))
            #expect(output.asystole == (second >= 9 ? .present : .absent))
        }
    }

    @Test("a rate that stands still without intervals is what a frozen packet sends, and no asystole until it ends")
    func heldRateIsDoubtful() {
        var rules = steady(seconds: 6)
        for second in 6..<9 { #expect(rules.judge(empty(second)).asystole == .absent) }
        for second in 9..<12 { #expect(rules.judge(empty(second)).asystole == .notAssessed(.frozenSignal)) }
        let end = rules.judge(beat(12, [6_800]))
        #expect(end.asystole == .present)
        #expect(end.pause == .present)
    }

    @Test("a site whose straps hold their rate may take it for asystole")
    func heldRateMayBeAsystole() {
        var rules = RateRules(configuration: .init(heldRateIsAsystole: true))
        for second in 0..<6 { _ = rules.judge(beat(second, [1_024])) }
        for second in 6..<9 { #expect(rules.judge(empty(second)).asystole == .absent) }
        #expect(rules.judge(empty(9)).asystole == .present)
    }

    @Test("a rate that goes on without intervals is a strap that sends none, and no asystole", arguments: [-1, 1, 7])
    func rateThatMoves(step: Int32) {
        var rules = steady(seconds: 6)
        for second in 6..<60 {
            let output = rules.judge(empty(second, rate: 60_00 + Int32(second % 3) * step * 100))
            #expect(output.asystole == (second < 9 ? .absent : .notAssessed(.notEnoughBeats)), "second \(second)")
        }
        #expect(rules.judge(beat(60, [1_000])).asystole == .absent)
    }

    @Test(
        "a rate that falls as a mean of 5 beats does without a next one has decayed, and one that rises has beats"
    )
    func decay() {
        // 60 bpm until second 5; then 5 · 60 / (4 + w), w being the time since, rounded.
        var rules = steady(seconds: 6)
        var verdicts: [RateRules.Verdict] = []
        for rate in [60_00, 50_00, 43_00, 37_00, 37_00, 37_00, 38_00] as [Int32] {
            verdicts.append(rules.judge(empty(6 + verdicts.count, rate: rate)).asystole)
        }
        #expect(verdicts[..<3].allSatisfy { $0 == .absent })
        #expect(verdicts[3..<6].allSatisfy { $0 == .present })
        #expect(verdicts[6] == .notAssessed(.notEnoughBeats))
    }

    @Test("a rate that falls by less may be one of beats that are not reported, and is no asystole")
    func slowFall() {
        var rules = steady(seconds: 6)
        for second in 6..<20 {
            let output = rules.judge(empty(second, rate: Int32(66 - second) * 100))
            #expect(output.asystole == (second < 9 ? .absent : .notAssessed(.notEnoughBeats)), "second \(second)")
        }
    }

    @Test("a slow heart whose intervals are kept back is no asystole, although its rate fell far at first")
    func slowHeartWithoutIntervals() {
        // 72 bpm and slower from beat to beat, in a mean of five: the first fall is as far as without any beat.
        var rules = steady(seconds: 6)
        for (number, rate) in ([58_00, 54_00, 54_00, 48_00, 43_00, 43_00, 38_00, 36_00] as [Int32]).enumerated() {
            #expect(rules.judge(empty(6 + number, rate: rate)).asystole != .present, "rate \(rate)")
        }
    }

    @Test("a rate that was held and then falls at once tells of something new: the time counts from there")
    func fallAfterHold() {
        var rules = steady(seconds: 6)
        for second in 6..<15 { _ = rules.judge(empty(second)) }
        // A frozen strap thaws, with a slow heart behind it.
        for second in 15..<18 { #expect(rules.judge(empty(second, rate: 31_00)).asystole != .present) }
        #expect(rules.judge(beat(18, [1_980])).asystole == .absent)
    }

    @Test("intervals of 0 are neither beats nor silence")
    func zeroIntervalsAreNoAsystole() {
        var rules = steady(seconds: 6)
        for second in 6..<30 {
            let output = rules.judge(
                SignalNotification(time: at(second), contact: .detected, value: falling(second), rrIntervals: [0]))
            #expect(output.asystole == .notAssessed(.invalidValue))
            #expect(output.pause == .notAssessed(.invalidValue))
        }
        for second in 30..<40 { #expect(rules.judge(empty(second, rate: 0)).asystole == .notAssessed(.notEnoughBeats)) }
    }

    @Test("a stream that never brought an interval has no asystole")
    func noIntervalsNoAsystole() {
        var rules = RateRules()
        for second in 0..<60 { #expect(rules.judge(empty(second)).asystole == .notAssessed(.notEnoughBeats)) }
    }
}
