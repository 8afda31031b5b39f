import Testing
import VitalsDetection
import VitalsModel
import VitalsTestKit

@Suite("Trend detector")
struct TrendDetectorTests {
    private static func time(_ second: Int) -> MonotonicTime { MonotonicTime(microseconds: Int64(second) * 1_000_000) }

    /// A resting rate: 62 bpm with a slow swing of ±4 bpm and a wobble of ±2.
    private static func resting(_ second: Int) -> Int32 {
        let swing = [0, 2_00, 4_00, 2_00, 0, -2_00, -4_00, -2_00][second / 90 % 8]
        return 62_00 + Int32(swing) + [0, 2_00, 1_00, -1_00, -2_00][second % 5]
    }

    private static func outputs(
        _ seconds: Range<Int>, _ configuration: TrendDetector.Configuration = .standard(for: .heartRate),
        _ value: (Int) -> Reading?
    ) -> [TrendDetector.Output] {
        var detector = TrendDetector(configuration: configuration)
        return seconds.compactMap { second in value(second).flatMap { detector.observe($0, at: time(second)) } }
    }

    @Test("ten seconds of readings come to one sample, their mean, judged with the first reading after them")
    func slots() {
        let outputs = Self.outputs(3..<42) { second in
            second % 10 == 7 ? .absent(.questionableSignal) : .value(Int32(second) * 100)
        }
        #expect(outputs.map(\.start) == [Self.time(0), Self.time(10), Self.time(20), Self.time(30)])
        #expect(outputs.map(\.end) == [Self.time(10), Self.time(20), Self.time(30), Self.time(40)])
        #expect(outputs.map(\.readings) == [6, 9, 9, 9])
        // 3, 4, 5, 6, 8 and 9 in the first slot; 145 less 17 over nine in the second.
        let expected: [Int64] = [3_500 << 16 / 6, 12_800 << 16 / 9, 21_800 << 16 / 9, 30_800 << 16 / 9]
        #expect(outputs.map { $0.score.sample ?? 0 } == expected)
    }

    @Test("an hour is learned, and a step is reported once, with its own slot (lesson 43)")
    func step() {
        let outputs = Self.outputs(0..<9_000) { .value(Self.resting($0) + ($0 < 7_200 ? 0 : 30_00)) }
        #expect(outputs.prefix(360).allSatisfy { $0.refusal == .warmingUp })
        #expect(outputs[360..<720].allSatisfy { $0.decision == .steady })
        #expect(outputs[720].decision == .changed(.spike))
        #expect(outputs[720].start == Self.time(7_200))
        #expect(outputs[721..<820].allSatisfy { $0.decisionName != "changed" })
    }

    @Test("a step within the floor is nothing new, however still the stream was")
    func floor() {
        let outputs = Self.outputs(0..<9_000) { .value($0 < 7_200 ? 97_00 : 93_00) }
        #expect(outputs.allSatisfy { $0.decision == .steady || $0.refusal == .warmingUp })
        let deep = Self.outputs(0..<9_000, .standard(for: .spO2)) { .value($0 < 7_200 ? 97_00 : 93_00) }
        #expect(deep.contains { $0.decisionName == "changed" })
    }

    @Test("a slow fall of SpO2 is seen before it has reached 9 %, and then it settles")
    func slowFall() throws {
        let outputs = Self.outputs(0..<9_000, .standard(for: .spO2)) { second in
            let fall = min(max(second - 7_200, 0), 600)
            return .value(97_00 - Int32(fall) * 900 / 600 + [0, 1_00, 0, -1_00][second % 4])
        }
        let changes = outputs.filter { $0.decisionName == "changed" }
        let change = try #require(changes.first)
        #expect(Self.time(7_200)...Self.time(7_800) ~= change.end)
        #expect(changes.count <= 3)
        #expect(outputs.contains { $0.decision == .settling })
    }

    @Test("a slot without a value is refused with the sensor's reason, and silence is no output at all")
    func absence() {
        let outputs = Self.outputs(0..<400) { second in
            if 100..<120 ~= second { return .absent(.sensorOff) }
            return 200..<300 ~= second ? nil : .value(Self.resting(second))
        }
        let refused = outputs.filter { $0.readings == 0 }
        #expect(refused.map(\.start) == [Self.time(100), Self.time(110)])
        #expect(refused.allSatisfy { $0.refusal == .sensorOff && $0.decisionName == "not-assessed" })
        #expect(outputs.count == 29)
    }

    @Test("a gap of minutes begins the means anew, so that what follows it is no change against what was before")
    func gap() {
        let outputs = Self.outputs(0..<9_600) { second in
            6_000..<7_200 ~= second ? nil : .value(Self.resting(second) + (second < 6_000 ? 0 : 30_00))
        }
        #expect(outputs.allSatisfy { $0.decisionName != "changed" && $0.decisionName != "settling" })
        #expect(outputs.filter { $0.start >= Self.time(7_200) }.prefix(50).allSatisfy { $0.refusal == .warmingUp })
    }

    @Test("an older reading is left out, one that is far older begins new slots, and the clock's ends trap nothing")
    func time() {
        var detector = TrendDetector(configuration: .standard(for: .heartRate))
        #expect(detector.observe(.value(60_00), at: Self.time(1_000)) == nil)
        #expect(detector.observe(.value(200_00), at: Self.time(995)) == nil)
        let first = detector.observe(.value(60_00), at: Self.time(1_010))
        #expect(first?.readings == 1 && first?.score.sample == 60_00 << 16)
        #expect(detector.observe(.value(60_00), at: Self.time(100)) == nil)
        let second = detector.observe(.value(60_00), at: Self.time(110))
        #expect(second?.start == Self.time(100))
        for edge in [Int64.min, .max, .min, 0, .max] {
            _ = detector.observe(.value(.max), at: MonotonicTime(microseconds: edge))
        }
    }

    @Test("a trace names its members in order, with the leading part only where there is a judgement")
    func trace() {
        let outputs = Self.outputs(0..<4_400) { second in second % 60 < 12 ? nil : .value(Self.resting(second)) }
        for output in outputs {
            var members: [String] = []
            output.trace { member, _ in members.append(member) }
            #expect(members == members.sorted())
            #expect(Set(members).isSuperset(of: ["startMicroseconds", "endMicroseconds", "readings", "thresholdQ20"]))
            #expect(members.contains("leadingPart") == (output.score.leading != nil))
        }
    }

    @Test("healthy people at rest and at work: few findings a day (lesson 43)")
    func healthy() {
        guard TestData.recordings != nil else { return }
        var findings = 0
        var hours = 0.0
        for recording in Recordings.sinus.prefix(3) {
            var detector = TrendDetector(configuration: .standard(for: .heartRate))
            var last: Int64 = -1
            for (interval, time) in zip(recording.rr, recording.times) where interval < 3_072 {
                guard time / 1_000_000 > last else { continue }
                last = time / 1_000_000
                let rate = Int32(61_440 / Int32(max(interval, 200))) * 100
                let output = detector.observe(.value(rate), at: MonotonicTime(microseconds: time))
                findings += output?.decisionName == "changed" ? 1 : 0
            }
            hours += Double(last) / 3_600
        }
        #expect(hours > 60)
        #expect(Double(findings) / hours * 24 < 4)
    }
}
