import Testing
import VitalsDetection
import VitalsKernels
import VitalsModel
import VitalsTestKit

@Suite("Window batch")
struct WindowBatchTests {
    @Test(
        "the outputs do not depend on how many windows are judged at once, nor on the kernels",
        arguments: KernelLevel.supported)
    func batchingDoesNotShow(level: KernelLevel) throws {
        let table = try KernelTable(level)
        let expected = run(kernels: try KernelTable(.scalar), waitingFor: 1)
        #expect(expected.count > 300)
        #expect(expected.contains { $0.decisionName == "changed" })
        for size in [1, 3, 16] {
            #expect(run(kernels: table, waitingFor: size) == expected, "\(size) at once")
        }
    }

    @Test("windows come back in the order in which they were enqueued, with their stream")
    func order() {
        var batch = WindowBatch(kernels: .best)
        var detectors = (0..<16).map { _ in ChangeDetector(configuration: .rate) }
        let streams = [5, 0, 15, 7, 3, 1, 2, 4, 6, 8, 9, 10, 11, 12, 13, 14]
        for time in [Int64(0), 9_000_000] {
            for stream in streams {
                detectors[stream].observe(
                    .value(Int32(stream) * 100), at: MonotonicTime(microseconds: time), stream: stream, into: &batch)
            }
            #expect(batch.isFull == (time > 0) && batch.isEmpty == (time == 0))
        }
        var windows: [JudgedWindow] = []
        batch.judge(into: &windows)
        #expect(windows.map(\.stream) == streams)
        #expect(windows.map(\.figures.sum) == streams.map { Int32($0) * 100 })
        #expect(batch.isEmpty && batch.count == 0)
        batch.judge(into: &windows)
        #expect(windows.count == 16)
    }

    @Test("a batch that is never judged ends the process, with the seventeenth window")
    func fullBatch() async {
        await #expect(processExitsWith: .failure) {
            var batch = WindowBatch(kernels: .best)
            var detector = ChangeDetector(configuration: .rate)
            for window in Int64(0)...17 {
                detector.observe(
                    .value(72_00), at: MonotonicTime(microseconds: window * 8_000_000), stream: 0, into: &batch)
            }
        }
    }

    @Test("a trace names its members in order, with the decision's own members only when it was made")
    func trace() {
        var scenario = ChangeScenario()
        scenario.read(0..<220) { ChangeScenario.resting($0 < 200 ? 72_00 : 92_00, $0) }
        for output in scenario.outputs {
            var members: [String] = []
            output.trace { member, _ in members.append(member) }
            #expect(members == members.sorted() && Set(members).count == members.count)
            #expect(members.contains("changeHundredths") == (output.decisionName == "changed"))
            #expect(members.contains("ewmaHundredthsQ8") == (output.refusal == nil))
            #expect(members.contains("referenceCount"))
        }
        #expect(Set(scenario.words) == ["warming-up", "steady", "changed", "settling"])
        #expect(ChangeDetector.identity.description == "change/1")
    }

    @Test("EWMA and CUSUM are also told in sigma")
    func sigmas() throws {
        var scenario = ChangeScenario()
        scenario.read(0..<265) { $0 < 232 ? 72_00 : 82_00 }
        let output = try #require(scenario.outputs.last)
        #expect(output.window.end == MonotonicTime(microseconds: 264_000_000))
        // Sigma is the floor, 2 bpm; the step of 5 sigma fills the 27 charted slots: 27 · (5 - 0.5) = 121.5 sigma.
        #expect(output.cusumSigmaQ16 == 243 << 15)
        #expect(Int64(4.99 * 65_536)...Int64(5 * 65_536) ~= output.ewmaSigmaQ16)
    }

    /// Twenty streams with steps, gaps and noise, judged as soon as so many windows wait and at the end of each second.
    private func run(kernels: KernelTable, waitingFor size: Int) -> [ChangeDetector.Output] {
        var random = SplitMix64(seed: 42)
        var batch = WindowBatch(kernels: kernels)
        var detectors = (0..<20).map { ChangeDetector(configuration: $0 % 2 == 0 ? .rate : .spO2) }
        var outputs: [ChangeDetector.Output] = []
        var windows: [JudgedWindow] = []
        for second in Int64(0)..<400 {
            for stream in detectors.indices where random.int(0...9) > 0 {
                let level = Int32(second) > Int32(180 + 5 * stream) ? 97_00 : Int32(80_00)
                let value = level + Int32(random.int(-300...300))
                let time = MonotonicTime(microseconds: second * 1_000_000 + Int64(random.int(0...999_999)))
                detectors[stream].observe(.value(value), at: time, stream: stream, into: &batch)
                if batch.count >= size { batch.judge(into: &windows) }
            }
            batch.judge(into: &windows)
            for window in windows { outputs.append(detectors[window.stream].conclude(window)) }
            windows.removeAll(keepingCapacity: true)
        }
        return outputs
    }
}
