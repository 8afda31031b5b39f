import Testing
import VitalsDetection
import VitalsModel
import VitalsTestKit

@Suite("Saturation-seconds")
struct SaturationSecondsTests {
    @Test("50 percent-seconds are reached by 2 % in 25 s and by 10 % in 5 s", arguments: [(88_00, 25), (80_00, 5)])
    func budgetIsReached(value: Int, seconds: Int) {
        var detector = SaturationSeconds()
        for second in 0..<seconds {
            #expect(detector.judge(.value(Int32(value)), at: at(second)).decision == .within)
        }
        let output = detector.judge(.value(Int32(value)), at: at(seconds))
        #expect(output.transition == .raised(at: at(seconds)))
        #expect(output.integral == 5_000_000_000)
        #expect(output.threshold == 5_000_000_000)
    }

    @Test("lesson 43: the integral stands still between the limit and its hysteresis, and one return makes one clear")
    func flickerMakesOneAlarm() {
        var detector = SaturationSeconds()
        var transitions: [LimitDetector.Transition] = []
        for second in 0..<100 {
            let value: Int32 = second >= 90 ? 95_00 : second % 2 == 0 ? 87_00 : 91_00
            if let transition = detector.judge(.value(value), at: at(second)).transition {
                transitions.append(transition)
            }
        }
        // 3 % every other second: the 17th is that of second 34, the first having had no reading before it.
        #expect(transitions == [.raised(at: at(34)), .cleared(at: at(90))])
        #expect(detector.integral == 0)
    }

    @Test("time that is not known adds nothing")
    func absenceAddsNothing() {
        var detector = SaturationSeconds()
        _ = detector.judge(.value(80_00), at: at(0))
        #expect(detector.judge(.absent(.sensorOff), at: at(1)).decision == .notAssessed(.sensorOff))
        #expect(detector.judge(.value(80_00), at: at(6)).integral == 0)
        #expect(detector.judge(.value(80_00), at: at(4)).integral == 0)
        #expect(detector.judge(.value(80_00), at: at(5)).integral == 1_000_000_000)
    }

    @Test("an active condition is abandoned as such")
    func activeIsAbandoned() {
        var detector = SaturationSeconds()
        for second in 0...5 { _ = detector.judge(.value(80_00), at: at(second)) }
        #expect(detector.isActive)
        #expect(detector.abandon(.linkDown, at: at(6)).transition == .abandoned(at: at(6)))
        #expect(!detector.isActive && detector.integral == 0)
    }

    @Test("the integral saturates instead of overflowing")
    func integralSaturates() {
        var detector = SaturationSeconds(
            configuration: SaturationSeconds.Configuration(limit: .max, budget: .max, absenceBound: .seconds(3_600)))
        for minute in 0..<40 { _ = detector.judge(.value(.min), at: at(minute * 60)) }
        #expect(detector.integral == .max)
    }

    @Test("agrees with an oracle that sums the whole episode", arguments: 0..<20)
    func agreesWithTheOracle(seed: Int) {
        var random = SplitMix64(seed: UInt64(seed))
        var detector = SaturationSeconds()
        var episode: [(time: Int64, value: Int64)] = []
        var before: Int64?
        var time: Int64 = 0
        for _ in 0..<1_000 {
            time += Int64(random.int(1...7)) * 900_000
            let value = Int64(random.int(84...93)) * 100
            let output = detector.judge(.value(Int32(value)), at: MonotonicTime(microseconds: time))
            if value >= 92_00 { episode = [] } else { episode.append((time, value)) }
            var integral: Int64 = 0
            var last = before
            for point in episode {
                if let start = last, point.time - start <= 5_000_000 {
                    integral += max(0, 90_00 - point.value) * (point.time - start)
                }
                last = point.time
            }
            if episode.isEmpty { before = time }
            #expect(output.integral == integral)
        }
    }

    private func at(_ second: Int) -> MonotonicTime { MonotonicTime(microseconds: Int64(second) * 1_000_000) }
}
