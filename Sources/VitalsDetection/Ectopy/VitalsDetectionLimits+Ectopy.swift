public import VitalsModel

extension VitalsDetectionLimits {
    /// Accepted intervals whose median is the baseline: enough for three premature beats in a row to be outvoted, and
    /// few enough to follow a rate that changes with a breath.
    static let baselineIntervals = 9

    /// The fewest accepted intervals that make a baseline.
    static let baselineMinimum = 3

    /// Accepted intervals by which the rhythm is called irregular: about the shortest window in which the published
    /// detectors tell fibrillation.
    static let irregularityIntervals = 48

    /// The fewest of them that say anything about the rhythm.
    static let irregularityMinimum = 24

    /// Premature beats in a row after which they are the rhythm: half a minute of them is a tachycardia or a new rate,
    /// and the baseline starts anew.
    static let prematureRun = 40

    /// Cycles of a pattern that make it bigeminy or trigeminy: three couples or three triplets.
    static let patternCycles = 3

    /// The window of the burden.
    public static let burdenWindow = MonotonicTime.Span.seconds(300)
}
