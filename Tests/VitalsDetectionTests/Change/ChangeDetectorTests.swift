import Testing
import VitalsDetection
import VitalsKernels
import VitalsModel

@Suite("Change detector")
struct ChangeDetectorTests {
    typealias Scenario = ChangeScenario

    @Test("a steady stream warms up for 64 seconds and is steady from then on")
    func steady() {
        var scenario = Scenario()
        scenario.read(0..<400) { Scenario.resting(72_00, $0) }
        // Windows end at 8, 16, …; 32 reference and 32 test samples are there at 64 s.
        #expect(scenario.words == Array(repeating: "warming-up", count: 7) + Array(repeating: "steady", count: 42))
        let last = scenario.outputs[48].window
        #expect(last.start == MonotonicTime(microseconds: 296_000_000))
        #expect(last.end == MonotonicTime(microseconds: 392_000_000))
        #expect(last.figures.referenceCount == 64 && last.figures.testCount == 32)
        #expect(last.figures.medianQ1 == 2 * 72_00)
    }

    @Test("a step up is reported once, with its time and its height, and settles (lesson 43)")
    func stepUp() throws {
        var scenario = Scenario()
        scenario.read(0..<600) { Scenario.resting($0 < 300 ? 72_00 : 92_00, $0) }
        let change = try #require(scenario.changes.first)
        #expect(scenario.changes.count == 1)
        #expect(change.direction == .up)
        #expect(MonotonicTime(microseconds: 300_000_000)...MonotonicTime(microseconds: 303_000_000) ~= change.at)
        #expect(18_00...22_00 ~= change.magnitude)
        let words = scenario.words.drop { $0 != "changed" }
        let settling = words.dropFirst().prefix { $0 == "settling" }.count
        #expect(8...16 ~= settling)
        #expect(words.dropFirst(1 + settling).allSatisfy { $0 == "steady" })
        #expect(scenario.detector.state == .steady)
    }

    @Test("a fall of SpO2 is a change down")
    func stepDown() throws {
        var scenario = Scenario(.spO2)
        scenario.read(0..<300) { $0 < 200 ? 97_00 : 91_00 }
        let change = try #require(scenario.changes.first)
        #expect(scenario.changes.count == 1)
        #expect(change.direction == .down)
        #expect(-6_00 ... -5_00 ~= change.magnitude)
    }

    @Test("a step of 5 sigma is reported 9 to 17 seconds after it, one of 3.2 sigma after 15 to 23", arguments: 0..<8)
    func latency(phase: Int) throws {
        for (height, range) in [(Int32(10_00), 9...17), (6_40, 15...23)] {
            var scenario = Scenario()
            let step = 200 + phase
            scenario.read(0..<step) { _ in 72_00 }
            var reported: Int?
            for second in step..<step + 40 where reported == nil {
                scenario.read(second..<second + 1) { _ in 72_00 + height }
                if !scenario.changes.isEmpty { reported = second - step }
            }
            #expect(range ~= (try #require(reported)), "height \(height), phase \(phase)")
        }
    }

    @Test("the way back is a change of its own, so a raised level has a beginning and an end")
    func upAndDown() {
        var scenario = Scenario()
        scenario.read(0..<900) { Scenario.resting(300..<600 ~= $0 ? 100_00 : 72_00, $0) }
        #expect(scenario.changes.map(\.direction) == [.up, .down])
    }

    @Test("the opposite change is reported while the first has not settled yet")
    func opposite() throws {
        var scenario = Scenario()
        // The fall comes when the higher level has just become the reference's majority, and before the rise has settled.
        scenario.read(0..<400) { Scenario.resting($0 < 200 ? 80_00 : $0 < 276 ? 130_00 : 30_00, $0) }
        #expect(scenario.changes.map(\.direction) == [.up, .down])
        let first = try #require(scenario.words.firstIndex(of: "changed"))
        let second = try #require(scenario.words.lastIndex(of: "changed"))
        #expect(scenario.words[first...second].allSatisfy { ["changed", "settling"].contains($0) })
    }

