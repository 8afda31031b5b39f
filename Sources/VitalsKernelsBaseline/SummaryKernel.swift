/// Counts, least, greatest and sum of the valid samples.
///
/// Reads `values` and `validity`; writes `referenceCount`, `testCount`, `minimum`, `maximum` and `sum`.
@inline(never)
public func summary(_ rows: UnsafeMutablePointer<Lanes>) {
    let zero = Lanes(repeating: 0)
    var (count, referenceCount, sum) = (zero, zero, zero)
    var minimum = Lanes(repeating: KernelLimits.magnitudeMax)
    var maximum = Lanes(repeating: -KernelLimits.magnitudeMax)
    var slot = 0
    while slot < BlockLayout.windowSlots {
        if slot == BlockLayout.referenceSlots { referenceCount = count }
        let (samples, isValid) = unsafe (rows.samples(at: slot), rows.validity(at: slot))
        count = count.replacing(with: count &+ 1, where: isValid)
        sum = sum.replacing(with: sum &+ samples, where: isValid)
        minimum = minimum.replacing(with: samples, where: isValid .& (samples .< minimum))
        maximum = maximum.replacing(with: samples, where: isValid .& (samples .> maximum))
        slot &+= 1
    }
    unsafe rows[BlockLayout.referenceCount] = referenceCount
    unsafe rows[BlockLayout.testCount] = count &- referenceCount
    unsafe rows[BlockLayout.minimum] = minimum.replacing(with: 0, where: count .== zero)
    unsafe rows[BlockLayout.maximum] = maximum.replacing(with: 0, where: count .== zero)
    unsafe rows[BlockLayout.sum] = sum
}
