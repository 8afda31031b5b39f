import Foundation
import Testing
import VitalsKernels
import VitalsKernelsBaseline
import VitalsTestKit

/// Every level against the scalar reference: same block in, same bits out, after each kernel.
@Suite("Kernels equal the scalar reference")
struct KernelEqualityTests {
    /// Windows per level: a few thousand, or as many as `VITALS_KERNEL_WINDOWS` says (a million for a release).
    static let windows = ProcessInfo.processInfo.environment["VITALS_KERNEL_WINDOWS"].flatMap { Int($0) } ?? 4_000

    static let levels = KernelLevel.supported.filter { $0 != .scalar }

    @Test("on random windows, broken ones among them", arguments: levels)
    func random(level: KernelLevel) throws {
        let (oracle, table) = (try KernelTable(.scalar), try KernelTable(level))
        var maker = WindowMaker(seed: 0x5EED)
        for number in 0..<(Self.windows + WindowBlock.lanes - 1) / WindowBlock.lanes {
            var block = maker.block()
            // Blocks without a missing sample, or with a single one, take another way through the kernels.
            if number % 2 == 1 { Self.complete(&block, but: number / 2 % 3 == 0 ? number : nil) }
            try expectEqual(block, oracle, table, "block \(number)")
        }
    }

    /// Makes every sample of a block valid but one.
    private static func complete(_ block: inout WindowBlock, but missing: Int?) {
        for word in 0..<WindowBlock.slots / 32 {
            for lane in 0..<WindowBlock.lanes { block[BlockLayout.validity + word, lane] = -1 }
        }
        guard let missing else { return }
        let (slot, lane) = (missing % WindowBlock.slots, missing / 7 % WindowBlock.lanes)
        block[BlockLayout.validity + slot / 32, lane] = ~(1 << Int32(slot % 32))
    }

    @Test("random windows reach what there is to reach")
    func coverage() throws {
        let table = try KernelTable(.scalar)
        var maker = WindowMaker(seed: 0x5EED)
        var counts: [String: Int] = [:]
        for _ in 0..<64 {
            var block = maker.block()
            table.judge(&block)
            for lane in 0..<WindowBlock.lanes {
                let figures = block.figures(lane: lane)
                let marks = [
                    "outliers": figures.outliers != 0, "up": figures.up.slot != nil, "down": figures.down.slot != nil,
                    "late crossing": figures.up.slot ?? 0 > 9, "no sample": figures.referenceCount == 0,
                    "even count": figures.referenceCount % 2 == 0, "full": figures.referenceCount == 64,
                    "half a hundredth": figures.medianQ1 % 2 != 0,
                    "above the floor": figures.sigmaQ2 > 800, "huge": figures.sigmaQ2 > 1 << 22,
                    "turned back": figures.ewmaQ8 != figures.ewmaExtremeQ8,
                ]
                for (mark, isReached) in marks where isReached { counts[mark, default: 0] += 1 }
            }
        }
        #expect(counts.count == 11, "\(counts)")
        #expect(counts.values.allSatisfy { $0 >= 20 }, "of 1024 windows: \(counts)")
    }

