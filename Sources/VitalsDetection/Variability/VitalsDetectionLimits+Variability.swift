public import VitalsModel

extension VitalsDetectionLimits {
    /// Intervals that one set of sums may take, 2^14: count times the sum of the squares of two intervals together is
    /// then at most 2^14 · 2^14 · 2^34 = 2^62, so no sum and no product of sums overflows. Five minutes of beats at
    /// 300 a minute are 1,500.
    public static let summedIntervals = 16_384

    /// The shortest and the longest window of variability: below a minute RMSSD alone means anything, and a day is the
    /// longest recording that the Task Force (1996) knows.
    public static let variabilityWindow = MonotonicTime.Span.seconds(60)...MonotonicTime.Span.seconds(86_400)

    /// How much earlier than a window a beat may seem and still belong to it. The beats of a notification are dated back
    /// from its reception, so that its first can seem earlier than the last one of the notification before; it spans no
    /// more than nine intervals. What lies farther back is another clock.
    public static let beatTimeDisorder = MonotonicTime.Span.seconds(10)
}
