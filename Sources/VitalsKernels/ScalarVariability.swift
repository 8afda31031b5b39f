import VitalsKernelsBaseline

/// The oracle of the variability kernel: window after window, interval after interval, as the sums are defined.
///
/// Its operators trap on overflow where the kernel's wrap: that it runs over the greatest windows is the proof of the bound
/// in `KernelLimits`.
enum ScalarVariability {
    static func run(_ rows: UnsafeMutablePointer<Lanes>) {
        for lane in 0..<Lanes.scalarCount { unsafe add(rows, lane) }
    }

    private static func add(_ rows: UnsafeMutablePointer<Lanes>, _ lane: Int) {
        func header(_ index: Int, _ most: Int) -> Int { unsafe min(max(Int(rows[0][index]), 0), most) }
        func interval(_ row: Int) -> Int { unsafe min(max(Int(rows[row][lane]), 0), 65_535) }
        func add(_ number: Int, to row: Int) { unsafe rows[row][lane] += Int32(number) }
        func addHalves(_ number: Int, to row: Int) {
            add(number % 65_536, to: row)
            add(number / 65_536, to: row + 1)
        }
        let (within20, within50) = (header(IntervalLayout.within20, 65_535), header(IntervalLayout.within50, 65_535))
        var previous = interval(IntervalLayout.previous)
        for place in 0..<header(IntervalLayout.used, IntervalLayout.capacity) {
            let (first, second) = (previous, interval(IntervalLayout.intervals + place))
            previous = second
            guard second > 0 else { continue }
            add(1, to: IntervalLayout.count)
            add(second, to: IntervalLayout.sum)
            addHalves(second * second, to: IntervalLayout.squares)
            guard first > 0 else { continue }
            let difference = second - first
            add(1, to: IntervalLayout.pairs)
            add(difference, to: IntervalLayout.differences)
            add(abs(difference), to: IntervalLayout.magnitudes)
            addHalves(difference * difference, to: IntervalLayout.squaredDifferences)
            add(first + second, to: IntervalLayout.totals)
            addHalves(first * second, to: IntervalLayout.products)
            add(abs(difference) > within20 ? 1 : 0, to: IntervalLayout.above20)
            add(abs(difference) > within50 ? 1 : 0, to: IntervalLayout.above50)
        }
        unsafe rows[IntervalLayout.previous][lane] = Int32(previous)
    }
}
