import Testing
import VitalsDetection
import VitalsModel

@Suite("Extreme bradycardia and tachycardia")
struct ExtremeRateRuleTests: RateRulesSuite {
    @Test("a missed beat makes one long interval, and no bradycardia: two of five are refused, five slow ones are not")
    func missedBeats() {
        var strap = Strap()
        #expect(strap.play([1_330, 1_300, 1_340, 1_310, 1_320]).bradycardia == .absent)
        // 45 bpm with a beat missed: 7,950 units in 5 intervals are 39 bpm.
        #expect(strap.play([2_680]).bradycardia == .notAssessed(.questionableSignal))
        #expect(strap.play([1_310, 2_630]).bradycardia == .notAssessed(.questionableSignal))
        #expect(strap.play([1_800, 1_790, 1_820, 1_810, 1_800]).bradycardia == .present)
    }

    @Test("a strap that misses every second beat again and again is doubted, however sinus arrhythmia moves them")
    func skippedBeats() {
        var strap = Strap()
        let alternating: [UInt16] = [
            1_150, 1_180, 2_330, 1_240, 2_601, 1_237, 1_187, 2_620, 1_135, 2_630, 1_149, 2_608, 1_210, 2_590,
        ]
        for interval in alternating { #expect(strap.play([interval]).bradycardia != .present, "\(interval)") }
        // Five on end, after a few single ones.
        var other = Strap()
        let skipping: [UInt16] = [
            798, 1_734, 835, 815, 787, 1_687, 842, 801, 1_647, 1_568, 1_729, 1_566, 1_590,
        ]
        for interval in skipping { #expect(other.play([interval]).bradycardia != .present, "\(interval)") }
        // A block that halves the rate from one beat to the next has no such history.
        var blocked = Strap()
        _ = blocked.play([835, 815, 787, 842, 801, 822, 840, 815])
        #expect(blocked.play([1_690, 1_650, 1_720, 1_700, 1_680]).bradycardia == .present)
    }

    @Test("extreme bradycardia is a mean of 5 beats below 40 bpm and ends at 42")
    func bradycardia() {
        var strap = Strap()
        let feed = { (interval: UInt16, count: Int) -> RateRules.Verdict in
            strap.play([UInt16](repeating: interval, count: count)).bradycardia
        }
        #expect(feed(1_536, 4) == .notAssessed(.notEnoughBeats))
        #expect(feed(1_536, 1) == .absent)
        #expect(feed(1_537, 1) == .present)
        // 41 bpm is 1499 units: within the hysteresis.
        #expect(feed(1_499, 3) == .present)
        #expect(feed(1_498, 2) == .present)
        #expect(feed(1_460, 5) == .absent)
        #expect(feed(1_499, 5) == .absent)
    }

    @Test("five slow intervals alike to the last bit are flat, and no bradycardia")
    func flatIntervals() {
        var strap = Strap()
        #expect(strap.play([2_000, 2_000, 2_000, 2_000, 2_000]).bradycardia == .notAssessed(.flatSignal))
        #expect(strap.play([2_001]).bradycardia == .present)
    }

    @Test("intervals from around a lost notification enter no mean: the short ones may be those that are lost")
    func lossesAreNotAveraged() {
        var rules = RateRules()
        var second = 0
        // Bigeminy at 47 bpm, of which the notifications with short intervals are lost.
        for number in 0..<40 {
            second += 1
            if number % 2 == 0 { _ = rules.judge(beat(second, [1_800])) }
            if number % 2 == 1, number < 9 { _ = rules.judge(beat(second, [750])) }
            second += number % 2
            #expect(rules.judge(beat(second + 1, [])).bradycardia != .present)
            second += 1
        }
    }

    @Test("short and long intervals in disorder are no bradycardia, whatever their mean; a heart that becomes slow is")
    func disorder() {
        var moved = Strap()
        // Beats missed and seen twice at 48 bpm.
        let motion: [UInt16] = [1_280, 870, 1_290, 313, 1_250, 653, 1_300, 2_281, 1_600, 2_215, 951, 1_342]
        #expect(moved.play(motion).bradycardia == .notAssessed(.questionableSignal))
        var slowed = Strap()
        let slowing: [UInt16] = [
            800, 860, 802, 923, 1_075, 1_043, 1_130, 1_426, 1_406, 1_824, 1_820, 2_044, 1_754,
        ]
        #expect(slowed.play(slowing).bradycardia == .present)
    }

    @Test("extreme tachycardia is a mean of 17 beats above 140 bpm and ends at 138")
    func tachycardia() {
        var strap = Strap()
        let feed = { (interval: UInt16, count: Int) -> RateRules.Verdict in
            strap.play([UInt16](repeating: interval, count: count)).tachycardia
        }
        #expect(feed(439, 16) == .notAssessed(.notEnoughBeats))
        #expect(feed(439, 1) == .absent)
        #expect(feed(438, 17) == .present)
        #expect(feed(442, 17) == .present)
        #expect(feed(446, 17) == .absent)
        #expect(feed(442, 17) == .absent)
    }

    @Test("an interval of 0 is refused and breaks the mean rates")
    func zeroIntervalIsRefused() {
        var rules = steady(seconds: 10)
        let output = rules.judge(beat(10, [0]))
        #expect(output.pause == .notAssessed(.invalidValue))
        #expect(output.bradycardia == .notAssessed(.notEnoughBeats))
    }
}
