import VitalsKernels

/// The sums over the intervals of a window that every time-domain figure is made from: whole numbers, exact, in any order.
///
/// A *pair* is two intervals of which the second follows directly on the first. n intervals without a break have n - 1
/// pairs; every break takes one away. In each pair d is the second less the first, and t the two together.
///
/// - Range: intervals of 1 to 65535, at most `VitalsDetectionLimits.summedIntervals` of them.
/// - Cost: seven additions and three products an interval.
public struct IntervalSums: Hashable, Sendable {
    /// The unit of the intervals.
    public let unit: IntervalUnit
    /// Intervals, n.
    public private(set) var count: Int64 = 0
    /// Σ x.
    public private(set) var sum: Int64 = 0
    /// Σ x².
    public private(set) var squares: Int64 = 0
    /// Pairs, m.
    public private(set) var pairs: Int64 = 0
    /// Σ d.
    public private(set) var differences: Int64 = 0
    /// Σ |d|.
    public private(set) var magnitudes: Int64 = 0
    /// Σ d².
    public private(set) var squaredDifferences: Int64 = 0
    /// Σ t.
    public private(set) var totals: Int64 = 0
    /// Σ t².
    public private(set) var squaredTotals: Int64 = 0
    /// Pairs with |d| above 20 ms.
    public private(set) var above20: Int64 = 0
    /// Pairs with |d| above 50 ms.
    public private(set) var above50: Int64 = 0

    private var previous: Int64?

    /// Sums of nothing.
    public init(unit: IntervalUnit = .ticks) { self.unit = unit }

    /// The sums that a kernel added up.
    init(_ sums: IntervalBlock.Sums, unit: IntervalUnit) {
        self.init(unit: unit)
        (count, sum, squares) = (sums.count, sums.sum, sums.squares)
        (pairs, differences, magnitudes) = (sums.pairs, sums.differences, sums.magnitudes)
        (squaredDifferences, totals, squaredTotals) = (sums.squaredDifferences, sums.totals, sums.squaredTotals)
        (above20, above50) = (sums.above20, sums.above50)
    }

    /// Whether no more intervals may be added.
    public var isFull: Bool { count >= Int64(VitalsDetectionLimits.summedIntervals) }

    /// Adds an interval that follows directly on the one before it, unless there was a break. Nothing is added when full.
    public mutating func add(_ interval: UInt16) {
        guard !isFull else { return }
        let interval = Int64(interval)
        count += 1
        sum += interval
        squares += interval * interval
        if let previous { addPair(previous, interval) }
        previous = interval
    }

    /// The next interval does not follow directly on the last one.
    public mutating func interrupt() { previous = nil }

    private mutating func addPair(_ first: Int64, _ second: Int64) {
        let difference = second - first
        let magnitude = abs(difference)
        let total = first + second
        pairs += 1
        differences += difference
        magnitudes += magnitude
        squaredDifferences += difference * difference
        totals += total
        squaredTotals += total * total
        if magnitude > unit.within20 { above20 += 1 }
        if magnitude > unit.within50 { above50 += 1 }
    }
}
