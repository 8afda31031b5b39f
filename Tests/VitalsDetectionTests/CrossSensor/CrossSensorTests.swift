import Testing
import VitalsDetection
import VitalsModel
import VitalsTestKit

@Suite("Heart rate against pulse rate")
struct CrossSensorTests {
    @Test("10 bpm is allowed below 100 bpm and 10 % above it, to the last hundredth")
    func bound() {
        let cases: [(heart: Int32, pulse: Int32, differs: Bool)] = [
            (70_00, 60_00, false), (70_00, 59_99, true), (70_00, 80_01, true), (120_00, 108_00, false),
            (120_00, 107_99, true), (150_50, 165_55, false), (150_50, 165_56, true),
        ]
        for (heart, pulse, differs) in cases {
            var detector = CrossSensor()
            _ = detector.judge(.strap, .value(heart), at: at(0))
            let output = detector.judge(.oximeter, .value(pulse), at: at(0))
            #expect(output.decision == (differs ? .differing : .agree), "\(heart) and \(pulse)")
        }
    }

    @Test("a difference is raised when it has lasted longer than 15 s, and ends with 5 s of agreement")
    func course() {
        var detector = CrossSensor()
        var transitions: [LimitDetector.Transition] = []
        var decisions: [String] = []
        for second in 0..<60 {
            let pulse: Int32 = (10..<40).contains(second) ? 60_00 : 88_00
            let first = detector.judge(.strap, .value(90_00), at: at(second))
            let output = detector.judge(.oximeter, .value(pulse), at: at(second))
            transitions += [first.transition, output.transition].compactMap(\.self)
            decisions.append(output.decisionName)
        }
        // The strap's reading of second 40 still meets the oximeter's of 39.
        #expect(transitions == [.raised(at: at(26)), .cleared(at: at(45))])
        #expect(decisions[9] == "agree" && decisions[10] == "differing" && decisions[25] == "differing")
        #expect(decisions[26] == "pulse-deficit" && decisions[39] == "pulse-deficit" && decisions[40] == "agree")
    }

    @Test("lesson 43: a flicker of agreement neither ends a disagreement nor makes a second one")
    func flicker() {
        var detector = CrossSensor()
        var transitions = 0
        for second in 0..<120 {
            let pulse: Int32 = second > 20 && second % 10 == 0 ? 88_00 : 60_00
            if detector.judge(.strap, .value(90_00), at: at(second)).transition != nil { transitions += 1 }
            if detector.judge(.oximeter, .value(pulse), at: at(second)).transition != nil { transitions += 1 }
        }
        #expect(transitions == 1)
    }

    @Test("a pulse faster than the heart, or a reading refused meanwhile, is a matter of the signal")
    func reason() {
        #expect(reason(pulse: 120_00, refusedAt: nil) == .signalQuality)
        #expect(reason(pulse: 60_00, refusedAt: 8) == .signalQuality)
        #expect(reason(pulse: 60_00, refusedAt: nil) == .pulseDeficit)
    }

    @Test("without a pair there is the other sensor's refusal, and a pending difference begins anew after 5 s")
    func refusals() {
        var detector = CrossSensor()
        #expect(detector.judge(.strap, .value(90_00), at: at(0)).refusal == .noDataYet)
        #expect(detector.judge(.oximeter, .absent(.sensorOff), at: at(1)).refusal == .sensorOff)
        #expect(detector.judge(.strap, .value(90_00), at: at(2)).refusal == .sensorOff)
        #expect(detector.judge(.oximeter, .value(60_00), at: at(3)).decision == .differing)
        #expect(detector.judge(.strap, .value(90_00), at: at(9)).refusal == .signalLost)
        for second in 10..<26 {
            _ = detector.judge(.oximeter, .value(60_00), at: at(second))
            #expect(detector.judge(.strap, .value(90_00), at: at(second)).decision == .differing)
        }
    }

