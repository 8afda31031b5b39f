extension VitalsStoreLimits {
    /// Rows that a scrub looks at in one piece: some milliseconds of work, after which it rests.
    static let scrubBatch = 256

    /// Findings of a pass that are kept: who is told of a hundred knows enough.
    static let scrubFindingsMax = 100

    /// The share of a core, in percent, that a scrub may take.
    static let scrubPercentMax = 2

    /// Seconds from one pass to the next: a day.
    static let scrubIntervalSeconds = 86_400.0

    /// Seconds before the first pass: a start has other things to do.
    public static let scrubDelaySeconds = 60.0
}
