/// Median, median absolute deviation and sigma of the reference part.
///
/// Reads `values`, `validity` and `sigmaFloor`; writes `median`, `mad` and `sigma`; uses `scratch`. 632 comparators
/// sort the samples and, where one of them is missing, 192 their deviations.
@inline(never)
public func reference(_ rows: UnsafeMutablePointer<Lanes>) {
    let capacity = BlockLayout.referenceSlots
    let sorted = unsafe rows + BlockLayout.scratch
    if unsafe rows.isFull(BlockLayout.validity, bits: -1), unsafe rows.isFull(BlockLayout.validity &+ 1, bits: -1) {
        unsafe rows.fullReference(sorted)
        return
    }
    var count = Lanes(repeating: 0)
    var slot = 0
    while slot < capacity {
        unsafe sorted[slot] = unsafe rows.key(at: slot)
        count = unsafe count.replacing(with: count &+ 1, where: rows.validity(at: slot))
        slot &+= 1
    }
    unsafe sorted.sort64()
    let median = unsafe sorted.doubledMedian(count: count, capacity: capacity)
    unsafe sorted.deviate(from: median, count: count, capacity: capacity)
    unsafe sorted.mergeValley64()
    let mad = unsafe sorted.doubledMedian(count: count, capacity: capacity)
    unsafe rows[BlockLayout.median] = median
    unsafe rows[BlockLayout.mad] = mad
    unsafe rows[BlockLayout.sigma] = unsafe mad.scaledMAD.greater(rows.sigmaFloor)
}

extension Rows {
    /// The same without a missing sample.
    @inline(always) fileprivate func fullReference(_ sorted: Rows) {
        var slot = 0
        while slot < BlockLayout.referenceSlots {
            unsafe sorted[slot] = unsafe samples(at: slot)
            slot &+= 1
        }
        unsafe sorted.sort64()
        let median = unsafe sorted.doubledMedian64
        let mad = unsafe sorted.doubledDeviation64(median)
        unsafe self[BlockLayout.median] = median
        unsafe self[BlockLayout.mad] = mad
        unsafe self[BlockLayout.sigma] = unsafe mad.scaledMAD.greater(sigmaFloor)
    }
}
