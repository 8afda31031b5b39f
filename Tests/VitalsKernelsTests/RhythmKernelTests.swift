import Foundation
import Testing
import VitalsKernels
import VitalsKernelsBaseline
import VitalsTestKit

/// The kernel of heart rhythms at every level against the scalar reference: same beats in, same numbers out.
@Suite("The rhythm kernel equals the scalar reference")
struct RhythmKernelTests {
    /// What the c-th word of a kind adds: any table does here, so one that tells all counts apart.
    private static let steps: [Int32] = (0...256).map { (count: Int) -> Int32 in
        count < 2 ? 0 : Int32(count * count * 1_000 + 7)
    }

    /// Sums below which a window is irregular: a limit between those that occur, for each number of words.
    private static let limits: [Int32] = (0...255).map { (distinct: Int) -> Int32 in Int32(distinct) * 40_000 }

    private static func block(_ capacity: Int, _ early: Int, _ edge: ClosedRange<Int>) -> RhythmBlock {
        RhythmBlock(
            capacity: capacity, earlyCapacity: early, edge: edge, steps: steps, limits: limits, earlyLimits: limits)
    }

    /// Rows that the state and the results fill; the rows of scratch and the notes of repeats are the kernel's own.
    private static func expectEqual(_ found: RhythmBlock, _ expected: RhythmBlock, _ what: String) {
        let lanes = Lanes.scalarCount
        var indices = Array(RhythmLayout.history * lanes..<RhythmLayout.steps * lanes)
        indices += (0..<6).map { $0 }
        for slot in 0..<found.capacity {
            let word = RhythmLayout.words + slot * RhythmLayout.wordPlanes
            indices += Array(word * lanes..<(word + 3) * lanes)
            let trait = RhythmLayout.traits(capacity: found.capacity) + slot * RhythmLayout.traitPlanes
            indices += Array(trait * lanes..<(trait + RhythmLayout.traitPlanes) * lanes)
        }
        for index in indices where found[0, index] != expected[0, index] {
            Issue.record("row \(index / lanes), number \(index % lanes), \(what)")
            return
        }
    }

    @Test(
        "over random rhythms, in which beats are missing and streams are forgotten",
        arguments: KernelEqualityTests.levels)
    func random(level: KernelLevel) throws {
        let (oracle, table) = (try KernelTable(.scalar), try KernelTable(level))
        var random = SplitMix64(seed: 0xBEA7)
        let steps = max(KernelEqualityTests.windows / RhythmBlock.streams, 64)
        for (capacity, early, edge, share) in [
            (127, 64, 56...72, 14), (16, 16, 1...15, 2), (20, 17, 10...10, 1), (255, 16, 3...254, 1),
        ] {
            var found = Self.block(capacity, early, edge)
            var expected = found
            for step in 0..<max(steps * share / 18, 16) {
                for stream in 0..<RhythmBlock.streams {
                    let interval = Self.interval(stream, &random)
                    for change in [random.int(0...400)] where change < 2 {
                        change == 0 ? found.breakChain(stream: stream) : found.forget(stream: stream)
                        change == 0 ? expected.breakChain(stream: stream) : expected.forget(stream: stream)
                    }
                    found[RhythmLayout.interval, stream] = interval
                    expected[RhythmLayout.interval, stream] = interval
                }
                table.rhythm(&found)
                oracle.rhythm(&expected)
                // The whole state now and then; the results after every step.
                let isWhole = step % 16 == 0 || step == steps - 1
                let (results, end) = (RhythmLayout.sum * 16, RhythmLayout.steps * 16)
                for index in results..<end where found[0, index] != expected[0, index] {
                    try #require(found[0, index] == expected[0, index], "number \(index), step \(step), \(capacity)")
                }
                if isWhole { Self.expectEqual(found, expected, "step \(step), \(capacity) beats") }
            }
        }
    }

    /// One of eight kinds of rhythm, by the stream: steady, wobbling, irregular, bigeminy, trigeminy, any bits, the ends
    /// of the range and beyond, seldom a beat.
    private static func interval(_ stream: Int, _ random: inout SplitMix64) -> Int32 {
        let isMissing = random.int(0...9) == 0 && stream % 3 == 0
        if isMissing { return 0 }
        return switch stream % 8 {
        case 0: 800
        case 1: Int32(780 + random.int(0...40))
        case 2: Int32(400 + random.int(0...700))
        case 3: Int32(random.int(0...1) == 0 ? 560 : 1_050)
        case 4: Int32([900, 900, 600][random.int(0...2)])
        case 5: Int32(truncatingIfNeeded: random.next())
        case 6: [1, 2, 65_535, 65_536, -1, .max, .min, 61_440][random.int(0...7)]
        default: random.int(0...5) == 0 ? Int32(1 + random.int(0...65_534)) : 0
        }
    }

    @Test("over any bits at all in header, state and rings, without a trap", arguments: KernelEqualityTests.levels)
    func garbage(level: KernelLevel) throws {
        let table = try KernelTable(level)
        var random = SplitMix64(seed: 5)
        var block = Self.block(255, 64, 1...9)
        let last = RhythmLayout.rows(capacity: 255) * 16
        for _ in 0..<40 {
            for index in 0..<last where !(RhythmLayout.steps * 16..<RhythmLayout.words * 16 ~= index) || index < 16 {
                block[0, index] = Int32(truncatingIfNeeded: random.next())
            }
            table.rhythm(&block)
            #expect(0..<255 ~= block[0, RhythmLayout.position])
        }
    }

    @Test(
        "over the recordings of real rhythms", .enabled(if: TestData.recordings != nil),
        arguments: KernelEqualityTests.levels)
    func recordings(level: KernelLevel) throws {
        let (oracle, table) = (try KernelTable(.scalar), try KernelTable(level))
        let records = Array((Recordings.fibrillation + Recordings.arrhythmia).prefix(RhythmBlock.streams))
        var found = Self.block(127, 64, 56...72)
        var expected = found
        let beats = min(KernelEqualityTests.windows / 50, records.map(\.rr.count).max() ?? 0)
        for beat in 0..<beats {
            let intervals = (0..<RhythmBlock.streams).map { stream in
                stream < records.count && beat < records[stream].rr.count ? records[stream].rr[beat] : 0
            }
            found.setIntervals(intervals, from: 0)
            expected.setIntervals(intervals, from: 0)
            table.rhythm(&found)
            oracle.rhythm(&expected)
            for index in RhythmLayout.sum * 16..<RhythmLayout.steps * 16 where found[0, index] != expected[0, index] {
                try #require(found[0, index] == expected[0, index], "number \(index), beat \(beat)")
            }
        }
    }
}
