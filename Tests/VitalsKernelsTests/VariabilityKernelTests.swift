import Foundation
import Testing
import VitalsKernels
import VitalsKernelsBaseline
import VitalsTestKit

/// The kernel of variability at every level against the scalar reference: same intervals in, same sums out.
@Suite("The variability kernel equals the scalar reference")
struct VariabilityKernelTests {
    @Test("on random windows, with breaks and numbers that are no intervals", arguments: KernelEqualityTests.levels)
    func random(level: KernelLevel) throws {
        let (oracle, table) = (try KernelTable(.scalar), try KernelTable(level))
        var random = SplitMix64(seed: 0x5D22)
        var (judged, pairs) = (0, 0)
        while judged < KernelEqualityTests.windows {
            var found = IntervalBlock(within20: 20, within50: Int32(random.int(50...51)))
            var expected = found
            // Mostly short windows, so that a million of them are judged in minutes; some in two parts.
            let count = random.int(0...31) == 0 ? random.int(0...IntervalBlock.capacity) : random.int(0...40)
            for _ in 0..<random.int(1...2) {
                found[0, IntervalLayout.used] = Int32(count)
                for row in 0..<count {
                    for lane in 0..<IntervalBlock.lanes {
                        found[IntervalLayout.intervals + row, lane] = Self.interval(lane, &random)
                    }
                }
                for row in 0..<count {
                    for lane in 0..<IntervalBlock.lanes {
                        let place = IntervalLayout.intervals + row
                        expected[place, lane] = found[place, lane]
                    }
                }
                expected[0, IntervalLayout.used] = Int32(count)
                table.variability(&found)
                oracle.variability(&expected)
                try Self.expectEqual(found, expected, "\(judged) windows judged")
            }
            judged += IntervalBlock.lanes
            pairs += Int(found.sums(lane: 2).pairs)
        }
        #expect(pairs > judged / 4, "\(pairs) pairs in the third lanes of \(judged) windows")
    }

    /// A rhythm that is steady, irregular, alternating or broken, or any bits at all: by the lane.
    private static func interval(_ lane: Int, _ random: inout SplitMix64) -> Int32 {
        switch lane % 6 {
        case 0: Int32(800 + random.int(-30...30))
        case 1: Int32(random.int(300...1_300))
        case 2: random.int(0...3) == 0 ? 0 : Int32(700 + random.int(0...70))
        case 3: [1, 65_535, 65_536, -1, .max, .min, 0, 820, 840, 841, 871, 872][random.int(0...11)]
        case 4: Int32(random.int(0...1) == 0 ? 600 : 1_000)
        default: Int32(truncatingIfNeeded: random.next())
        }
    }

    @Test("on the greatest windows that there may be", arguments: KernelLevel.supported)
    func greatest(level: KernelLevel) throws {
        let table = try KernelTable(level)
        var block = IntervalBlock(within20: 20, within50: 50)
        let rows = IntervalBlock.capacity
        let alternating: [UInt16] = (0..<rows).map { $0 % 2 == 0 ? .max : 1 }
        let same = [UInt16](repeating: .max, count: rows)
        for _ in 0..<IntervalBlock.intervalsMax / rows {
            block.load(same[...], count: rows, lane: 0)
            block.load(alternating[...], count: rows, lane: 15)
            table.variability(&block)
        }
        let count = Int64(IntervalBlock.intervalsMax)
        let (top, sums) = (Int64(UInt16.max), block.sums(lane: 0))
        #expect(sums.count == count && sums.pairs == count - 1 && sums.sum == count * top)
        #expect(sums.squares == count * top * top && sums.differences == 0 && sums.above20 == 0)
        #expect(sums.totals == (count - 1) * 2 * top && sums.squaredTotals == (count - 1) * 4 * top * top)
        let wide = block.sums(lane: 15)
        #expect(wide.magnitudes == (count - 1) * (top - 1) && wide.differences == 1 - top)
        #expect(wide.squaredDifferences == (count - 1) * (top - 1) * (top - 1))
        #expect(wide.squaredTotals == (count - 1) * (top + 1) * (top + 1) && wide.above50 == count - 1)
        #expect(block.sums(lane: 7).count == 0, "the lanes beside hold nothing")
    }

    @Test("over any bits at all in header and sums, without a trap", arguments: KernelEqualityTests.levels)
    func garbage(level: KernelLevel) throws {
        let table = try KernelTable(level)
        let baseline = try KernelTable(KernelEqualityTests.levels[0])
        var random = SplitMix64(seed: 6)
        for _ in 0..<20 {
            var block = IntervalBlock(within20: 0, within50: 0)
            for row in 0..<IntervalLayout.rows {
                for lane in 0..<IntervalBlock.lanes { block[row, lane] = Int32(truncatingIfNeeded: random.next()) }
            }
            var other = block
            table.variability(&block)
            baseline.variability(&other)
            try Self.expectEqual(block, other, "any bits")
        }
    }

    @Test("on windows of real hearts", .enabled(if: TestData.recordings != nil), arguments: KernelEqualityTests.levels)
    func recordings(level: KernelLevel) throws {
        let (oracle, table) = (try KernelTable(.scalar), try KernelTable(level))
        let records = Recordings.sinus + Recordings.fibrillation
        for start in stride(from: 0, to: KernelEqualityTests.windows / IntervalBlock.lanes, by: 4) {
            var found = IntervalBlock(within20: 20, within50: 51)
            for lane in 0..<IntervalBlock.lanes {
                let rr = records[(start + lane) % records.count].rr
                let first = start * 7 % max(rr.count - 400, 1)
                found.load(rr[first..<min(first + 300 + lane, rr.count)], count: 400, lane: lane)
            }
            var expected = found
            table.variability(&found)
            oracle.variability(&expected)
            try Self.expectEqual(found, expected, "from beat \(start)")
        }
    }

    /// The sums, and what the next part goes by.
    private static func expectEqual(_ found: IntervalBlock, _ expected: IntervalBlock, _ what: String) throws {
        for row in IntervalLayout.previous..<IntervalLayout.intervals {
            for lane in 0..<IntervalBlock.lanes where found[row, lane] != expected[row, lane] {
                try #require(found[row, lane] == expected[row, lane], "row \(row), lane \(lane), \(what)")
            }
        }
    }
}
