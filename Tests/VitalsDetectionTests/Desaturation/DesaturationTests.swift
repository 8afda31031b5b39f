import Testing
import VitalsDetection
import VitalsModel
import VitalsTestKit

@Suite("Desaturations against the level before them")
struct DesaturationTests {
    @Test("a fall of 3 % for 10 s is one, and it is told while it lasts")
    func onset() {
        var run = Run()
        run.play([(97_00, 60), (94_00, 10)])
        #expect(run.transitions.isEmpty)
        #expect(run.last?.decision == .pending)
        run.play([(94_00, 1)])
        #expect(run.last?.decision == .ongoing)
        #expect(
            run.transitions == [
                .confirmed(.init(begin: at(60), end: nil, baseline: 97_00, nadir: 94_00, isDeep: false))
            ])
        run.play([(97_00, 4)])
        #expect(
            run.transitions.last
                == .ended(.init(begin: at(60), end: at(71), baseline: 97_00, nadir: 94_00, isDeep: false)))
        #expect(run.last?.decision == .stable)
    }

    @Test("a hundredth less than 3 % is none, and 9 s are none")
    func limits() {
        var shallow = Run()
        shallow.play([(97_00, 60), (94_01, 300), (97_00, 10)])
        var short = Run()
        short.play([(97_00, 60), (90_00, 9), (97_00, 10)])
        for run in [shallow, short] {
            #expect(run.transitions.isEmpty)
            #expect(run.last?.events == 0)
        }
    }

    @Test("one that lasts for two hours is one event from begin to end")
    func long() {
        var run = Run()
        run.play([(97_00, 60), (88_00, 7_200), (96_00, 10)])
        #expect(
            run.transitions == [
                .confirmed(.init(begin: at(60), end: nil, baseline: 97_00, nadir: 88_00, isDeep: true)),
                .ended(.init(begin: at(60), end: at(7_260), baseline: 97_00, nadir: 88_00, isDeep: true)),
            ])
        #expect(run.last?.indexHundredths == 49 && run.last?.deepIndexHundredths == 49)
    }

    @Test("only those of 4 % for 10 s count for the second index")
    func deep() {
        var run = Run()
        run.play([
            (97_00, 60), (93_50, 20), (97_00, 60), (93_00, 20), (97_00, 60), (93_50, 15), (92_00, 5), (97_00, 60),
        ])
        #expect(run.last?.events == 3)
        #expect(run.last?.deepEvents == 1)
    }

    @Test("each of a train of partly recovered ones is counted, and a rise that is small beside the fall ends none")
    func recoveries() {
        var train = Run()
        train.play([(97_00, 60)])
        for _ in 0..<10 { train.play([(88_00, 20), (95_00, 25)]) }
        #expect(train.last?.events == 10)
        var wander = Run()
        wander.play([(97_00, 60), (80_00, 20), (84_00, 20), (80_00, 20), (86_00, 20)])
        #expect(wander.last?.decision == .ongoing)
        #expect(wander.last?.events == 1)
    }

    @Test("lesson 43: a flicker of two readings ends no desaturation")
    func flicker() {
        var run = Run()
        run.play([(97_00, 60), (90_00, 30), (97_00, 2), (90_00, 30), (97_00, 10)])
        #expect(run.transitions.count == 2)
        #expect(run.last?.events == 1)
    }

    @Test("the baseline is the maximum of 120 s of clean signal: a fall slower than that is none")
    func slowFall() {
        var slow = Run()
        // 1 % in 65 s: from the last reading at a level to the first 3 % below it are 131 s.
        for step in 0..<10 { slow.play([(97_00 - Int32(step) * 100, 65)]) }
        #expect(slow.transitions.isEmpty)
        var faster = Run()
        for step in 0..<10 { faster.play([(97_00 - Int32(step) * 100, 35)]) }
        #expect(faster.transitions.count == 1)
    }

    @Test("a gap while it is pending drops it, one of a minute while it is on does not, and a longer one abandons it")
    func gaps() {
        var pending = Run()
        pending.play([(97_00, 60), (90_00, 5), (nil, 6), (90_00, 8), (97_00, 20)])
        #expect(pending.transitions.isEmpty)
        var carried = Run()
        carried.play([(97_00, 60), (90_00, 15), (nil, 55), (90_00, 5), (97_00, 5)])
        #expect(carried.transitions.count == 2 && carried.last?.events == 1)
        var lost = Run()
        lost.play([(97_00, 60), (90_00, 15), (nil, 61), (90_00, 1)])
        #expect(
            lost.transitions.last
                == .abandoned(.init(begin: at(60), end: at(74), baseline: 97_00, nadir: 90_00, isDeep: true)))
        // The baseline is young enough: what follows is a desaturation again.
        lost.play([(90_00, 15)])
        #expect(lost.last?.decision == .ongoing)
        #expect(lost.last?.baseline == 97_00)
    }

    @Test("after 5 min without signal no baseline is assumed, and the first 10 s are a warm-up")
    func staleBaseline() {
        var run = Run()
        run.play([(97_00, 60), (nil, 301), (90_00, 1)])
        #expect(run.last?.refusal == .warmingUp)
        run.play([(90_00, 10)])
        #expect(run.last?.decision == .stable)
        #expect(run.last?.baseline == 90_00)
    }

    @Test("what cannot be judged is refused with its reason, and a desaturation given up says so")
    func refusals() {
        var run = Run()
        run.play([(97_00, 60), (90_00, 15)])
        #expect(run.detector.judge(.absent(.sensorOff), at: at(75)).refusal == .sensorOff)
        let output = run.detector.abandon(.sensorOff, at: at(76))
        #expect(output.refusal == .sensorOff)
        guard case .abandoned(let event) = output.transition else {
            Issue.record("not abandoned")
            return
        }
        #expect(event.end == at(74))
        #expect(run.detector.abandon(.sensorOff, at: at(77)).transition == nil)
    }

    @Test("the index counts hours of valid signal, and there is none before the first")
    func index() {
        var run = Run()
        run.play([(97_00, 60), (92_00, 20), (97_00, 60), (92_00, 20), (97_00, 3_400)])
        #expect(run.last?.indexHundredths == nil)
        run.play([(nil, 3_600), (97_00, 42)])
        // 3,559 s before the gap and 41 after it.
        #expect(run.last?.validTime == .seconds(3_600))
        #expect(run.last?.indexHundredths == 200)
    }

    @Test("the trace shows every intermediate, in the order of the names")
    func trace() {
        var run = Run()
        run.play([(97_00, 60), (92_00, 12)])
        var names: [String] = []
        var members: [String: Int64] = [:]
        run.last?.trace {
            names.append($0); members[$0] = $1
        }
        #expect(names == names.sorted())
        #expect(
            members == [
                "baselineHundredths": 97_00, "beginMicroseconds": 60_000_000, "deepEvents": 1, "events": 1, "isDeep": 1,
                "nadirHundredths": 92_00, "validMicroseconds": 71_000_000, "valueHundredths": 92_00,
            ])
    }

    @Test("any reading at any time is judged without a trap")
    func extremes() {
        var random = SplitMix64(seed: 11)
        var detector = Desaturation(configuration: .init(fall: .max, deepFall: .min, baseline: .seconds(0)))
        var other = Desaturation()
        let values: [Int32] = [.min, -1, 0, 97_00, 90_00, .max]
        var time: Int64 = 0
        for _ in 0..<20_000 {
            time =
                random.int(0...50) == 0
                ? Int64(bitPattern: random.next()) : time.addingSaturating(Int64(random.int(0...2_000_000)))
            let reading: Reading = .value(values[random.int(0...5)])
            #expect(detector.judge(reading, at: MonotonicTime(microseconds: time)).events >= 0)
            #expect(other.judge(reading, at: MonotonicTime(microseconds: time)).events >= 0)
        }
    }

    /// A run at 1 Hz.
    struct Run {
        var detector = Desaturation()
        var second = 0
        var last: Desaturation.Output?
        var transitions: [Desaturation.Transition] = []

        /// Plays values in hundredths, each for so many seconds; nil is a silence.
        mutating func play(_ parts: [(value: Int32?, seconds: Int)]) {
            for part in parts {
                for _ in 0..<part.seconds {
                    defer { second += 1 }
                    guard let value = part.value else { continue }
                    let time = MonotonicTime(microseconds: Int64(second) * 1_000_000)
                    let output = detector.judge(.value(value), at: time)
                    if let transition = output.transition { transitions.append(transition) }
                    last = output
                }
            }
        }
    }

    private func at(_ second: Int) -> MonotonicTime { MonotonicTime(microseconds: Int64(second) * 1_000_000) }
}
