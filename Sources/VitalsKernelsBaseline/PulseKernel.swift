/// The local maxima and minima of a window at every scale, eight samples at a time (Scholkmann et al. 2012; Bishop and
/// Ercole 2018; Charlton et al. 2025).
///
/// Sample i is a maximum at scale k when it is greater than samples i - k and i + k, both of which the window has; a
/// minimum likewise. Comparisons only, so nothing can overflow.
///
/// - Parameters:
///   - samples: of the window, with `scales` numbers before them and `scales` + 7 after them, which are read and ignored.
///   - count: of the window's samples.
///   - scales: the greatest scale.
///   - counts: 8 numbers for each scale, maxima, then as many for minima; added to. Lane by lane the samples that are
///     extreme at that scale. The caller clears them: a loop that does would become a call.
///   - reaches: for each sample, rounded up to a multiple of 8, how many scales from 1 on it is a maximum at without a
///     break; then as many for minima; written.
@inline(never)
public func pulse(
    _ samples: UnsafePointer<Int64>, _ count: Int, _ scales: Int, _ counts: UnsafeMutablePointer<Int64>,
    _ reaches: UnsafeMutablePointer<Int64>
) {
    let zero = SIMD8<Int64>(repeating: 0)
    let one = SIMD8<Int64>(repeating: 1)
    let padded = (count &+ 7) & -8
    var first = 0
    while first < padded {
        let start = Int64(truncatingIfNeeded: first)
        let place = SIMD8<Int64>(repeating: start) &+ SIMD8<Int64>(0, 1, 2, 3, 4, 5, 6, 7)
        let last = SIMD8<Int64>(repeating: Int64(truncatingIfNeeded: count &- 1)) &- place
        let sample = unsafe samples.lanes(at: first)
        var (reachUp, reachDown) = (zero, zero)
        var (isHigh, isLow) = (one .== one, one .== one)
        var scale = 1
        while scale <= scales {
            let distance = SIMD8<Int64>(repeating: Int64(truncatingIfNeeded: scale))
            let isInside = (place .>= distance) .& (last .>= distance)
            let before = unsafe samples.lanes(at: first &- scale)
            let after = unsafe samples.lanes(at: first &+ scale)
            let isMaximum = isInside .& (sample .> before) .& (sample .> after)
            let isMinimum = isInside .& (sample .< before) .& (sample .< after)
            isHigh = isHigh .& isMaximum
            isLow = isLow .& isMinimum
            reachUp = reachUp.replacing(with: reachUp &+ one, where: isHigh)
            reachDown = reachDown.replacing(with: reachDown &+ one, where: isLow)
            let maxima = (scale &- 1) &* 8
            let minima = (scales &+ scale &- 1) &* 8
            let counted = unsafe (counts.lanes(at: maxima), counts.lanes(at: minima))
            unsafe counts.store(counted.0.replacing(with: counted.0 &+ one, where: isMaximum), at: maxima)
            unsafe counts.store(counted.1.replacing(with: counted.1 &+ one, where: isMinimum), at: minima)
            scale &+= 1
        }
        unsafe reaches.store(reachUp, at: first)
        unsafe reaches.store(reachDown, at: padded &+ first)
        first &+= 8
    }
}
