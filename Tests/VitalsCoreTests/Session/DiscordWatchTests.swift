import Testing
import VitalsDetection
import VitalsKernels
import VitalsModel
import VitalsTestKit

@testable import VitalsCore

@Suite("Shape discords of the heart rate")
struct DiscordWatchTests {
    private static let configuration = Discord.Configuration(
        windowSamples: 16, historyWindows: 800, minimumHistory: 100, distanceLimitThousandths: 3_000)

    /// One reading a second, or as the times say; the findings' seconds and the traced decisions.
    private static func run(
        _ readings: [(time: Int, Reading)]
    ) -> (findings: [Record], traces: Int) {
        var watch = DiscordWatch(.heartRate, configuration, kernels: .best)
        var block = BlockBuilder<HeartRateSample>(sensor: .test(1), span: .seconds(20))
        var output = EngineOutput(nextSequence: 1, tracing: .all, configurationDigest: "d1", boot: nil)
        for (time, reading) in readings {
            block.add(HeartRateSample(stamp: .at(time), heartRate: 72, contact: .detected, quality: .valid), &output)
            watch.take(reading, at: .at(time), in: &block, AlarmDesk(sensor: .test(1)), &output)
        }
        let records = output.effects.compactMap { effect in
            if case .append(let record) = effect { record } else { nil }
        }
        let traces = output.effects.count { if case .trace = $0 { true } else { false } }
        return (records.filter { $0.kind == .finding }, traces)
    }

    private static func rate(_ second: Int) -> Int32 { Int32(70_00 + second % 21 * 30 + second * second % 7 * 10) }

    @Test("A course that never was before is told with the window that holds it")
    func found() throws {
        let readings = (0..<400).map { second -> (time: Int, Reading) in
            let odd: Int32 = 300..<308 ~= second ? (second % 2 == 0 ? 20_00 : -10_00) : 0
            return (second * 1_000, .value(Self.rate(second) + odd))
        }
        let findings = Self.run(readings).findings
        #expect(findings.map { $0.text("condition") } == ["heart-rate-discord"])
        let finding = try #require(findings.first)
        let (from, to) = (try #require(finding.number("from")), try #require(finding.number("to")))
        #expect(to - from == 17_000_000 && 300_000_000..<316_000_000 ~= to)
        #expect(finding.range != nil && finding.text("detector") == "discord/1")
    }

    @Test("Each second counts once, whatever comes in it, and one without a reading is missing")
    func seconds() {
        let twice: [(time: Int, Reading)] = (0..<200).flatMap { second in
            [
                (time: second * 1_000, Reading.value(Self.rate(second) + 900)),
                (time: second * 1_000 + 500, Reading.value(Self.rate(second))),
            ]
        }
        let once = (0..<200).map { (time: $0 * 1_000, Reading.value(Self.rate($0))) }
        #expect(Self.run(twice).traces == 199 && Self.run(once).traces == 199)
        let holes = once.filter { $0.time % 50_000 != 7_000 }
        #expect(Self.run(holes).traces == 199)
        #expect(Self.run(holes).findings.isEmpty)
    }

    @Test("A silence of an hour costs a window's length of missing samples, not an hour's")
    func silence() {
        let before = (0..<200).map { (time: $0 * 1_000, Reading.value(Self.rate($0))) }
        let after = (0..<50).map { (time: ($0 + 3_800) * 1_000, Reading.value(Self.rate($0))) }
        #expect(Self.run(before + after).traces == 199 + 1 + 16 + 49)
    }
}
