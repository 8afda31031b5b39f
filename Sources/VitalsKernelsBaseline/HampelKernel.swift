/// The Hampel filter over the charted slots: width 11, threshold 3 (Hampel 1974; Davies and Gather 1993).
///
/// A valid sample is an outlier when it is farther than 3 · max(floor, 1.4824 · MAD) from the median of the eleven slots
/// around it, its neighbours in the reference and the look-ahead among them. Slots that are not valid are left out. The
/// floor keeps a run of equal integers, whose MAD is 0, from rejecting a step of one.
///
/// Reads `values`, `validity` and `sigmaFloor`; writes `outliers`; uses `scratch`. Per slot 35 comparators to sort the
/// samples and 17 to sort their deviations.
@inline(never)
public func hampel(_ rows: UnsafeMutablePointer<Lanes>) {
    let width = BlockLayout.hampelWidth
    let first = BlockLayout.referenceSlots &- width &>> 1
    let absent = Lanes(repeating: KernelLimits.absent)
    let keys = unsafe rows + BlockLayout.scratch
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
