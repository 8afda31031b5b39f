/// What an interval of the prevailing rhythm is, and how regular that rhythm is, from the intervals that were accepted.
///
/// The interval after a premature one is no interval of the rhythm, but the two together are two of them where the pause
/// compensates. Half of their sum is accepted for it, if that is near the baseline at all; so the baseline survives
/// bigeminy, in which nothing else is left of the rhythm.
struct EctopyBaseline: Sendable {
    private var window = SortedWindow<Int32>(capacity: VitalsDetectionLimits.baselineIntervals)
    private var deviating = [Bool](repeating: false, count: VitalsDetectionLimits.irregularityIntervals)
    private var next = 0
    /// Intervals whose regularity is known, and how many of them deviate.
    private(set) var assessed: Int32 = 0
    private(set) var deviatingCount: Int32 = 0
    private var run = 0

    /// The median of the accepted intervals, in 1/1024 s; nil while there are too few.
    var median: Int32? {
        window.count >= VitalsDetectionLimits.baselineMinimum ? window[window.count / 2] : nil
    }

    /// Whether more than a share of the intervals, in thousandths, deviate from the baseline.
    func isIrregular(above share: UInt16) -> Bool {
        assessed >= VitalsDetectionLimits.irregularityMinimum && deviatingCount * 1_000 > Int32(share) * assessed
    }

    /// Takes a premature interval, which teaches nothing but its number in a row.
    mutating func reject() {
        run += 1
        guard run >= VitalsDetectionLimits.prematureRun else { return }
        window.removeAll()
        run = 0
    }

    /// Takes an interval of the rhythm.
    ///
    /// - Parameters:
    ///   - interval: in 1/1024 s.
    ///   - premature: the premature interval right before it, if there was one.
    ///   - tolerance: how far from the baseline is still regular, in thousandths.
    mutating func accept(_ interval: UInt16, after premature: UInt16?, tolerance: UInt16) {
        run = 0
        guard let median else { return window.push(Int32(interval)) }
        guard let premature else {
            count(abs(Int32(interval) - median) * 1_000 > Int32(tolerance) * median)
            return window.push(Int32(interval))
        }
        let half = (Int32(interval) + Int32(premature)) / 2
        // Below four fifths the premature beat was interpolated, or the pause did not compensate.
        if half * 5 >= median * 4 { window.push(half) }
    }

    private mutating func count(_ deviates: Bool) {
        if assessed == VitalsDetectionLimits.irregularityIntervals {
            if deviating[next] { deviatingCount -= 1 }
        } else {
            assessed += 1
        }
        deviating[next] = deviates
        if deviates { deviatingCount += 1 }
        next = next + 1 == VitalsDetectionLimits.irregularityIntervals ? 0 : next + 1
    }
}