    @Test("five seconds of wild values are outliers, not a change, wherever a window ends", arguments: 0..<8)
    func spike(phase: Int) {
        var scenario = Scenario()
        let spike = 250 + phase..<255 + phase
        scenario.read(0..<400) { spike ~= $0 ? 190_00 : Scenario.resting(72_00, $0) }
        #expect(scenario.changes.isEmpty)
        #expect(scenario.outputs.contains { $0.window.figures.outlierCount == 5 })
    }

    @Test("a step below three times the floor is no change, and one above it is", arguments: [Int32(5_50), 6_50])
    func floor(height: Int32) {
        var scenario = Scenario()
        scenario.read(0..<300) { $0 < 200 ? 72_00 : 72_00 + height }
        #expect(scenario.changes.count == (height > 6_00 ? 1 : 0))
    }

    @Test("a restless stream needs a greater step: sigma follows the reference")
    func restless() {
        for (height, count) in [(Int32(15_00), 0), (60_00, 1)] {
            var scenario = Scenario()
            // Deviations of 0, 8 and 16 bpm in turn: MAD 8, sigma 11.9, three sigma 35.6 bpm.
            scenario.read(0..<300) { 90_00 + [0, 8_00, -16_00, 16_00, -8_00][$0 % 5] + ($0 < 220 ? 0 : height) }
            #expect(scenario.changes.count == count, "step \(height)")
        }
    }

    @Test("a flicker around the threshold is reported once (lesson 43)")
    func flicker() {
        var scenario = Scenario()
        // Eight seconds above three sigma and eight below it, in turn.
        scenario.read(0..<300) { $0 < 200 ? 72_00 : $0 / 8 % 2 == 0 ? 80_00 : 76_00 }
        #expect(scenario.changes.count == 1)
    }

    @Test("too few test samples are a gap, too few reference samples are warming up")
    func refusals() {
        var scenario = Scenario()
        scenario.read(0..<200) { Scenario.resting(72_00, $0) }
        // One reading in three leaves 10 or 11 of 32 test samples, then 21 of 64 reference samples.
        scenario.read(200..<400) { $0 % 3 == 0 ? Scenario.resting(72_00, $0) : nil }
        #expect(Set(scenario.words.suffix(24)) == ["steady", "gap", "warming-up"])
        #expect(scenario.words.last == "warming-up")
        #expect(scenario.outputs.last?.refusal == .warmingUp)
    }

    @Test("a gap in the test part leaves an unsettled change unsettled; one in the reference ends it")
    func refusalsAndState() {
        var scenario = Scenario()
        scenario.read(0..<216) { Scenario.resting($0 < 200 ? 72_00 : 92_00, $0) }
        scenario.read(.absent(.sensorOff), atMilliseconds: 240_000)
        #expect(scenario.detector.state == .unsettled(.up, quietWindows: 0))
        scenario.read(.absent(.sensorOff), atMilliseconds: 248_000)
        #expect(scenario.words.last == "gap")
        #expect(scenario.detector.state == .unsettled(.up, quietWindows: 0))
        scenario.read(.absent(.sensorOff), atMilliseconds: 320_000)
        scenario.read(.absent(.sensorOff), atMilliseconds: 328_000)
        #expect(scenario.words.last == "warming-up")
        #expect(scenario.detector.state == .steady)
    }

    @Test("silence is judged once, not once per 8 seconds")
    func silence() {
        var scenario = Scenario()
        scenario.read(0..<200) { Scenario.resting(72_00, $0) }
        let before = scenario.outputs.count
        scenario.read(.value(72_00), atMilliseconds: 5_000_000)
        #expect(scenario.outputs.count == before + 1)
        #expect(scenario.outputs.last?.window.end == MonotonicTime(microseconds: 200_000_000))
    }
}
