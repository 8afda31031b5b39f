import Testing
import VitalsTestKit

@testable import VitalsStore

@Suite("Sets of sequences")
struct SequenceRangesTests {
    @Test("Ranges that overlap or touch become one, at the ends of the numbers too")
    func joins() {
        var ranges = SequenceRanges()
        for range in [5...6, 1...2, 9...9, 3...3] as [ClosedRange<UInt64>] { ranges.insert(range) }
        #expect(ranges.ranges == [1...3, 5...6, 9...9])
        ranges.insert(UInt64.max...UInt64.max)
        ranges.insert(UInt64.max - 1...UInt64.max - 1)
        ranges.insert(0...0)
        #expect(ranges.ranges == [0...3, 5...6, 9...9, UInt64.max - 1...UInt64.max])
        ranges.insert(4...8)
        #expect(ranges.ranges == [0...9, UInt64.max - 1...UInt64.max])
        ranges.insert(0...UInt64.max)
        #expect(ranges.ranges == [0...UInt64.max])
    }

    @Test("The part up to a sequence keeps nothing above it")
    func upTo() {
        var ranges = SequenceRanges()
        for range in [1...3, 5...9] as [ClosedRange<UInt64>] { ranges.insert(range) }
        #expect(ranges.upTo(0).ranges.isEmpty)
        #expect(ranges.upTo(4).ranges == [1...3])
        #expect(ranges.upTo(6).ranges == [1...3, 5...6])
        #expect(ranges.upTo(.max) == ranges)
    }

    @Test("Random ranges hold the same numbers as a plain set", arguments: UInt64(1)...20)
    func likeASet(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        var ranges = SequenceRanges()
        var set: Set<UInt64> = []
        for _ in 0..<40 {
            let first = UInt64(random.int(0...80))
            let range = first...(first + UInt64(random.int(0...6)))
            ranges.insert(range)
            set.formUnion(range)
            #expect(ranges.ranges.flatMap { Array($0) } == set.sorted())
            #expect(zip(ranges.ranges, ranges.ranges.dropFirst()).allSatisfy { $0.upperBound + 1 < $1.lowerBound })
        }
    }
}
