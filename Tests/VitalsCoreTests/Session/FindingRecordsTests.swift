import Testing
import VitalsModel
import VitalsTestKit

@testable import VitalsCore

@Suite("The records that a finding names")
struct FindingRecordsTests {
    /// Every sample of the finding's stream from its `from` to its `to` lies in the records that it names.
    private static func check(_ run: EngineRun) throws -> Int {
        var stamps: [String: [(MonotonicTime, UInt64)]] = [:]
        for record in run.records(.samples) {
            let times: [MonotonicTime] =
                switch try SampleBlock(decoding: record.body).samples {
                case .heartRate(let samples): samples.map(\.stamp.monotonic)
                case .oximetry(let samples): samples.map(\.stamp.monotonic)
                case .spotCheck(let samples): samples.map(\.stamp.monotonic)
                case .ppg(let samples): samples.map(\.stamp.monotonic)
                }
            stamps["\(record.sensor?.rawValue ?? 0) \(record.subject)", default: []] += times.map {
                ($0, record.sequence)
            }
        }
        for finding in run.records(.finding) {
            let range = try #require(finding.range)
            let (from, to) = (try #require(finding.number("from")), try #require(finding.number("to")))
            #expect(range.upperBound < finding.sequence)
            let judged = stamps["\(finding.sensor?.rawValue ?? 0) \(finding.text("stream"))", default: []]
                .filter { from...to ~= $0.0.microseconds && $0.1 < finding.sequence }
            #expect(!judged.isEmpty)
            #expect(judged.allSatisfy { range ~= $0.1 }, "\(finding.sequence) \(finding.text("condition"))")
            let later = stamps["\(finding.sensor?.rawValue ?? 0) \(finding.text("stream"))", default: []]
                .filter { $0.0.microseconds < to && $0.1 > finding.sequence }
            #expect(later.isEmpty, "samples that were judged stand behind the finding")
        }
        return run.records(.finding).count
    }

    @Test("hold the samples from its beginning to its end, for every detector", arguments: [1, 15, 300])
    func hold(blockSeconds: Int) throws {
        var findings = 0
        for seed in UInt64(1)...6 {
            findings += try Self.check(
                EngineRun(EventMaker(seed: seed, count: 1_500).inputs, EngineConfiguration(blockSeconds: blockSeconds)))
        }
        #expect(findings > 20)
    }

    @Test("hold the 96 seconds of a change in blocks of one second")
    func change() throws {
        var run = EngineRun(EngineConfiguration(blockSeconds: 1))
        for second in 0..<200 {
            run.heartRate(Packet.heartRate(UInt8((second < 120 ? 70 : 100) + second % 2)), at: second * 1_000)
        }
        #expect(try Self.check(run) == 1)
        let finding = try #require(run.records(.finding, "change").first)
        #expect(finding.text("condition") == "heart-rate-change-up")
        let range = try #require(finding.range)
        #expect(range.count >= 96)
    }

    @Test("reach back over an hour when a condition built up so slowly")
    func slow() throws {
        var run = EngineRun()
        // A fall of 1 % for 20 s, an hour between limit and hysteresis, then the rest of the budget.
        for second in 0..<3_700 {
            let spO2: UInt16 = second < 10 ? 97 : second < 30 ? 89 : second < 3_630 ? 91 : 89
            run.oximetry(Packet.oximetry(spO2, pulse: UInt16(70 + second % 3)), at: second * 1_000)
        }
        #expect(try Self.check(run) >= 2)
        let finding = try #require(run.records(.finding, "saturation-seconds").first)
        #expect(finding.number("from") == 9_000_000)
    }

    @Test("are exact for the newest blocks and never too few for the old ones")
    func thinning() {
        var blocks = ClosedBlocks()
        for block in 0..<5_000 {
            blocks.note(UInt64(block + 1), until: MonotonicTime(microseconds: Int64(block) * 10 + 9))
        }
        for time in stride(from: 0, to: 50_000, by: 7) {
            let range = blocks.records(since: MonotonicTime(microseconds: Int64(time)))
            let exact = UInt64(time / 10 + 1)
            #expect(range.map { $0.lowerBound <= exact && $0.upperBound == 5_000 } == true)
            if time >= 50_000 - 320 { #expect(range?.lowerBound == exact) }
        }
        #expect(blocks.records(since: MonotonicTime(microseconds: 50_000)) == nil)
        #expect(ClosedBlocks().records(since: MonotonicTime(microseconds: 0)) == nil)
    }
}
