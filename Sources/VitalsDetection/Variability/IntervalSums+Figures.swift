/// The figures: one subtraction of exact products, one division, one square root, and for 1/1024 s one product with
/// 125/128, which is exact but for rounding. Nil where there are too few intervals or pairs to divide by.
///
/// Conventions differ between packages, and each that is in use has a name here:
/// - the *sample* deviation divides by one less than the count (ddof = 1), the *population* deviation by the count;
/// - pNN50 and pNN20 are shares of the pairs (Task Force 1996), not of the intervals;
/// - SD2 is the deviation of the sums along the line of identity (`sd2`), or follows from SDNN and SDSD on the assumption
///   that first and second intervals of the pairs deviate alike (`sd2FromDeviations`, Brennan 2001).
extension IntervalSums {
    /// What a deviation divides by.
    public enum Deviation: Hashable, Sendable {
        /// By one less than the count.
        case sample
        /// By the count.
        case population
    }

    /// Mean NN, ms.
    public var mean: Double? { count > 0 ? Double(sum) / Double(count) * unit.milliseconds : nil }

    /// SDNN, ms: the sample deviation of the intervals.
    public var sdnn: Double? { deviation(squares, sum, count, .sample) }

    /// RMSSD, ms: the root of the mean square of the differences.
    public var rmssd: Double? {
        pairs > 0 ? (Double(squaredDifferences) / Double(pairs)).squareRoot() * unit.milliseconds : nil
    }

    /// SDSD, ms: the deviation of the differences.
    public func sdsd(_ deviation: Deviation = .sample) -> Double? {
        self.deviation(squaredDifferences, differences, pairs, deviation)
    }

    /// The sample deviation of the magnitudes of the differences, ms, which pyhrv calls SDSD.
    public var sdsdOfMagnitudes: Double? { deviation(squaredDifferences, magnitudes, pairs, .sample) }

    /// SD1, ms: the deviation across the line of identity of the Poincaré plot, SDSD over the root of 2.
    public func sd1(_ deviation: Deviation = .sample) -> Double? {
        self.deviation(squaredDifferences, differences, pairs, deviation, halved: true)
    }

    /// SD2, ms: the deviation along the line of identity of the Poincaré plot.
    public func sd2(_ deviation: Deviation = .sample) -> Double? {
        self.deviation(squaredTotals, totals, pairs, deviation, halved: true)
    }

    /// SD2, ms, as the root of 2 SDNN² - SDSD²/2; nil also where that is below 0.
    public var sd2FromDeviations: Double? {
        guard let intervals = variance(squares, sum, count, .sample),
            let differences = variance(squaredDifferences, differences, pairs, .sample)
        else { return nil }
        let variance = 2 * intervals - differences / 2
        return variance >= 0 ? variance.squareRoot() * unit.milliseconds : nil
    }

    /// pNN20, % of the pairs.
    public var pnn20: Double? { share(above20) }

    /// pNN50, % of the pairs.
    public var pnn50: Double? { share(above50) }

    private func share(_ part: Int64) -> Double? { pairs > 0 ? Double(100 * part) / Double(pairs) : nil }

    private func deviation(
        _ squares: Int64, _ sum: Int64, _ count: Int64, _ deviation: Deviation, halved: Bool = false
    ) -> Double? {
        variance(squares, sum, count, deviation, halved: halved).map { $0.squareRoot() * unit.milliseconds }
    }

    /// (n Σx² - (Σx)²) / (n (n - 1)), or by n² for the population. Never below 0, and without cancellation but in whole
    /// numbers.
    private func variance(
        _ squares: Int64, _ sum: Int64, _ count: Int64, _ deviation: Deviation, halved: Bool = false
    ) -> Double? {
        let divisor = deviation == .sample ? count - 1 : count
        guard divisor > 0 else { return nil }
        let spread = count * squares - sum * sum
        return Double(spread) / Double((halved ? 2 : 1) * count * divisor)
    }
}
