/// The Hampel filter over the charted slots: width 11, threshold 3 (Hampel 1974; Davies and Gather 1993).
///
/// A valid sample is an outlier when it is farther than 3 · max(floor, 1.4824 · MAD) from the median of the eleven slots
/// around it, its neighbours in the reference and the look-ahead among them. Slots that are not valid are left out. The
/// floor keeps a run of equal integers, whose MAD is 0, from rejecting a step of one.
///
/// Reads `values`, `validity` and `sigmaFloor`; writes `outliers`; uses `scratch`. Per slot 35 comparators to sort the
/// samples and, where one of a block is missing, 17 to sort their deviations.
@inline(never)
public func hampel(_ rows: UnsafeMutablePointer<Lanes>) {
    let width = BlockLayout.hampelWidth
    let first = BlockLayout.referenceSlots &- width &>> 1
    let absent = Lanes(repeating: KernelLimits.absent)
    let keys = unsafe rows + BlockLayout.scratch
    // Slots 59 to 63 of the reference, and all of the test part.
    if unsafe rows.isFull(BlockLayout.validity &+ 1, bits: -1 << 27),
        unsafe rows.isFull(BlockLayout.validity &+ 2, bits: -1)
    {
        unsafe rows.fullHampel(keys)
        return
    }
    var slot = first
    while slot < BlockLayout.windowSlots {
        unsafe keys[slot &- first] = unsafe rows.key(at: slot)
        slot &+= 1
    }
    let sorted = unsafe keys + (slot &- first)
    let floor = unsafe rows.sigmaFloor
    var outliers = Lanes(repeating: 0)
    var test = 0
    while test < BlockLayout.chartedSlots {
        var count = Lanes(repeating: 0)
        var neighbour = 0
        while neighbour < width {
            let key = unsafe keys[test &+ neighbour]
            unsafe sorted[neighbour] = key
            count = count.replacing(with: count &+ 1, where: key .< absent)
            neighbour &+= 1
        }
        unsafe sorted.sort11()
        let median = unsafe sorted.doubledMedian(count: count, capacity: width)
        unsafe sorted.deviate(from: median, count: count, capacity: width)
        unsafe sorted.mergeValley11()
        let sigma = unsafe sorted.doubledMedian(count: count, capacity: width).scaledMAD.greater(floor)
        let sample = unsafe keys[test &+ width &>> 1]
        let deviation = ((sample &<< 1 &- median) &<< 1).magnitudes
        let isOutlier = (deviation .> sigma &* 3) .& (sample .< absent)
        let bit = Lanes(repeating: 1 &<< Int32(truncatingIfNeeded: test))
        outliers = outliers.replacing(with: outliers | bit, where: isOutlier)
        test &+= 1
    }
    unsafe rows[BlockLayout.outliers] = outliers
}

extension Rows {
    /// The same without a missing sample.
    @inline(always) fileprivate func fullHampel(_ keys: Rows) {
        let first = BlockLayout.referenceSlots &- BlockLayout.hampelWidth &>> 1
        var slot = first
        while slot < BlockLayout.windowSlots {
            unsafe keys[slot &- first] = unsafe samples(at: slot)
            slot &+= 1
        }
        let sorted = unsafe keys + (slot &- first)
        let floor = unsafe sigmaFloor
        var outliers = Lanes(repeating: 0)
        var test = 0
        while test < BlockLayout.chartedSlots {
            var neighbour = 0
            while neighbour < BlockLayout.hampelWidth {
                unsafe sorted[neighbour] = unsafe keys[test &+ neighbour]
                neighbour &+= 1
            }
            unsafe sorted.sort11()
            let sigma = unsafe (sorted.deviation11 &<< 2).scaledMAD.greater(floor)
            let deviation = unsafe ((keys[test &+ BlockLayout.hampelWidth &>> 1] &- sorted[5]) &<< 2).magnitudes
            let bit = Lanes(repeating: 1 &<< Int32(truncatingIfNeeded: test))
            outliers = outliers.replacing(with: outliers | bit, where: deviation .> sigma &* 3)
            test &+= 1
        }
        unsafe self[BlockLayout.outliers] = outliers
    }
}
