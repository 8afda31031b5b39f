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
        for second in 6..<9 { #expect(rules.judge(empty(second)).asystole == .absent) }
        let output = rules.judge(empty(9))
        #expect(output.asystole == .present)
        #expect(output.beatless == .seconds(4))
        #expect(output.decisionName == "asystole")
        // Once raised, a late notification does not take it back.
        let late = rules.judge(empty(11))
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
        for second in 8..<12 { #expect(rules.judge(empty(second)).asystole == .absent) }
        #expect(rules.judge(empty(12)).asystole == .present)
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

    @Test("a stream that never brought an interval has no asystole")
    func noIntervalsNoAsystole() {
        var rules = RateRules()
        for second in 0..<60 { #expect(rules.judge(empty(second)).asystole == .notAssessed(.notEnoughBeats)) }
    }

    @Test("extreme bradycardia is a mean of 5 beats below 40 bpm and ends at 42")
    func bradycardia() {
        var rules = RateRules()
        #expect(rules.judge(beat(0, [])).bradycardia == .notAssessed(.notEnoughBeats))
        var second = 1
        let feed = { (interval: UInt16, count: Int) -> RateRules.Verdict in
            var verdict = RateRules.Verdict.absent
            for _ in 0..<count {
                second += 2
                verdict = rules.judge(self.beat(second, [interval])).bradycardia
            }
            return verdict
        }
        #expect(feed(1_536, 4) == .notAssessed(.notEnoughBeats))
        #expect(feed(1_536, 1) == .absent)
        #expect(feed(1_537, 1) == .present)
        // 41 bpm is 1499 units: within the hysteresis.
        #expect(feed(1_499, 5) == .present)
        #expect(feed(1_460, 5) == .absent)
        #expect(feed(1_499, 5) == .absent)
    }

    @Test("extreme tachycardia is a mean of 17 beats above 140 bpm and ends at 138")
    func tachycardia() {
        var rules = RateRules()
        _ = rules.judge(beat(0, []))
        var second = 0
        let feed = { (interval: UInt16, count: Int) -> RateRules.Verdict in
            var verdict = RateRules.Verdict.absent
            for _ in 0..<count {
                second += 1
                verdict = rules.judge(self.beat(second, [interval])).tachycardia
            }
            return verdict
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

    private func at(_ second: Int) -> MonotonicTime { MonotonicTime(microseconds: Int64(second) * 1_000_000) }
}