    @Test("a disagreement that is given up says so, and is forgotten")
    func abandoned() {
        var detector = CrossSensor()
        for second in 0..<20 {
            _ = detector.judge(.strap, .value(90_00), at: at(second))
            _ = detector.judge(.oximeter, .value(60_00), at: at(second))
        }
        #expect(detector.abandon(.linkDown, at: at(20)).transition == .abandoned(at: at(20)))
        #expect(detector.abandon(.linkDown, at: at(21)).transition == nil)
        #expect(detector.judge(.strap, .value(90_00), at: at(22)).refusal == .noDataYet)
    }

    @Test("agrees with an oracle that looks at the whole past", arguments: 0..<40)
    func oracle(seed: Int) {
        var random = SplitMix64(seed: UInt64(seed))
        var detector = CrossSensor()
        var pairs: [(time: Int64, differs: Bool, isRefused: Bool)] = []
        var last: [CrossSensor.Source: (value: Int32?, time: Int64)] = [:]
        var wasRefused = false
        var raisedAt: [Int64] = []
        var expected: [Int64] = []
        var isActive = false
        var time: Int64 = 0
        var isApart = false
        for _ in 0..<1_200 {
            time += Int64(random.int(0...99) == 0 ? random.int(4_000_000...8_000_000) : random.int(200_000...900_000))
            if random.int(0...59) == 0 { isApart.toggle() }
            let source: CrossSensor.Source = random.int(0...1) == 0 ? .strap : .oximeter
            let isAbsent = random.int(0...49) == 0
            let value: Int32 = source == .strap ? 90_00 : isApart ? 60_00 : 87_00
            let reading: Reading = isAbsent ? .absent(.questionableSignal) : .value(value)
            let output = detector.judge(source, reading, at: MonotonicTime(microseconds: time))
            if case .raised(let at) = output.transition { raisedAt.append(at.microseconds) }
            last[source] = (isAbsent ? nil : value, time)
            wasRefused = wasRefused || isAbsent
            guard let strap = last[.strap], let oximeter = last[.oximeter], let heart = strap.value,
                let pulse = oximeter.value, abs(strap.time - oximeter.time) <= 5_000_000
            else { continue }
            pairs.append((time, abs(heart - pulse) > 10_00, wasRefused))
            // The streak of pairs that differ, back to one that agrees or a hole of more than 5 s.
            var first = pairs.count - 1
            while first > 0, pairs[first].differs, pairs[first - 1].differs,
                pairs[first].time - pairs[first - 1].time <= 5_000_000
            { first -= 1 }
            if !isActive, pairs[pairs.count - 1].differs, time - pairs[first].time > 15_000_000 {
                isActive = true
                expected.append(time)
            }
            // Agreement back to a pair that differs or a hole.
            var calm = pairs.count - 1
            while calm > 0, !pairs[calm].differs, !pairs[calm - 1].differs,
                pairs[calm].time - pairs[calm - 1].time <= 5_000_000
            { calm -= 1 }
            if isActive, !pairs[pairs.count - 1].differs, time - pairs[calm].time >= 5_000_000 { isActive = false }
        }
        #expect(raisedAt == expected)
    }

    @Test("the ends of every range are judged without a trap")
    func extremes() {
        var random = SplitMix64(seed: 3)
        var detector = CrossSensor(configuration: .init(absolute: .max, percent: .max))
        let values: [Int32] = [.min, -1, 0, 1, .max]
        for _ in 0..<5_000 {
            let time = MonotonicTime(microseconds: Int64(bitPattern: random.next()))
            let reading: Reading = .value(values[random.int(0...4)])
            #expect(detector.judge(random.int(0...1) == 0 ? .strap : .oximeter, reading, at: time).decisionName != "")
        }
    }

    private func reason(pulse: Int32, refusedAt: Int?) -> CrossSensor.Reason? {
        var detector = CrossSensor()
        for second in 0..<30 {
            _ = detector.judge(.strap, second == refusedAt ? .absent(.flatSignal) : .value(90_00), at: at(second))
            let output = detector.judge(.oximeter, .value(pulse), at: at(second))
            if case .disagree(let reason) = output.decision { return reason }
        }
        return nil
    }

    private func at(_ second: Int) -> MonotonicTime { MonotonicTime(microseconds: Int64(second) * 1_000_000) }
}
