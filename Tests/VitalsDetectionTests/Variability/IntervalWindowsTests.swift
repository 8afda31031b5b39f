import Testing
import VitalsDetection
import VitalsKernels
import VitalsTestKit

@Suite("Sums of many windows at a time")
struct IntervalWindowsTests {
    /// The sums of a window, interval by interval, 0 for none.
    private static func sums(_ intervals: ArraySlice<UInt16>, _ unit: IntervalUnit) -> IntervalSums {
        var sums = IntervalSums(unit: unit)
        for interval in intervals {
            if interval == 0 { sums.interrupt() } else { sums.add(interval) }
        }
        sums.interrupt()
        return sums
    }

    @Test("are those of each window, interval by interval", arguments: KernelLevel.supported)
    func equal(level: KernelLevel) throws {
        let kernels = try KernelTable(level)
        var random = SplitMix64(seed: 12)
        let intervals = (0..<30_000).map { place in
            random.int(0...40) == 0 ? 0 : UInt16(place / 500 % 3 == 0 ? random.int(1...65_535) : random.int(700...900))
        }
        // Empty ones, short ones, some that take several parts of a block, and one that is more than sums hold.
        var windows = (0..<150).map { number in
            let start = random.int(0...26_000)
            return start..<start + [0, 1, 2, random.int(3...600), random.int(400...3_000)][number % 5]
        }
        windows.append(0..<30_000)
        for unit in IntervalUnit.allCases {
            let found = IntervalSums.windows(windows, of: intervals, unit: unit, kernels: kernels)
            #expect(found.count == windows.count)
            for (window, sums) in zip(windows, found) {
                try #require(sums == Self.sums(intervals[window], unit), "\(window), \(unit)")
            }
            #expect(found.last?.isFull == true)
        }
    }

    @Test("of no window there are none")
    func none() {
        #expect(IntervalSums.windows([], of: [800], kernels: .best).isEmpty)
    }
}
