/// The left matrix profile by its definition, one pair of windows after the other, in whole numbers.
///
/// It shares nothing with the detector: sums are made anew for every pair, and nearness is decided on fractions.
struct DiscordOracle {
    private let samples: [Int?]
    private let window: Int
    private let history: Int

    /// The least lag that is compared, by stumpy's convention: beyond a quarter of the window, rounded up.
    private var exclusion: Int { (window + 3) / 4 + 1 }

    init(_ samples: [Int?], window: Int, history: Int) {
        self.samples = samples
        self.window = window
        self.history = history
    }

    /// The nearest earlier window of the one that begins at a place: the newest of the nearest, and its distance.
    func nearest(at place: Int) -> (start: Int, distance: Double)? {
        guard let own = figures(at: place) else { return nil }
        var best: (start: Int, square: Double, r: Fraction)?
        for lag in exclusion..<exclusion + history {
            let start = place - lag
            guard start >= 0, let other = figures(at: start) else { continue }
            let r = correlation(own, place, other, start)
            if let best, !r.isGreater(than: best.r) { continue }
            best = (start, 2 * Double(window) * (1 - r.value), r)
        }
        return best.map { ($0.start, max(0, $0.square).squareRoot()) }
    }

    /// Sum and m² times the variance; nil for a window that is not whole.
    private func figures(at place: Int) -> (sum: Int, variance: Int)? {
        guard place >= 0, place + window <= samples.count else { return nil }
        var (sum, squares) = (0, 0)
        for sample in samples[place..<place + window] {
            guard let sample else { return nil }
            sum += sample
            squares += sample * sample
        }
        return (sum, window * squares - sum * sum)
    }

    private func correlation(
        _ own: (sum: Int, variance: Int), _ place: Int, _ other: (sum: Int, variance: Int), _ start: Int
    ) -> Fraction {
        if own.variance == 0 && other.variance == 0 { return Fraction(numerator: 1, square: 1) }
        // One half is 1 by the root of 4.
        if own.variance == 0 || other.variance == 0 { return Fraction(numerator: 1, square: 4) }
        var product = 0
        for offset in 0..<window { product += (samples[place + offset] ?? 0) * (samples[start + offset] ?? 0) }
        return Fraction(
            numerator: window * product - own.sum * other.sum,
            square: UInt128(own.variance) * UInt128(other.variance))
    }

    /// A whole number by the root of another.
    struct Fraction {
        let numerator: Int
        let square: UInt128

        var value: Double { Double(numerator) / Double(square).squareRoot() }

        /// Compared by squares. Tests keep these so small that nothing overflows: below 2^64 each.
        func isGreater(than other: Fraction) -> Bool {
            if (numerator > 0) != (other.numerator > 0) { return numerator > other.numerator }
            let mine = UInt128(numerator.magnitude * numerator.magnitude) * other.square
            let its = UInt128(other.numerator.magnitude * other.numerator.magnitude) * square
            return numerator > 0 ? mine > its : mine < its
        }
    }
}
