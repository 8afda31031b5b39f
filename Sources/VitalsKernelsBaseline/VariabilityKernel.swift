/// The sums that every figure of time-domain heart-rate variability is made from (Task Force 1996), of sixteen windows of
/// intervals side by side.
///
/// Reads the header and `intervals`; follows `previous`; adds to the sums. Three products an interval.
@inline(never)
public func variability(_ rows: UnsafeMutablePointer<Lanes>) {
    let used = unsafe rows.header(IntervalLayout.used, 0, IntervalLayout.capacity)
    let greatest = Int(KernelLimits.intervalMax)
    let within20 = unsafe rows.header(IntervalLayout.within20, 0, greatest)
    let within50 = unsafe rows.header(IntervalLayout.within50, 0, greatest)
    let limit20 = Lanes(repeating: Int32(truncatingIfNeeded: within20))
    let limit50 = Lanes(repeating: Int32(truncatingIfNeeded: within50))
    let (zero, one) = (Lanes(repeating: 0), Lanes(repeating: 1))
    var previous = unsafe rows[IntervalLayout.previous].clamped(0, KernelLimits.intervalMax)
    var (count, sum, squares, upperSquares) = (zero, zero, zero, zero)
    var (pairs, differences, magnitudes, totals) = (zero, zero, zero, zero)
    var (squaredDifferences, upperSquaredDifferences, products, upperProducts) = (zero, zero, zero, zero)
    var (above20, above50) = (zero, zero)
    var row = IntervalLayout.intervals
    let end = IntervalLayout.intervals &+ used
    while row < end {
        let interval = unsafe rows[row].clamped(0, KernelLimits.intervalMax)
        let square = interval &* interval
        count = count.replacing(with: count &+ one, where: interval .> zero)
        sum = sum &+ interval
        squares = squares &+ square.lowerHalf
        upperSquares = upperSquares &+ square.upperHalf

        // Where there is no pair, both of it are taken as 0, which adds nothing.
        let isPair = (interval .> zero) .& (previous .> zero)
        let (first, second) = (
            zero.replacing(with: previous, where: isPair), zero.replacing(with: interval, where: isPair)
        )
        let difference = second &- first
        let magnitude = difference.magnitudes
        let (squaredDifference, product) = (magnitude &* magnitude, first &* second)
        pairs = pairs.replacing(with: pairs &+ one, where: isPair)
        differences = differences &+ difference
        magnitudes = magnitudes &+ magnitude
        squaredDifferences = squaredDifferences &+ squaredDifference.lowerHalf
        upperSquaredDifferences = upperSquaredDifferences &+ squaredDifference.upperHalf
        totals = totals &+ first &+ second
        products = products &+ product.lowerHalf
        upperProducts = upperProducts &+ product.upperHalf
        above20 = above20.replacing(with: above20 &+ one, where: magnitude .> limit20)
        above50 = above50.replacing(with: above50 &+ one, where: magnitude .> limit50)
        previous = interval
        row &+= 1
    }
    unsafe rows[IntervalLayout.previous] = previous
    unsafe rows.add(count, to: IntervalLayout.count)
    unsafe rows.add(sum, to: IntervalLayout.sum)
    unsafe rows.add(squares, to: IntervalLayout.squares)
    unsafe rows.add(upperSquares, to: IntervalLayout.squares &+ 1)
    unsafe rows.add(pairs, to: IntervalLayout.pairs)
    unsafe rows.add(differences, to: IntervalLayout.differences)
    unsafe rows.add(magnitudes, to: IntervalLayout.magnitudes)
    unsafe rows.add(squaredDifferences, to: IntervalLayout.squaredDifferences)
    unsafe rows.add(upperSquaredDifferences, to: IntervalLayout.squaredDifferences &+ 1)
    unsafe rows.add(totals, to: IntervalLayout.totals)
    unsafe rows.add(products, to: IntervalLayout.products)
    unsafe rows.add(upperProducts, to: IntervalLayout.products &+ 1)
    unsafe rows.add(above20, to: IntervalLayout.above20)
    unsafe rows.add(above50, to: IntervalLayout.above50)
}

extension Rows {
    /// Adds to a row.
    @inline(always) fileprivate func add(_ lanes: Lanes, to row: Int) { unsafe self[row] = self[row] &+ lanes }
}

extension SIMD16<Int32> {
    /// The lower sixteen bits of numbers without sign.
    @inline(always) fileprivate var lowerHalf: Self { self & Self(repeating: 0xFFFF) }

    /// Their upper sixteen bits.
    @inline(always) fileprivate var upperHalf: Self { (self &>> 16) & Self(repeating: 0xFFFF) }
}
