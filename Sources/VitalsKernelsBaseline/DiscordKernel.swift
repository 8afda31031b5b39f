/// Eight lags side by side: the logical width of the kernels on one long series, the same on every machine.
public typealias SeriesLanes = SIMD8<Double>

/// One step of a left matrix profile: the newest window against all earlier ones, eight lags at a time (Yeh et al. 2016;
/// Zhu et al. 2016).
///
/// Numbers are whole and below 2^53, so that doubles hold them exactly and no order, width or fused operation could
/// alter them, up to the one product that is rounded, the score. Row d of every pointer belongs to the window d samples
/// before the newest:
///
///     products[d] := products[d] + entering · samples[d] - leaving · samples[window + d]      (m times the dot product)
///     covariance   = products[d] - sum · sums[d]                                              (m² times the covariance)
///     score        = covariance · scales[d] + half · weights[d]
///
/// A scale is 1 over the root of m² times the variance, and so a score is the correlation but for a factor that is common
/// to all lags. Windows without a shape have scale 0 and go by their weight: 1 for a constant one, whose score is then
/// that of half a correlation, and a large negative one for one that may not be compared.
///
/// - Parameters:
///   - products: lags of `samples` from `exclusion` on; written.
///   - lags: how many, a multiple of 8.
///   - constants: entering = m · the newest sample, leaving = m · the sample before the newest window, the newest window's
///     sum, and half the root of m² times its variance.
///   - best: 24 numbers; written. Lane by lane the greatest score, the greatest one apart from that, and the row of the
///     first lag that has the greatest, counted from `products`.
@inline(never)
public func discord(
    _ products: UnsafeMutablePointer<Double>, _ samples: UnsafePointer<Double>, _ departed: UnsafePointer<Double>,
    _ sums: UnsafePointer<Double>, _ scales: UnsafePointer<Double>, _ weights: UnsafePointer<Double>, _ lags: Int,
    _ constants: UnsafePointer<Double>, _ best: UnsafeMutablePointer<Double>
) {
    let entering = unsafe SeriesLanes(repeating: constants[0])
    let leaving = unsafe SeriesLanes(repeating: constants[1])
    let sum = unsafe SeriesLanes(repeating: constants[2])
    let half = unsafe SeriesLanes(repeating: constants[3])
    var greatest = SeriesLanes(repeating: DiscordBounds.least)
    var second = SeriesLanes(repeating: DiscordBounds.least)
    var rows = SeriesLanes(repeating: 0)
    var row = SeriesLanes(0, 1, 2, 3, 4, 5, 6, 7)
    let step = SeriesLanes(repeating: 8)
    var lag = 0
    while lag < lags {
        let product =
            unsafe products.lanes(at: lag) + entering * samples.lanes(at: lag) - leaving * departed.lanes(at: lag)
        unsafe products.store(product, at: lag)
        let covariance = unsafe product - sum * sums.lanes(at: lag)
        let score = unsafe covariance * scales.lanes(at: lag) + half * weights.lanes(at: lag)
        let isGreater = score .> greatest
        let other = score.replacing(with: greatest, where: isGreater)
        second.replace(with: other, where: other .> second)
        greatest.replace(with: score, where: isGreater)
        rows.replace(with: row, where: isGreater)
        row += step
        lag &+= 8
    }
    unsafe best.store(greatest, at: 0)
    unsafe best.store(second, at: 8)
    unsafe best.store(rows, at: 16)
}
