import Testing
import VitalsDetection
import VitalsModel

@Suite("When the rate rules believe in a slow heart")
struct BradycardiaDoubtTests: RateRulesSuite {
    /// A steady heart, a pause of 3.4 s, and then packets of one interval each, one a second.
    private func afterPause(_ intervals: [UInt16]) -> [RateRules.Verdict] {
        var rules = RateRules()
        for second in 0..<20 { _ = rules.judge(beat(second, [950 + UInt16(second % 3) * 20])) }
        _ = rules.judge(beat(20, [1_030]))
        for second in 21..<23 { _ = rules.judge(empty(second)) }
        _ = rules.judge(beat(23, [3_463]))
        return intervals.enumerated().map { rules.judge(beat(24 + $0.offset, [$0.element])).bradycardia }
    }

    @Test("no bradycardia begins with a pause and a frozen packet of a normal interval")
    func frozenAfterPause() {
        #expect(!afterPause([1_069, 1_069, 1_069, 1_069]).contains(.present))
        // The same rate in intervals that differ is one.
        #expect(afterPause([1_069, 1_070, 1_069, 1_071]).contains(.present))
    }

    @Test("eight slow intervals on end are no beats missed now and then, whatever motion had made of those before")
    func steadyAfterMotion() {
        // Beats of 1.7 s, of which motion makes two each, in three places.
        let motion: [UInt16] = [1_700, 860, 840, 1_690, 1_710, 850, 850, 1_700, 845, 855]
        let steady: [UInt16] = [1_712, 1_690, 1_705, 1_698, 1_709, 1_694, 1_703, 1_700]
        for count in 1...8 {
            var strap = Strap()
            _ = strap.play(motion)
            let verdict = strap.play(Array(steady.prefix(count))).bradycardia
            #expect((verdict == .present) == (count == 8), "after \(count) intervals")
        }
    }
}
