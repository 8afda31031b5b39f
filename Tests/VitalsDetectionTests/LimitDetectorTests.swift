import Testing
import VitalsDetection
import VitalsModel
import VitalsTestKit

@Suite("Limits with delay")
struct LimitDetectorTests {
    @Test("SpO2 below 90 % is raised when the delay of 15 s has expired, in data time")
    func raisesAfterTheDelay() {
        var detector = LimitDetector(configuration: .spO2Low)
        for second in 0..<15 {
            #expect(detector.judge(.value(89_99), at: at(second)).decision == .pending)
        }
        let output = detector.judge(.value(89_99), at: at(15))
        #expect(output.decision == .active)
        #expect(output.transition == .raised(at: at(15)))
        #expect(output.state == .active(since: at(0)))
        #expect(output.threshold == 92_00)
    }

    @Test("the limit itself is no violation, on either side")
    func limitIsWithin() {
        var low = LimitDetector(configuration: .heartRateLow)
        var high = LimitDetector(configuration: .heartRateHigh)
        #expect(low.judge(.value(40_00), at: at(0)).decision == .within)
        #expect(low.judge(.value(39_99), at: at(1)).decision == .pending)
        #expect(high.judge(.value(130_00), at: at(0)).decision == .within)
        #expect(high.judge(.value(130_01), at: at(1)).decision == .pending)
    }

    @Test("a transition carries the time at which the delay expired, not that of a later reading")
    func transitionIsDated() {
        var detector = LimitDetector(configuration: .spO2Desaturation)
        _ = detector.judge(.value(84_00), at: at(0))
        _ = detector.judge(.value(84_00), at: at(3))
        let output = detector.judge(.value(84_00), at: MonotonicTime(microseconds: 6_400_000))
        #expect(output.transition == .raised(at: at(5)))
    }

    @Test("where the value was back when the delay expired, the next reading beyond raises")
    func raisesAtTheReading() {
        var detector = LimitDetector(configuration: .spO2Desaturation)
        for second in 0..<5 { _ = detector.judge(.value(84_00), at: at(second)) }
        #expect(detector.judge(.value(88_00), at: at(5)).decision == .pending)
        #expect(detector.judge(.value(84_00), at: at(6)).transition == .raised(at: at(6)))
    }

    @Test("five beats beyond the limit raise before ten seconds do")
    func beatsRaiseEarlier() {
        var detector = LimitDetector(configuration: .heartRateHigh)
        #expect(detector.judge(.value(150_00), at: at(0), beats: 2).beats == 2)
        #expect(detector.judge(.value(150_00), at: at(1), beats: 2).beats == 4)
        #expect(detector.judge(.value(150_00), at: at(2), beats: 1).transition == .raised(at: at(2)))
    }

    @Test("lesson 43: a value that plays around the limit makes one raise and one clear")
    func flickerMakesOneAlarm() {
        var detector = LimitDetector(configuration: .spO2Low)
        var raised = 0
        var cleared = 0
        for second in 0..<120 {
            // 89 and 91 by turns, with one reading of 95 every 20 s, and 97 for good after 100 s.
            let value: Int32 = second >= 100 ? 97_00 : second % 20 == 19 ? 95_00 : second % 2 == 0 ? 89_00 : 91_00
            switch detector.judge(.value(value), at: at(second)).transition {
            case .raised(let time):
                raised += 1
                #expect(time == at(16))
            case .cleared(let time):
                cleared += 1
                // Back since second 99, the flicker that joins the recovery, and for 3 s.
                #expect(time == at(102))
            case .abandoned, nil: break
            }
        }
        #expect(raised == 1)
        #expect(cleared == 1)
    }

    @Test("a fall that is back before its delay makes no alarm")
    func shortFallIsQuiet() {
        var detector = LimitDetector(configuration: .spO2Low)
        for second in 0..<200 {
            let value: Int32 = second % 30 < 14 ? 85_00 : 97_00
            #expect(detector.judge(.value(value), at: at(second)).transition == nil)
        }
    }

    @Test("a pending streak is not carried over more than 5 s without a reading")
    func absenceBreaksTheStreak() {
        var detector = LimitDetector(configuration: .spO2Low)
        for second in 0..<10 { _ = detector.judge(.value(80_00), at: at(second)) }
        for second in 10..<15 {
            let output = detector.judge(.absent(.questionableSignal), at: at(second))
            #expect(output.decision == .notAssessed(.questionableSignal))
            #expect(output.refusalName == "questionable-signal")
        }
        let output = detector.judge(.value(80_00), at: at(15))
        #expect(output.state == .pending(since: at(15)))
    }

    @Test("a short absence does not reset a pending streak")
    func shortAbsenceIsCarried() {
        var detector = LimitDetector(configuration: .spO2Low)
        for second in 0..<10 { _ = detector.judge(.value(80_00), at: at(second)) }
        _ = detector.judge(.absent(.invalidValue), at: at(12))
        #expect(detector.judge(.value(80_00), at: at(14)).state == .pending(since: at(0)))
    }

    @Test("lesson 43: an active condition does not clear by absence, and is abandoned as such")
    func activeIsAbandoned() {
        var detector = LimitDetector(configuration: .spO2Desaturation)
        for second in 0...5 { _ = detector.judge(.value(80_00), at: at(second)) }
        #expect(detector.judge(.absent(.sensorOff), at: at(60)).state == .active(since: at(0)))
        let output = detector.abandon(.signalLost, at: at(61))
        #expect(output.transition == .abandoned(at: at(61)))
        #expect(output.decision == .notAssessed(.signalLost))
        #expect(detector.state == .inactive)
        #expect(detector.abandon(.signalLost, at: at(62)).transition == nil)
    }

