import VitalsKernelsBaseline

/// Sixteen windows of RR intervals side by side, a part of each at a time, with the sums of all parts so far.
///
/// A block is allocated once, 34 KB, and filled again and again. An interval of 0 is none, and breaks the chain.
package struct IntervalBlock: Sendable {
    /// Windows in a block.
    package static let lanes = Lanes.scalarCount
    /// Most intervals of a window's part.
    package static let capacity = IntervalLayout.capacity
    /// Most intervals of a window, all parts together.
    package static let intervalsMax = KernelLimits.summedIntervalsMax

    private var rows = [Lanes](repeating: Lanes(repeating: 0), count: IntervalLayout.rows)

    /// A block of windows without intervals.
    ///
    /// - Parameters:
    ///   - within20: the greatest difference that is not above 20 ms, in the unit of the intervals, 0 to 65535.
    ///   - within50: the same for 50 ms.
    package init(within20: Int32, within50: Int32) {
        rows[0][IntervalLayout.within20] = within20
        rows[0][IntervalLayout.within50] = within50
    }

    /// Forgets all sums: other windows begin.
    package mutating func clear() {
        for row in IntervalLayout.previous..<IntervalLayout.intervals { rows[row] = Lanes(repeating: 0) }
    }

    /// Puts the next part of a window into a lane, and zeros after it.
    ///
    /// - Parameters:
    ///   - intervals: as many as `count` at most.
    ///   - count: how many rows this part has in every lane, 0 to `capacity`.
    package mutating func load(_ intervals: ArraySlice<UInt16>, count: Int, lane: Int) {
        precondition(0...Self.capacity ~= count && intervals.count <= count, "a part of a window")
        precondition(0..<Self.lanes ~= lane, "a lane of the block")
        rows[0][IntervalLayout.used] = Int32(count)
        unsafe rows.withUnsafeMutableBytes { bytes in
            let numbers = unsafe bytes.assumingMemoryBound(to: Int32.self)
            var place = IntervalLayout.intervals * Self.lanes + lane
            for interval in intervals {
                unsafe numbers[place] = Int32(interval)
                place += Self.lanes
            }
            for _ in intervals.count..<count {
                unsafe numbers[place] = 0
                place += Self.lanes
            }
        }
    }

    /// The sums of the window in a lane.
    package func sums(lane: Int) -> Sums {
        func number(_ row: Int) -> Int64 { Int64(rows[row][lane]) }
        func halves(_ row: Int) -> Int64 { number(row) + number(row + 1) << 16 }
        let squaredDifferences = halves(IntervalLayout.squaredDifferences)
        return Sums(
            count: number(IntervalLayout.count), sum: number(IntervalLayout.sum),
            squares: halves(IntervalLayout.squares), pairs: number(IntervalLayout.pairs),
            differences: number(IntervalLayout.differences), magnitudes: number(IntervalLayout.magnitudes),
            squaredDifferences: squaredDifferences, totals: number(IntervalLayout.totals),
            squaredTotals: squaredDifferences + 4 * halves(IntervalLayout.products),
            above20: number(IntervalLayout.above20), above50: number(IntervalLayout.above50))
    }

    /// What the intervals of a window come to: x are intervals, of each pair d the difference and t the two together.
    package struct Sums: Hashable, Sendable {
        /// Intervals, Σ x and Σ x².
        package let count, sum, squares: Int64
        /// Pairs, Σ d, Σ |d| and Σ d².
        package let pairs, differences, magnitudes, squaredDifferences: Int64
        /// Σ t and Σ t².
        package let totals, squaredTotals: Int64
        /// Pairs with |d| above 20 ms, and above 50 ms.
        package let above20, above50: Int64
    }

    /// Number `index` of a row of `IntervalLayout`: for tests, which write bits there that no window would have.
    package subscript(row: Int, index: Int) -> Int32 {
        get { rows[row][index] }
        set { rows[row][index] = newValue }
    }

    /// Lends the rows to a kernel.
    @unsafe mutating func withRows(_ kernel: (UnsafeMutablePointer<Lanes>) -> Void) {
        unsafe rows.withUnsafeMutableBufferPointer { buffer in
            if let start = buffer.baseAddress { unsafe kernel(start) }
        }
    }
}
