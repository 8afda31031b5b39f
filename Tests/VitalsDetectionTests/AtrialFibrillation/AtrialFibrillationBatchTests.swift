import Foundation
import Testing
import VitalsDetection
import VitalsKernels
import VitalsModel
import VitalsTestKit

/// The batch beside as many detectors: the same beats in, the same outputs, at every kernel level.
@Suite("Atrial fibrillation of many streams")
struct AtrialFibrillationBatchTests {
    /// Beats of each recording: some thousand, or all with `VITALS_BATCH_BEATS=all`.
    private static let beats = ProcessInfo.processInfo.environment["VITALS_BATCH_BEATS"] == "all" ? Int.max : 1_500

    private static let levels = KernelLevel.supported.filter { $0 != .scalar }

    @Test("gaps, lost links, zeros and streams without beats change nothing", arguments: KernelLevel.supported)
    func random(level: KernelLevel) throws {
        let streams = 70
        for configuration in [
            AtrialFibrillation.Configuration(), .published,
            AtrialFibrillation.Configuration(words: 20, earlyWords: 90, edgeBeats: 99, hold: .seconds(5)),
        ] {
            var batch = AtrialFibrillationBatch(
                streams: streams, configuration: configuration, kernels: try KernelTable(level))
            var detectors = (0..<streams).map { _ in AtrialFibrillation(configuration: configuration) }
            var random = SplitMix64(seed: 0xAF)
            var time: Int64 = 0
            var counts: [String: Int] = [:]
            for step in 0..<(level == .scalar ? 50 : 700) {
                time += 800_000
                var expected = [AtrialFibrillation.Output?](repeating: nil, count: streams)
                for stream in 0..<streams where random.int(0...19) > 0 {
                    let now = MonotonicTime(microseconds: time)
                    let event = random.int(0...3_000)
                    if event == 0 {
                        #expect(detectors[stream].abandon(at: now) == batch.abandon(at: now, stream: stream))
                    } else if event < 8 {
                        let later = MonotonicTime(microseconds: time + (event < 4 ? 70_000_000 : 1_000_000))
                        #expect(detectors[stream].gap(until: later) == batch.gap(until: later, stream: stream))
                    }
                    let isIrregular = (step / 300 + stream) % 3 == 0
                    let rr = event == 9 ? 0 : UInt16(isIrregular ? 400 + random.int(0...700) : 800 + random.int(0...9))
                    expected[stream] = detectors[stream].judge(rr: rr, at: now)
                    batch.observe(rr: rr, at: now, stream: stream)
                }
                batch.judge()
                for stream in 0..<streams {
                    let output = batch.output(of: stream)
                    try #require(output == expected[stream], "step \(step), stream \(stream)")
                    #expect(batch.decision(of: stream) == output?.decision)
                    #expect(batch.transition(of: stream) == output?.transition)
                    counts[output?.decisionName ?? "none", default: 0] += 1
                    if output?.transition != nil { counts["transition", default: 0] += 1 }
                }
            }
            let isLong = level != .scalar
            #expect(counts["none", default: 0] > 100 && counts["not-assessed", default: 0] > 100, "\(counts)")
            #expect(
                !isLong || counts["present", default: 0] > 1_000 && counts["transition", default: 0] > 10, "\(counts)")
        }
    }

    @Test("a step of all streams at once is a step of each", arguments: [64, 70])
    func whole(streams: Int) throws {
        var (single, whole) = (
            AtrialFibrillationBatch(streams: streams, kernels: .best),
            AtrialFibrillationBatch(streams: streams, kernels: .best)
        )
        var random = SplitMix64(seed: 64)
        for step in 0..<300 {
            let intervals = (0..<streams).map { stream in
                random.int(0...999) == 0 ? 0 : UInt16(stream % 2 == 0 ? 800 : 400 + random.int(0...700))
            }
            let times = (0..<streams).map { MonotonicTime(microseconds: Int64(step * 800_000 + $0)) }
            for stream in 0..<streams { single.observe(rr: intervals[stream], at: times[stream], stream: stream) }
            single.judge()
            if step % 50 == 7 {
                // Between steps of all, one of some.
                for stream in 0..<streams { whole.observe(rr: intervals[stream], at: times[stream], stream: stream) }
                whole.judge()
            } else {
                whole.judge(rr: intervals, at: times)
            }
            for stream in 0..<streams {
                try #require(single.output(of: stream) == whole.output(of: stream), "step \(step), stream \(stream)")
            }
        }
        #expect((0..<streams).contains { whole.decision(of: $0) == .present })
    }

    @Test(
        "every output on the recordings is the detector's", .enabled(if: TestData.recordings != nil), arguments: levels)
    func recordings(level: KernelLevel) throws {
        let records = Recordings.fibrillation + Recordings.arrhythmia + Recordings.sinus
        var batch = AtrialFibrillationBatch(streams: records.count, kernels: try KernelTable(level))
        var detectors = records.map { _ in AtrialFibrillation() }
        var present = 0
        for beat in 0..<min(Self.beats, records.map(\.rr.count).max() ?? 0) {
            var expected = [AtrialFibrillation.Output?](repeating: nil, count: records.count)
            for (stream, record) in records.enumerated() where beat < record.rr.count {
                let time = MonotonicTime(microseconds: record.times[beat])
                expected[stream] = detectors[stream].judge(rr: record.rr[beat], at: time)
                batch.observe(rr: record.rr[beat], at: time, stream: stream)
            }
            batch.judge()
            for stream in records.indices {
                let output = batch.output(of: stream)
                try #require(output == expected[stream], "\(records[stream].name), beat \(beat)")
                present += output?.decision == .present ? 1 : 0
            }
        }
        #expect(present > 1_000)
    }
}
