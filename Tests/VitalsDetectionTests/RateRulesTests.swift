import Testing
import VitalsDetection
import VitalsModel
import VitalsTestKit

@Suite("Pause, asystole, extreme rates")
struct RateRulesTests {
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

    @Test("a stream that never brought an interval has no asystole")
    func noIntervalsNoAsystole() {
        var rules = RateRules()
        for second in 0..<60 { #expect(rules.judge(empty(second)).asystole == .notAssessed(.notEnoughBeats)) }
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

    /// A strap that notifies once a second with the intervals that ended since.
    private struct Strap {
        private var rules = RateRules()
        private var second = 0
        private var ended: Int64 = 0
        private var pending: [UInt16] = []

        init() { _ = notify() }

        /// Plays intervals, and returns what the notification with the last of them came to.
        mutating func play(_ intervals: [UInt16]) -> RateRules.Output {
            for interval in intervals {
                ended += BeatInterval.span(ticks: Int64(interval)).microseconds
                while Int64(second) * 1_000_000 < ended { _ = notify() }
                pending.append(interval)
            }
            return notify()
        }

        private mutating func notify() -> RateRules.Output {
            defer {
                second += 1
                pending.removeAll()
            }
            return rules.judge(
                SignalNotification(
                    time: MonotonicTime(microseconds: Int64(second) * 1_000_000), contact: .detected,
                    value: 60_00 + Int32(second % 2) * 1_00, rrIntervals: pending))
        }
    }

    /// Rules after so many seconds of one beat a second; the last notification is at `seconds - 1`.
    private func steady(seconds: Int, contact: SensorContact = .detected) -> RateRules {
        var rules = RateRules()
        for second in 0..<seconds { _ = rules.judge(beat(second, [1_024], contact: contact)) }
        return rules
    }

    private func beat(_ second: Int, _ intervals: [UInt16], contact: SensorContact = .detected) -> SignalNotification {
        SignalNotification(time: at(second), contact: contact, value: 60_00, rrIntervals: intervals)
    }

    private func empty(_ second: Int, contact: SensorContact = .detected, rate: Int32 = 60_00) -> SignalNotification {
        SignalNotification(time: at(second), contact: contact, value: rate)
    }

    /// A rate that falls by 8 bpm a second from second 6 on, to 0.
    private func falling(_ second: Int) -> Int32 { Int32(max(0, 60 - 8 * (second - 6))) * 100 }

    private func at(_ second: Int) -> MonotonicTime { MonotonicTime(microseconds: Int64(second) * 1_000_000) }
}
