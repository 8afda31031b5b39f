import VitalsModel

/// Whether the intervals that arrive fit into the time in which they arrive.
///
/// Intervals follow each other, so their sum keeps pace with the clock. A sensor that repeats its last packet reports
/// the same interval again and again, faster than it can have passed: a second of notifications brings more than a
/// second of intervals. A stream that loses notifications brings less. Both are accounted here.
struct IntervalAccount: Hashable, Sendable {
    /// Intervals beyond the time that passed, in microseconds.
    private(set) var surplus: Int64 = 0
    /// Time beyond the intervals, in microseconds.
    private(set) var deficit: Int64 = 0
    private var lastReported: MonotonicTime?

    /// Enters the intervals of a notification, in 1/1024 s in sum.
    ///
    /// - Parameters:
    ///   - spacing: the time since the last notification of any kind.
    ///   - bound: the surplus that the wait for the next notification and the radio explain.
    /// - Returns: whether they fit. If not, the account begins anew: what comes next is judged by itself.
    mutating func enter(
        ticks: Int64, at time: MonotonicTime, spacing: MonotonicTime.Span, bound: MonotonicTime.Span
    ) -> Fit {
        defer { lastReported = time }
        guard let lastReported else { return .live }
        let passed = max(0, (time - lastReported).microseconds)
        // A sensor's clock may be a little fast or slow: the account forgives one part in 32.
        let span = BeatInterval.span(ticks: ticks).microseconds
        surplus = max(0, surplus.addingSaturating(span - passed.addingSaturating(passed / 32)))
        deficit = max(0, deficit.addingSaturating(passed - passed / 32 - span))
        // A sensor that notifies seldom reports a beat as much later.
        let allowed = max(bound.microseconds, spacing.microseconds.addingSaturating(spacing.microseconds / 2))
        if surplus > allowed {
            surplus = 0
            return .repeated
        }
        if deficit > allowed {
            deficit = 0
            return .incomplete
        }
        return .live
    }

    /// What the account says of a notification.
    enum Fit { case live, repeated, incomplete }

    mutating func reset() { self = IntervalAccount() }
}
