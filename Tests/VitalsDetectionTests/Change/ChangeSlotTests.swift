import Testing
import VitalsDetection
import VitalsKernels
import VitalsModel
import VitalsTestKit

/// Which readings a window is made of.
@Suite("Slots of the change detector")
struct ChangeSlotTests {
    @Test("the last valid reading of a second is its sample, whatever comes without a value after it")
    func lastOfASecond() {
        var scenario = ChangeScenario()
        for second in Int64(0)..<96 {
            scenario.read(.value(10_00), atMilliseconds: second * 1_000)
            scenario.read(.value(20_00), atMilliseconds: second * 1_000 + 999)
            scenario.read(.absent(.invalidValue), atMilliseconds: second * 1_000 + 999)
        }
        scenario.read(.absent(.signalLost), atMilliseconds: 96_000)
        let figures = scenario.outputs.last?.window.figures
        #expect(figures?.minimum == 20_00 && figures?.maximum == 20_00)
        #expect(figures?.referenceCount == 64 && figures?.testCount == 32)
    }

    @Test("a reading that comes late still finds its second")
    func lateReading() {
        var scenario = ChangeScenario()
        scenario.read(0..<100) { _ in 70_00 }
        scenario.read(.value(75_00), atMilliseconds: 50_000)
        scenario.read(100..<105) { _ in 70_00 }
        #expect(scenario.outputs.last?.window.figures.maximum == 75_00)
    }

    @Test("a clock that steps back by more than a window starts the detector anew")
    func clockStepsBack() {
        var scenario = ChangeScenario()
        scenario.read(1_000..<1_200) { ChangeScenario.resting(72_00, $0) }
        scenario.read(0..<65) { ChangeScenario.resting(120_00, $0) }
        #expect(scenario.changes.isEmpty)
        let figures = scenario.outputs.last?.window.figures
        #expect(figures?.minimum == 118_00)
        #expect(figures?.referenceCount == 32)
    }

    @Test("stamps at the ends of the clock's range do not trap")
    func extremeStamps() {
        var batch = WindowBatch(kernels: .best)
        var windows: [JudgedWindow] = []
        for first: Int64 in [.min, -1, 0, .max] {
            var detector = ChangeDetector(configuration: .rate)
            let times: [Int64] = [first, .max, .min, 0, .min, .max, -7_999_999, 8_000_000]
            for next in times {
                detector.observe(.value(72_00), at: MonotonicTime(microseconds: next), stream: 3, into: &batch)
                batch.judge(into: &windows)
            }
        }
        #expect(!windows.isEmpty)
        #expect(windows.allSatisfy { $0.stream == 3 && $0.end > $0.start })
    }

    @Test("the ring holds what a search through all readings finds", arguments: 0..<20)
    func model(seed: Int) {
        var random = SplitMix64(seed: UInt64(seed))
        var scenario = ChangeScenario()
        var readings: [(second: Int64, value: Int32)] = []
        var now = Int64(random.int(-2_000_000...2_000_000))
        var judged = 0
        for _ in 0..<800 {
            // Mostly about a second on, now and then late, twice in one second, or after a gap.
            let pauses: [Int] = [1_000, 1_000, 1_000, 400, 3_000, random.int(0...60_000)]
            now += Int64(pauses[random.int(0...5)])
            let time = random.int(0...9) == 0 ? now - Int64(random.int(0...5_000)) : now
            let value = Int32(random.int(50_00...150_00))
            scenario.read(.value(value), atMilliseconds: time)
            for output in scenario.outputs[judged...] {
                let end = output.window.end.microseconds / 1_000_000
                let expected = Self.window(end: end, of: readings)
                #expect(output.window.figures == expected, "window before second \(end)")
            }
            judged = scenario.outputs.count
            readings.append((Int64((Double(time) / 1_000).rounded(.down)), value))
        }
        #expect(judged > 50)
    }

    /// The definition: in each of the 96 seconds before `end` the last reading received that belongs to it.
    private static func window(end: Int64, of readings: [(second: Int64, value: Int32)]) -> WindowFigures {
        let slots = (end - 96..<end).map { second in readings.last { $0.second == second }?.value }
        var block = WindowBlock()
        block.load(slots, oldest: 0, scale: ChartScale(sigmaFloor: 2_00), lane: 5)
        KernelTable.best.judge(&block)
        return block.figures(lane: 5)
    }
}
