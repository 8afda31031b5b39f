import VitalsModel

/// How far apart the notifications of a stream usually come: about the fifth part of them is closer.
///
/// A lost notification shows as a longer spacing. The usual one is followed in steps of its own size, down by an eighth
/// and up by a thirty-second, so that neither packets in a burst nor losses of half of all packets carry it away.
struct NotificationSpacing: Hashable, Sendable {
    /// The usual spacing, at first that of the common 1 Hz.
    private(set) var usual = MonotonicTime.Span.seconds(1)

    mutating func note(_ spacing: MonotonicTime.Span) {
        let (now, before) = (spacing.microseconds, usual.microseconds)
        let next = now < before ? max(now, before - before / 8) : min(now, before + before / 32)
        // Faster than 4 Hz no heart-rate sensor notifies, and seldom beyond 10 s: neither end lets the steps vanish.
        usual.microseconds = min(max(next, 250_000), 10_000_000)
    }

    /// A bound that is meant for 1 Hz, for this spacing. At most an hour goes in, so that the product stays in its
    /// range.
    func scaled(_ bound: MonotonicTime.Span) -> MonotonicTime.Span {
        let limited = min(max(bound.microseconds, 0), 3_600_000_000)
        return MonotonicTime.Span(microseconds: limited * usual.microseconds / 1_000_000)
    }
}
