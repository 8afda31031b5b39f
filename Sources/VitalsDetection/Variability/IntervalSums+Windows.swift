public import VitalsKernels

extension IntervalSums {
    /// The sums of many windows of one recorded series, sixteen windows side by side: the same numbers as interval by
    /// interval.
    ///
    /// This is for series that lie there whole. `HeartRateVariability` adds each interval as it comes, a few nanoseconds, and
    /// has nothing left to add up when its window closes.
    ///
    /// - Parameters:
    ///   - windows: places of `intervals`; they may overlap.
    ///   - intervals: in the unit, 0 for none, which breaks the chain.
    ///   - kernels: the kernels that add.
    /// - Returns: the sums of each window, in their order, without the interval that a next one could be paired with.
    public static func windows(
        _ windows: [Range<Int>], of intervals: [UInt16], unit: IntervalUnit = .ticks, kernels: KernelTable
    ) -> [IntervalSums] {
        var block = IntervalBlock(within20: Int32(unit.within20), within50: Int32(unit.within50))
        var found: [IntervalSums] = []
        found.reserveCapacity(windows.count)
        for first in stride(from: 0, to: windows.count, by: IntervalBlock.lanes) {
            let group = windows[first..<min(first + IntervalBlock.lanes, windows.count)]
            let longest = group.reduce(0) { max($0, $1.count) }
            // A window that may be more than sums can hold is cut where they are full, which only they know.
            guard longest <= min(VitalsDetectionLimits.summedIntervals, IntervalBlock.intervalsMax) else {
                found += group.map { IntervalSums(of: intervals[$0], unit: unit) }
                continue
            }
            block.clear()
            for start in stride(from: 0, to: longest, by: IntervalBlock.capacity) {
                let count = min(IntervalBlock.capacity, longest - start)
                for lane in 0..<IntervalBlock.lanes {
                    let part = lane < group.count ? group[first + lane].dropFirst(start).prefix(count) : 0..<0
                    block.load(intervals[part], count: count, lane: lane)
                }
                kernels.variability(&block)
            }
            for lane in 0..<group.count { found.append(IntervalSums(block.sums(lane: lane), unit: unit)) }
        }
        return found
    }

    /// The sums of a window, interval by interval, 0 for none.
    init(of intervals: ArraySlice<UInt16>, unit: IntervalUnit) {
        self.init(unit: unit)
        for interval in intervals {
            if interval == 0 { interrupt() } else { add(interval) }
        }
        interrupt()
    }
}
