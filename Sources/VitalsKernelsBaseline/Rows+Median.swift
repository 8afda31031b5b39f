// Robust location and scale of rows that hold, in each lane, so many samples and then absent ones.

extension Rows {
    /// Twice the median of sorted rows, exact for any count; 0 in lanes without samples.
    ///
    /// The median is the mean of the samples of rank (count - 1) div 2 and count div 2. Each lane picks its own two by
    /// looking at every row that may hold them: a select in each lane, where a gather would be slower and less portable.
    @inline(always) func doubledMedian(count: Lanes, capacity: Int) -> Lanes {
        let zero = Lanes(repeating: 0)
        let (lower, upper) = ((count &- 1) &>> 1, count &>> 1)
        var sum = zero
        var rank = 0
        while rank <= capacity &>> 1 {
            let (row, here) = unsafe (self[rank], Lanes(repeating: Int32(truncatingIfNeeded: rank)))
            sum = sum.replacing(with: sum &+ row, where: lower .== here)
            sum = sum.replacing(with: sum &+ row, where: upper .== here)
            rank &+= 1
        }
        return sum.replacing(with: zero, where: count .== zero)
    }

    /// Replaces sorted rows by their absolute deviations from a median, in Q1. Absent rows stay absent.
    ///
    /// The rows fall towards the median and rise after it, so a merge will sort them again.
    @inline(always) func deviate(from doubledMedian: Lanes, count: Lanes, capacity: Int) {
        var rank = 0
        while rank < capacity {
            let deviation = unsafe (self[rank] &<< 1 &- doubledMedian).magnitudes
            let isPresent = Lanes(repeating: Int32(truncatingIfNeeded: rank)) .< count
            unsafe self[rank] = Lanes(repeating: KernelLimits.absent).replacing(with: deviation, where: isPresent)
            rank &+= 1
        }
    }
}