    @Test("on windows at the edges", arguments: levels)
    func edges(level: KernelLevel) throws {
        let (oracle, table) = (try KernelTable(.scalar), try KernelTable(level))
        let (end, beyond): (Int32, Int32) = (1 << 20, .max)
        let ramp = (0..<WindowBlock.slots).map { Int32($0) * 100 }
        let windows: [(String, [Int32?])] = [
            ("no sample", Array(repeating: nil, count: 96)),
            ("one reference sample", [7_200] + Array(repeating: nil, count: 95)),
            ("one test sample", Array(repeating: nil, count: 95) + [7_200]),
            ("one of each", [7_200] + Array(repeating: nil, count: 94) + [9_000]),
            ("all equal", Array(repeating: 7_200, count: 96)),
            ("all zero", Array(repeating: 0, count: 96)),
            ("greatest sample", Array(repeating: end, count: 96)),
            ("least sample", Array(repeating: -end, count: 96)),
            ("beyond the greatest", Array(repeating: beyond, count: 96)),
            ("beyond the least", Array(repeating: .min, count: 96)),
            ("the widest step up", Array(repeating: -end, count: 64) + Array(repeating: end, count: 32)),
            ("the widest step down", Array(repeating: end, count: 64) + Array(repeating: -end, count: 32)),
            ("the widest zigzag", (0..<96).map { $0 % 2 == 0 ? end : -end }),
            ("rising", ramp), ("falling", ramp.reversed()),
            ("every other slot", (0..<96).map { $0 % 2 == 0 ? nil : 7_200 + Int32($0) }),
        ]
        #expect(windows.count == WindowBlock.lanes)
        for scale in [
            ChartScale(sigmaFloor: 200), ChartScale(sigmaFloor: .min, slackSixteenths: .max, limitSixteenths: .max),
        ] {
            var block = WindowBlock()
            for (lane, window) in windows.enumerated() {
                block.load(window.1, oldest: 0, scale: scale, lane: lane)
            }
            try expectEqual(block, oracle, table, "lanes: \(windows.map(\.0))")
            Self.complete(&block, but: nil)
            try expectEqual(block, oracle, table, "lanes, all samples valid: \(windows.map(\.0))")
        }
    }

    @Test("on windows of real hearts", .enabled(if: TestData.recordings != nil), arguments: levels)
    func recordings(level: KernelLevel) throws {
        let (oracle, table) = (try KernelTable(.scalar), try KernelTable(level))
        var series = Recordings.sinus.map(Self.rates)
        series += Recordings.fibrillation.map(Self.rates)
        var block = WindowBlock()
        for number in 0..<Self.windows {
            let rates = series[number % series.count]
            // Another place of the recording with each round.
            let start = number / series.count * 37 % (rates.count - WindowBlock.slots)
            let lane = number % WindowBlock.lanes
            let scale = ChartScale(sigmaFloor: 200)
            block.load(Array(rates[start..<start + WindowBlock.slots]), oldest: 0, scale: scale, lane: lane)
            if lane == WindowBlock.lanes - 1 { try expectEqual(block, oracle, table, "window \(number)") }
        }
    }

    /// The rate of each second of a recording in hundredths of a bpm, nil without a beat in it.
    private static func rates(_ recording: Recording) -> [Int32?] {
        var rates = [Int32?](repeating: nil, count: Int((recording.times.last ?? 0) / 1_000_000) + 200)
        for (interval, time) in zip(recording.rr, recording.times) where interval > 0 && time >= 0 {
            rates[Int(time / 1_000_000)] = 6_144_000 / Int32(interval)
        }
        return rates
    }

    @Test("whichever lane a window stands in, and whatever its neighbours hold", arguments: KernelLevel.supported)
    func lanesAreIndependent(level: KernelLevel) throws {
        let table = try KernelTable(level)
        let window = (0..<WindowBlock.slots).map { Int32?.some(7_000 + Int32($0 * $0 % 37) * 20) }
        var expected: WindowFigures?
        var maker = WindowMaker(seed: 77)
        for lane in 0..<WindowBlock.lanes {
            var block = maker.block()
            block.load(window, oldest: 0, scale: ChartScale(sigmaFloor: 200), lane: lane)
            block[BlockLayout.validity, lane] = -1
            table.judge(&block)
            let found = block.figures(lane: lane)
            #expect(found == expected ?? found, "lane \(lane)")
            expected = found
        }
    }

    private func expectEqual(
        _ block: WindowBlock, _ oracle: KernelTable, _ table: KernelTable, _ what: String
    ) throws {
        var (expected, found) = (block, block)
        let kernels = [
            ("reference", oracle.reference, table.reference), ("hampel", oracle.hampel, table.hampel),
            ("chart", oracle.chart, table.chart), ("summary", oracle.summary, table.summary),
        ]
        for (name, scalar, kernel) in kernels {
            scalar(&expected)
            kernel(&found)
            for lane in 0..<WindowBlock.lanes {
                try #require(
                    found.figures(lane: lane) == expected.figures(lane: lane), "\(name), lane \(lane), \(what)")
            }
        }
    }
}
