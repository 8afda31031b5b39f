import VitalsModel

/// How long a stream has been saying the same thing.
struct Repetition: Hashable, Sendable {
    /// When the first of the packets that are all like the last one was received; nil before the first packet.
    private(set) var repeatedSince: MonotonicTime?
    /// How many RR intervals in a row, up to the last, are equal.
    private(set) var equalIntervals = 0
    /// Whether the stream has shown intervals or a pulse amplitude index, which never stay the same in a living body.
    private(set) var hasVaryingField = false

    private var last: SignalNotification?
    private var lastInterval: UInt16 = 0

    mutating func note(_ notification: SignalNotification) {
        if last?.repeats(notification) != true { repeatedSince = notification.time }
        last = notification
        if !notification.rrIntervals.isEmpty || notification.pulseAmplitudeIndex != nil { hasVaryingField = true }
        for interval in notification.rrIntervals {
            // Counted up to a bound that no configuration exceeds: a day of equal intervals must not overflow.
            equalIntervals = interval == lastInterval ? min(equalIntervals + 1, Int(UInt16.max)) : 1
            lastInterval = interval
        }
    }

    func repeatedFor(until time: MonotonicTime) -> MonotonicTime.Span {
        time - (repeatedSince ?? time)
    }

    /// Whether the equal intervals last so long in sum and are so many.
    func isFlat(for span: MonotonicTime.Span, beats: Int) -> Bool {
        equalIntervals >= beats && BeatInterval.span(ticks: Int64(equalIntervals) * Int64(lastInterval)) >= span
    }
}
