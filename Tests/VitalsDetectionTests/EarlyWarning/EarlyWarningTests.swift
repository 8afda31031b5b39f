import Testing
import VitalsDetection
import VitalsModel
import VitalsTestKit

@Suite("Early-warning points of saturation and pulse")
struct EarlyWarningTests {
    @Test("the points of every saturation from 0 to 100 % are those of the table")
    func saturationTable() {
        for percent in 0...100 as ClosedRange<Int64> {
            let expected = percent >= 96 ? 0 : percent >= 94 ? 1 : percent >= 92 ? 2 : 3
            #expect(EarlyWarning.points(spO2: percent) == expected, "\(percent) %")
        }
    }

    @Test("the points of every pulse from 0 to 300 bpm are those of the table")
    func pulseTable() {
        // Ranges and points as the table has them, column by column.
        let table: [(ClosedRange<Int64>, Int)] = [
            (0...40, 3), (41...50, 1), (51...90, 0), (91...110, 1), (111...130, 2), (131...300, 3),
        ]
        for bpm in 0...300 as ClosedRange<Int64> {
            #expect(EarlyWarning.points(pulse: bpm) == table.first { $0.0 ~= bpm }?.1, "\(bpm) bpm")
        }
    }

    @Test("a minute is judged with the first reading after it, on the median of its seconds")
    func minute() throws {
        var detector = EarlyWarning()
        for second in 0..<60 {
            // 31 seconds at 93 %, 29 at 98 %.
            let spO2: Int32 = second % 2 == 0 || second == 31 ? 93_00 : 98_00
            #expect(detector.judge(spO2: .value(spO2), pulse: .value(112_00), at: at(second)) == nil)
        }
        let judged = detector.judge(spO2: .value(80_00), pulse: .value(30_00), at: at(60))
        let output = try #require(judged)
        #expect(output.decision == .scored(4))
        #expect(output.spO2Points == 2 && output.pulsePoints == 2)
        #expect(output.start == at(0) && output.end == at(60))
        #expect(
            traced(output) == [
                "pulsePoints": 2, "pulseSeconds": 60, "pulseTwoHundredths": 224_00, "score": 4, "spO2Points": 2,
                "spO2Seconds": 60, "spO2TwoHundredths": 186_00, "startMicroseconds": 0,
            ])
    }

    @Test("a median between two units is rounded as a display does, halves up", arguments: [(9150, 2), (9149, 3)])
    func rounding(spO2: Int, points: Int) {
        var detector = EarlyWarning()
        for second in 0..<60 {
            _ = detector.judge(spO2: .value(Int32(spO2)), pulse: .value(70_00), at: at(second))
        }
        let output = detector.finish()
        #expect(output?.spO2Points == points)
    }

    @Test("the two middle values of an even count are not rounded before they are added")
    func evenCount() {
        var detector = EarlyWarning()
        for second in 0..<60 {
            _ = detector.judge(spO2: .value(second < 30 ? 91_49 : 91_50), pulse: .value(70_00), at: at(second))
        }
        let output = detector.finish()
        #expect(output?.spO2.doubledMedian == 182_99)
        #expect(output?.spO2Points == 3)
    }

    @Test("with fewer than 30 valid seconds the median is refused, with the last reason")
    func refusal() {
        var detector = EarlyWarning()
        for second in 0..<60 {
            let spO2: Reading = second < 29 ? .value(97_00) : .absent(.sensorOff)
            _ = detector.judge(spO2: spO2, pulse: .value(70_00), at: at(second))
        }
        let output = detector.finish()
        #expect(output?.decision == .notAssessed(.sensorOff))
        #expect(output?.spO2Points == nil && output?.pulsePoints == 0)
        #expect(output?.decisionName == "not-assessed" && output?.refusalName == "sensor-off")
    }

    @Test("seconds without any reading are a gap, and a minute without one is not judged at all")
    func gap() {
        var detector = EarlyWarning()
        for second in 0..<20 { _ = detector.judge(spO2: .value(97_00), pulse: .value(70_00), at: at(second)) }
        let output = detector.judge(spO2: .value(97_00), pulse: .value(70_00), at: at(200))
        #expect(output?.decision == .notAssessed(.gap))
        #expect(output?.start == at(0))
        let rest = detector.finish()
        #expect(rest?.start == at(180))
        let nothing = detector.finish()
        #expect(nothing == nil)
    }

    @Test("agrees with an oracle that keeps every reading", arguments: 0..<20)
    func oracle(seed: Int) {
        var random = SplitMix64(seed: UInt64(seed))
        var detector = EarlyWarning(configuration: .init(minimumSeconds: random.int(1...60)))
        let minimum = detector.configuration.minimumSeconds
        var kept: [Int64: [Int64: (Int32, Int32)]] = [:]
        var outputs: [Int64: EarlyWarning.Output] = [:]
        var time: Int64 = -200_000_000
        for _ in 0..<1_500 {
            time += Int64(random.int(100_000...1_500_000))
            let spO2 = Int32(random.int(88_00...100_00))
            let pulse = Int32(random.int(35_00...140_00))
            let second = Int64((Double(time) / 1e6).rounded(.down))
            let minute = Int64((Double(second) / 60).rounded(.down))
            kept[minute, default: [:]][second] = (spO2, pulse)
            let output = detector.judge(
                spO2: .value(spO2), pulse: .value(pulse), at: MonotonicTime(microseconds: time))
            if let output { outputs[output.start.microseconds / 60_000_000] = output }
        }
        for (minute, output) in outputs {
            let seconds = kept[minute].map { Array($0.values) } ?? []
            guard seconds.count >= minimum else {
                #expect(output.decision == .notAssessed(.gap))
                continue
            }
            let spO2 = Self.rounded(seconds.map { Double($0.0) / 100 })
            let pulse = Self.rounded(seconds.map { Double($0.1) / 100 })
            let expected = EarlyWarning.points(spO2: spO2) + EarlyWarning.points(pulse: pulse)
            #expect(output.decision == .scored(expected), "minute \(minute)")
        }
        #expect(outputs.count >= 15)
    }

    private static func rounded(_ values: [Double]) -> Int64 {
        let sorted = values.sorted()
        let half = sorted.count / 2
        let median = sorted.count % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2
        // Half a hundredth is 0.005: the nudge is far below it and above the rounding of the mean.
        return Int64((median + 0.5 + 1e-9).rounded(.down))
    }

    private func traced(_ output: EarlyWarning.Output) -> [String: Int64] {
        var members: [String: Int64] = [:]
        output.trace { members[$0] = $1 }
        return members
    }

    private func at(_ second: Int) -> MonotonicTime { MonotonicTime(microseconds: Int64(second) * 1_000_000) }
}
