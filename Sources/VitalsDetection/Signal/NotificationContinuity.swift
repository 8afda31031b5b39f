import VitalsModel

/// When a stream of notifications counts as interrupted: a gap longer than max(3 s, 3 RR), at most 10 s.
///
/// A slow heart makes a sensor that notifies with each beat slow too, hence the RR; the cap is
/// `VitalsDetectionLimits.staleAfter`.
struct NotificationContinuity: Hashable, Sendable {
    /// The shortest bound.
    let floor: MonotonicTime.Span
    /// The last RR interval that the stream carried, 1/1024 s; 0 before the first.
    private(set) var lastInterval: UInt16 = 0

    init(floor: MonotonicTime.Span) { self.floor = floor }

    /// The longest gap that is no interruption.
    var bound: MonotonicTime.Span {
        let beats = BeatInterval.span(ticks: 3 * Int64(lastInterval))
        return max(floor, min(beats, VitalsDetectionLimits.staleAfter))
    }

    mutating func note(_ intervals: [UInt16]) {
        if let last = intervals.last { lastInterval = last }
    }

    mutating func reset() { lastInterval = 0 }
}
