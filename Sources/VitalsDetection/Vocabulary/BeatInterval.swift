public import VitalsModel

/// RR intervals in the sensor's own unit, 1/1024 s (Heart Rate Service 1.0, 3.1.1.4), and their exact relation to time.
public enum BeatInterval {
    /// Units in a second.
    public static let ticksPerSecond: Int32 = 1_024
    /// Units in a minute: 61440 divided by an interval is its rate in bpm.
    public static let ticksPerMinute: Int32 = 61_440

    /// The length of so many 1/1024 s in microseconds, rounded down: 1/1024 s is 15625/16 µs.
    ///
    /// Exact for whole multiples of 16; the rounding is below 1 µs, and a caller that adds intervals adds ticks first.
    public static func span(ticks: Int64) -> MonotonicTime.Span {
        let (product, overflow) = ticks.multipliedReportingOverflow(by: 15_625)
        return MonotonicTime.Span(microseconds: overflow ? (ticks < 0 ? .min : .max) : product >> 4)
    }
}
