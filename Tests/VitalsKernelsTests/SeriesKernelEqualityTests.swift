import Foundation
import Testing
import VitalsKernels
import VitalsTestKit

/// Every level of the kernels on one series against the scalar reference: same series in, same bits out.
@Suite("Series kernels equal the scalar reference")
struct SeriesKernelEqualityTests {
    /// Windows per level: a few thousand, or as many as `VITALS_KERNEL_WINDOWS` says (a million for a release).
    static let windows = ProcessInfo.processInfo.environment["VITALS_KERNEL_WINDOWS"].flatMap { Int($0) } ?? 4_000

    static let levels = KernelLevel.supported.filter { $0 != .scalar }

    @Test("discord: on random series, with constant stretches and missing samples", arguments: levels)
    func discord(level: KernelLevel) throws {
        let (oracle, table) = (try Self.table(.scalar), try Self.table(level))
        var (maker, random) = (SeriesMaker(seed: 0xD15C), SplitMix64(seed: 1))
        var (judged, neighbours) = (0, 0)
        while judged < Self.windows {
            let window = random.int(3...70)
            let history = random.int(1...120)
            var expected = DiscordSeries(window: window, history: history, kernels: oracle)
            var found = DiscordSeries(window: window, history: history, kernels: table)
            var differences = 0
            for sample in maker.series(400, magnitude: expected.magnitudeMax) {
                let neighbour = expected.append(sample)
                differences += found.append(sample) == neighbour ? 0 : 1
                judged += 1
                neighbours += neighbour == nil ? 0 : 1
            }
            #expect(differences == 0, "window \(window), history \(history)")
            #expect(found.memory.isIdentical(to: expected.memory), "window \(window), history \(history)")
        }
        #expect(neighbours > judged / 4, "\(neighbours) of \(judged) windows had a neighbour")
    }

    @Test("discord: at the ends of the range that is exact", arguments: levels)
    func discordEdges(level: KernelLevel) throws {
        let (oracle, table) = (try Self.table(.scalar), try Self.table(level))
        for window in [3, 4, 64, 1_024, 4_096] {
            var expected = DiscordSeries(window: window, history: 24, kernels: oracle)
            var found = DiscordSeries(window: window, history: 24, kernels: table)
            let top = expected.magnitudeMax
            for place in 0..<window * 2 + 80 {
                let sample = place % 3 == 0 ? top : place % 7 == 0 ? 0 : -top
                #expect(found.append(sample) == expected.append(sample), "window \(window)")
            }
            #expect(found.memory.isIdentical(to: expected.memory), "window \(window)")
        }
    }

    @Test("pulse: on random windows of every length", arguments: levels)
    func pulse(level: KernelLevel) throws {
        let (oracle, table) = (try Self.table(.scalar), try Self.table(level))
        var (maker, random) = (SeriesMaker(seed: 0x9075E), SplitMix64(seed: 2))
        var expected = PulseExtrema(countMax: 240, scalesMax: 60)
        var found = expected
        var (judged, differences, peaks) = (0, 0, 0)
        while judged < Self.windows {
            // A few as long as those of the detector, the others short, so that a million of them are judged in minutes.
            let isLong = random.int(0...63) == 0
            let series = maker.series(isLong ? 240 : 320, magnitude: 1 << 61).map { Int64($0 ?? 0) }
            let length = isLong ? 240 : random.int(1...40)
            let scales = random.int(1...(isLong ? 60 : 10))
            for start in stride(from: 0, through: series.count - length, by: length) {
                let window = Array(series[start..<start + length])
                expected.analyse(window, scales: scales, kernels: oracle)
                found.analyse(window, scales: scales, kernels: table)
                differences += found == expected ? 0 : 1
                judged += 1
                if judged % 8 == 0 { peaks += found.peaks().count }
            }
        }
        #expect(differences == 0, "\(differences) of \(judged) windows")
        #expect(peaks > judged / 64)
    }

    @Test("pulse: the ends of the range of its numbers compare as they are", arguments: KernelLevel.supported)
    func pulseEdges(level: KernelLevel) throws {
        var extrema = PulseExtrema(countMax: 16, scalesMax: 4)
        extrema.analyse(
            [0, .min, 0, .max, 0, .min, .max, .min, .max, .max, 0], scales: 4, kernels: try Self.table(level))
        #expect(extrema.peaks() == [3, 6])
        #expect(extrema.onsets() == [1, 5, 7])
        extrema.analyse([7], scales: 1, kernels: try Self.table(level))
        #expect(extrema.peaks() == [] && extrema.onsets() == [])
    }

    @Test("discord and pulse: on recorded pulse waves", arguments: levels)
    func recorded(level: KernelLevel) throws {
        guard let recordings = TestData.recordings else { return }
        let (oracle, table) = (try Self.table(.scalar), try Self.table(level))
        var extrema = (PulseExtrema(countMax: 181, scalesMax: 90), PulseExtrema(countMax: 181, scalesMax: 90))
        for subject in ["subject_05", "subject_16", "subject_20"] {
            let text = try String(
                contentsOf: recordings.appendingPathComponent("welltory-ppg/data/\(subject)/PPG.csv"), encoding: .utf8)
            let samples = text.split(separator: "\n").dropFirst().compactMap { line in
                Double(line.split(separator: ",")[1]).map { Int(($0 * 1_000).rounded()) }
            }
            #expect(samples.count > 1_900, "\(subject)")
            var series = (
                DiscordSeries(window: 50, history: 512, kernels: oracle),
                DiscordSeries(window: 50, history: 512, kernels: table)
            )
            for sample in samples { #expect(series.0.append(sample) == series.1.append(sample)) }
            #expect(series.0.memory.isIdentical(to: series.1.memory), "\(subject)")
            for start in stride(from: 0, to: samples.count - 181, by: 37) {
                let window = samples[start..<start + 181].map { Int64($0) }
                extrema.0.analyse(window, scales: 59, kernels: oracle)
                extrema.1.analyse(window, scales: 59, kernels: table)
                #expect(extrema.0 == extrema.1, "\(subject) from \(start)")
            }
        }
    }

    private static func table(_ level: KernelLevel) throws -> SeriesKernelTable {
        SeriesKernelTable(try KernelTable(level))
    }
}
