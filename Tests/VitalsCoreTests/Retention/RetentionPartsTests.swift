import Testing
import VitalsCore
import VitalsTestKit

@Suite("What retention counts with")
struct RetentionPartsTests {
    private static func set(_ random: inout SplitMix64) -> Set<UInt64> {
        Set((0..<random.int(0...25)).map { _ in UInt64(random.int(1...40)) })
    }

    private static func ranges(_ set: Set<UInt64>) -> SequenceRanges { SequenceRanges(set.map { $0...$0 }) }

    @Test("Sets of sequences do what sets of numbers do, from any seed", arguments: 1...100 as ClosedRange<UInt64>)
    func sets(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        let one = Self.set(&random)
        let other = Self.set(&random)
        let last = UInt64(random.int(0...45))
        #expect(Self.ranges(one).intersection(Self.ranges(other)) == Self.ranges(one.intersection(other)))
        #expect(Self.ranges(one).upTo(last) == Self.ranges(one.filter { $0 <= last }))
        let left = one.subtracting(other)
        let parts = Self.ranges(one).ranges(notIn: Self.ranges(other), atMost: 3)
        #expect(parts == Array(Self.ranges(left).ranges.prefix(3)))
    }

    @Test("Runs that touch join, and the chain of the last one stays; what was lost to damage stays by itself")
    func runs() {
        let runs = [(9, 9, 1), (1, 3, 2), (5, 7, 3), (4, 4, 4), (10, 12, 5)].map { first, last, chain in
            DroppedRun(first: first, last: last, chain: [chain])
        }
        let joined = DroppedRun.joined(runs)
        #expect(
            joined == [DroppedRun(first: 1, last: 7, chain: [3]), DroppedRun(first: 9, last: 12, chain: [5])])
        #expect(joined.map(\.count) == [7, 4])
        let lost = [DroppedRun(first: 1, last: 3, chain: []), DroppedRun(first: 4, last: 5, chain: [1])]
        #expect(DroppedRun.joined(lost) == lost)
    }

    @Test(
        "The shares of a journal's bytes are never more than the bytes",
        arguments: [4 << 20, 32 << 20, 2 << 30] as [Int64])
    func shares(bytes: Int64) {
        let budget = SpaceBudget(maxBytes: bytes, pageBytes: 4_096)
        #expect(budget.pagesMost * 4_096 + 2 * budget.walBytes + budget.ballastBytes < bytes)
        #expect(budget.pagesMost * 4_096 > bytes / 2)
        #expect(budget.checkpointPages * 4_096 <= budget.walBytes)
    }

    @Test("Pressure begins at the high mark and ends at the low one; on a short disk the file grows no further")
    func pressure() {
        let budget = SpaceBudget(maxBytes: 64 << 20, pageBytes: 4_096)
        var usage = SpaceUsage(
            pages: budget.pagesMost, freePages: 0, walBytes: 4 << 20, ballastBytes: budget.ballastBytes,
            freeBytes: 1 << 40)
        #expect(budget.state(usage).pressure(was: nil) == .bytes)
        usage.freePages = budget.marginPages + 1
        #expect(budget.state(usage).pressure(was: nil) == nil)
        #expect(budget.state(usage).pressure(was: .bytes) == .bytes)
        usage.freePages = 2 * budget.marginPages
        #expect(budget.state(usage).pressure(was: .bytes) == nil)
        usage.pages = 2_000
        usage.freePages = 0
        usage.freeBytes = 0
        let short = budget.state(usage)
        #expect(short.isTight && short.limitPages == 2_000)
        #expect(short.pressure(was: nil) == .disk)
    }
}