    @Test("a step back in time breaks the streak and silences nothing")
    func timeStepsBack() {
        var detector = LimitDetector(configuration: .spO2Desaturation)
        _ = detector.judge(.value(80_00), at: at(1_000_000))
        for second in 0..<5 { #expect(detector.judge(.value(80_00), at: at(second)).transition == nil) }
        #expect(detector.judge(.value(80_00), at: at(5)).transition == .raised(at: at(5)))
    }

    @Test("the ends of every range are judged without a trap")
    func extremesAreJudged() {
        let times = [Int64.min, -1, 0, 1, Int64.max].map { MonotonicTime(microseconds: $0) }
        for side in LimitDetector.Side.allCases {
            for limit in [Int32.min, 0, .max] {
                var detector = LimitDetector(
                    configuration: LimitDetector.Configuration(
                        quantity: .spO2, side: side, limit: limit, delay: .init(microseconds: .max), beats: .max,
                        hysteresis: .max))
                for time in times {
                    for value in [Int32.min, 0, .max] {
                        let output = detector.judge(.value(value), at: time, beats: .max)
                        #expect(output.refusal == nil)
                        #expect(output.value == value)
                    }
                }
            }
        }
    }

    @Test("every hold under the limit that outlasts the delay is raised once, and no shorter one", arguments: 0..<4)
    func holdsAreRaised(seed: Int) {
        // A night of falls with 20 s or more between them: how long each stays under 90 % decides.
        var random = SplitMix64(seed: UInt64(seed))
        var delayed = LimitDetector(configuration: .spO2Low)
        var immediate = LimitDetector(
            configuration: .init(quantity: .spO2, side: .below, limit: 90_00, delay: .seconds(0)))
        var second = 0
        var falls = 0
        var holds = 0
        var raised = 0
        while second < 8 * 3_600 {
            let length = random.int(1...40)
            falls += 1
            if length > 15 { holds += 1 }
            for offset in 0..<(length + random.int(20...90)) {
                let value = offset < length ? Int32(random.int(80_00...89_99)) : Int32(random.int(94_00...98_00))
                if case .raised = delayed.judge(.value(value), at: at(second)).transition { raised += 1 }
                if case .raised = immediate.judge(.value(value), at: at(second)).transition { falls -= 1 }
                second += 1
            }
        }
        #expect(raised == holds)
        #expect(falls == 0)
    }

    @Test("agrees with an oracle that looks at the whole past", arguments: 0..<40)
    func agreesWithTheOracle(seed: Int) {
        var random = SplitMix64(seed: UInt64(seed))
        let configuration = LimitDetector.Configuration(
            quantity: .spO2, side: seed % 2 == 0 ? .below : .above, limit: 90_00,
            delay: .seconds(Int64(random.int(0...12))), beats: random.int(0...2) == 0 ? random.int(1...9) : nil,
            hysteresis: 200, recoveryDelay: .seconds(Int64(random.int(0...4))))
        var detector = LimitDetector(configuration: configuration)
        var oracle = LimitOracle(configuration: configuration)
        var time: Int64 = 0
        for _ in 0..<1_500 {
            time += Int64(random.int(0...11)) * 700_000
            let stamp = MonotonicTime(microseconds: time)
            let reading: Reading =
                random.int(0...9) == 0 ? .absent(.invalidValue) : .value(90_00 + Int32(random.int(-3...3)) * 100)
            let beats = random.int(0...2)
            let output = detector.judge(reading, at: stamp, beats: beats)
            let expected = oracle.judge(reading, at: stamp, beats: beats)
            #expect(output.transition == expected)
            if case .active = output.state { #expect(oracle.isActive) } else { #expect(!oracle.isActive) }
        }
    }

    private func at(_ second: Int) -> MonotonicTime { MonotonicTime(microseconds: Int64(second) * 1_000_000) }
}

/// The rule as it is written down, evaluated anew over the whole streak with each reading.
private struct LimitOracle {
    let configuration: LimitDetector.Configuration
    var isActive = false
    /// Assessable readings since the condition could last have begun.
    private var past: [(time: MonotonicTime, excess: Int32, beats: Int)] = []

    init(configuration: LimitDetector.Configuration) { self.configuration = configuration }

    mutating func judge(_ reading: Reading, at time: MonotonicTime, beats: Int) -> LimitDetector.Transition? {
        guard case .value(let value) = reading else { return nil }
        if let last = past.last?.time, time - last > configuration.absenceBound { past = [] }
        let excess = configuration.side == .below ? configuration.limit - value : value - configuration.limit
        past.append((time, excess, beats))
        // The trailing run of readings that are back; the condition ends when it lasts long enough.
        let back = past.reversed().prefix { $0.excess <= -configuration.hysteresis }
        let isOver = back.last.map { time - $0.time >= configuration.recoveryDelay } ?? false
        if isOver {
            let end = (back.last?.time ?? time) + configuration.recoveryDelay
            past = []
            defer { isActive = false }
            return isActive ? .cleared(at: end) : nil
        }
        guard !isActive, excess > 0, let first = past.first(where: { $0.excess > 0 }) else { return nil }
        let counted = past.filter { $0.excess > 0 }.map(\.beats).reduce(0, +)
        let expiry = first.time + configuration.delay
        guard time >= expiry || counted >= configuration.beats ?? .max else { return nil }
        isActive = true
        guard time >= expiry, past.count >= 2 else { return .raised(at: time) }
        let previous = past[past.count - 2]
        return .raised(at: previous.excess > 0 && previous.time < expiry ? expiry : time)
    }
}
