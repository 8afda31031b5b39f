import Testing
import VitalsCore
import VitalsTestKit

@Suite("Ranges of sequences")
struct SequenceRangesTests {
    @Test("neighbours join, and what touches nothing stands alone")
    func joining() {
        var ranges = SequenceRanges()
        for sequence: UInt64 in [5, 1, 3, 2, 9] { #expect(ranges.insert(sequence) == true) }
        #expect(ranges.ranges == [1...3, 5...5, 9...9])
        #expect(ranges.insert(2) == false)
        ranges.insert(4...8)
        #expect(ranges.ranges == [1...9])
        #expect(ranges.count == 9)
        #expect(ranges.contains(9) && !ranges.contains(10) && !ranges.contains(0))
    }

    @Test("what is missing is said as ranges, up to the last one asked for")
    func missing() {
        let ranges = SequenceRanges([3...4, 8...8])
        #expect(ranges.missing(upTo: 10) == [1...2, 5...7, 9...10])
        #expect(ranges.missing(upTo: 8) == [1...2, 5...7])
        #expect(ranges.missing(upTo: 6) == [1...2, 5...6])
        #expect(ranges.missing(upTo: 3) == [1...2])
        #expect(ranges.missing(upTo: 0).isEmpty)
        #expect(SequenceRanges().missing(upTo: 2) == [1...2])
        #expect(SequenceRanges([1...2]).missing(upTo: 2).isEmpty)
    }

    @Test("the ends of the number range do not trap, whatever a damaged store says")
    func extremes() {
        var ranges = SequenceRanges([0...0, UInt64.max...UInt64.max])
        ranges.insert(0...UInt64.max)
        #expect(ranges.ranges == [0...UInt64.max])
        #expect(ranges.count == UInt64.max)
        #expect(ranges.missing(upTo: .max).isEmpty)
        #expect(ranges.count(upTo: 7) == 7 && ranges.count(upTo: .max) == .max)
        ranges.remove(5...UInt64.max)
        #expect(ranges.ranges == [0...4] && ranges.count == 4)
        ranges.remove(0...UInt64.max)
        #expect(ranges.isEmpty && ranges.count == 0)
        #expect(SequenceRanges([UInt64.max...UInt64.max]).missing(upTo: .max) == [1...(UInt64.max - 1)])
    }

    @Test("it agrees with a plain set", arguments: 0..<50)
    func agreesWithSet(_ seed: Int) {
        var random = SplitMix64(seed: UInt64(seed))
        var ranges = SequenceRanges()
        var model = Set<UInt64>()
        for _ in 0..<80 {
            let start = UInt64(random.int(1...120))
            let range = start...(start + UInt64(random.int(0...4)))
            ranges.insert(range)
            model.formUnion(range)
            #expect(ranges.count == UInt64(model.count))
            let bound = UInt64(random.int(0...130))
            #expect(ranges.count(upTo: bound) == UInt64(model.count { $0 <= bound }))
            #expect(
                ranges.missing(in: start...bound + start).flatMap { Array($0) }
                    == (start...bound + start).filter { !model.contains($0) })
            if random.int(0...4) == 0 {
                let gone = start...(start + UInt64(random.int(0...30)))
                ranges.remove(gone)
                model.subtract(gone)
                #expect(ranges.count == UInt64(model.count))
            }
        }
        #expect(ranges.ranges.flatMap { Array($0) } == model.sorted())
        #expect(zip(ranges.ranges, ranges.ranges.dropFirst()).allSatisfy { $0.upperBound + 1 < $1.lowerBound })
        #expect(ranges.missing(upTo: 130).flatMap { Array($0) } == (1...130).filter { !model.contains($0) })
    }
}
