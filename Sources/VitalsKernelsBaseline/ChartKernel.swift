/// EWMA and two-sided CUSUM charts of the charted slots against the reference (Roberts 1959; Page 1954).
///
/// Over the valid samples that are not outliers, with the deviation d = sample - reference median:
/// - EWMA: z = z + (d - z) / 4 from z = 0, rounded down;
/// - upper CUSUM: S = max(0, S + d - k); lower CUSUM: S = max(0, S - d - k); from S = 0, each crossing where S > h;
/// - the shift: the sum of d from a crossing on, the crossing sample included.
///
/// Both charts are linear, so they run in the unit of the samples and compare with k · sigma and h · sigma: no division,
/// and no rounding but that of the EWMA and of these two products.
///
/// Reads `values`, `validity`, `slack`, `limit` and the rows of `reference` and `hampel`; writes `ewma`, `ewmaExtreme`,
/// `cusumUp`, `cusumDown`, `crossedUp`, `crossedDown` and the four rows of the shifts.
@inline(never)
public func chart(_ rows: UnsafeMutablePointer<Lanes>) {
    let (centre, sigma, outliers) = unsafe (
        rows[BlockLayout.median] &<< 1, rows[BlockLayout.sigma], rows[BlockLayout.outliers]
    )
    let slack = unsafe (sigma &* rows[BlockLayout.slack].clamped(0, KernelLimits.slackMax)) &>> 4
    let limit = unsafe (sigma &* rows[BlockLayout.limit].clamped(0, KernelLimits.limitMax)) &>> 4
    let zero = Lanes(repeating: 0)
    var (ewma, extreme, up, down, greatestUp, greatestDown) = (zero, zero, zero, zero, zero, zero)
    var (crossedUp, crossedDown) = (Lanes(repeating: -1), Lanes(repeating: -1))
    var (shiftUp, shiftUpCount, shiftDown, shiftDownCount) = (zero, zero, zero, zero)
    var test = 0
    while test < BlockLayout.chartedSlots {
        let slot = BlockLayout.referenceSlots &+ test
        let isCharted = unsafe rows.validity(at: slot) .& .!outliers.hasBit(test)
        let deviation = unsafe (rows.samples(at: slot) &<< 2) &- centre

        ewma = ewma.replacing(with: ewma &+ ((deviation &<< 6 &- ewma) &>> 2), where: isCharted)
        extreme = extreme.replacing(with: ewma, where: ewma.magnitudes .> extreme.magnitudes)

        up = up.replacing(with: (up &+ deviation &- slack).greater(zero), where: isCharted)
        down = down.replacing(with: (down &- deviation &- slack).greater(zero), where: isCharted)
        greatestUp = greatestUp.greater(up)
        greatestDown = greatestDown.greater(down)

        let here = Lanes(repeating: Int32(truncatingIfNeeded: test))
        crossedUp = crossedUp.replacing(with: here, where: (crossedUp .< zero) .& (up .> limit))
        crossedDown = crossedDown.replacing(with: here, where: (crossedDown .< zero) .& (down .> limit))

        let (hasRisen, hasFallen) = (isCharted .& (crossedUp .>= zero), isCharted .& (crossedDown .>= zero))
        shiftUp = shiftUp.replacing(with: shiftUp &+ deviation, where: hasRisen)
        shiftUpCount = shiftUpCount.replacing(with: shiftUpCount &+ 1, where: hasRisen)
        shiftDown = shiftDown.replacing(with: shiftDown &+ deviation, where: hasFallen)
        shiftDownCount = shiftDownCount.replacing(with: shiftDownCount &+ 1, where: hasFallen)
        test &+= 1
    }
    unsafe rows[BlockLayout.ewma] = ewma
    unsafe rows[BlockLayout.ewmaExtreme] = extreme
    unsafe rows[BlockLayout.cusumUp] = greatestUp
    unsafe rows[BlockLayout.cusumDown] = greatestDown
    unsafe rows[BlockLayout.crossedUp] = crossedUp
    unsafe rows[BlockLayout.crossedDown] = crossedDown
    unsafe rows[BlockLayout.shiftUp] = shiftUp
    unsafe rows[BlockLayout.shiftUpCount] = shiftUpCount
    unsafe rows[BlockLayout.shiftDown] = shiftDown
    unsafe rows[BlockLayout.shiftDownCount] = shiftDownCount
}
