/// Microseconds on a clock that never steps: CLOCK_BOOTTIME on a live gateway, time since the start of a recording in a
/// replay. All windows, delays and detection times are measured on it.
public struct MonotonicTime: Hashable, Comparable, Sendable {
    /// Microseconds since the clock's origin.
    public var microseconds: Int64

    /// A point on the clock.
    public init(microseconds: Int64) { self.microseconds = microseconds }

    /// Whether `left` is earlier.
    public static func < (left: MonotonicTime, right: MonotonicTime) -> Bool { left.microseconds < right.microseconds }

    /// The time `span` later; saturates at the ends of the range.
    public static func + (time: MonotonicTime, span: Span) -> MonotonicTime {
        MonotonicTime(microseconds: time.microseconds.addingSaturating(span.microseconds))
    }

    /// The span between two times; saturates at the ends of the range.
    public static func - (later: MonotonicTime, earlier: MonotonicTime) -> Span {
        Span(microseconds: later.microseconds.subtractingSaturating(earlier.microseconds))
    }

    /// A length of time in whole microseconds.
    public struct Span: Hashable, Comparable, Sendable {
        /// The length; negative when it points back.
        public var microseconds: Int64

        /// A length in microseconds.
        public init(microseconds: Int64) { self.microseconds = microseconds }

        /// A length in milliseconds.
        public static func milliseconds(_ count: Int64) -> Span { Span(microseconds: count * 1_000) }

        /// A length in seconds.
        public static func seconds(_ count: Int64) -> Span { Span(microseconds: count * 1_000_000) }

        /// Whether `left` is shorter, or points further back.
        public static func < (left: Span, right: Span) -> Bool { left.microseconds < right.microseconds }
    }
}

/// Microseconds since 1970-01-01T00:00:00Z, as the wall clock said at that moment: it may step and may be wrong.
public struct WallTime: Hashable, Comparable, Sendable {
    /// Microseconds since the Unix epoch.
    public var microseconds: Int64

    /// A point in wall time.
    public init(microseconds: Int64) { self.microseconds = microseconds }

    /// Whether `left` is earlier.
    public static func < (left: WallTime, right: WallTime) -> Bool { left.microseconds < right.microseconds }
}

extension Int64 {
    /// The sum, or the nearer end of the range: time stamps from files may be anything, and nothing may trap on them.
    public func addingSaturating(_ other: Int64) -> Int64 {
        let (sum, overflow) = addingReportingOverflow(other)
        return overflow ? (other < 0 ? .min : .max) : sum
    }

    /// The difference, or the nearer end of the range.
    public func subtractingSaturating(_ other: Int64) -> Int64 {
        let (difference, overflow) = subtractingReportingOverflow(other)
        return overflow ? (other < 0 ? .max : .min) : difference
    }

    /// The product, or the nearer end of the range.
    public func multipliedSaturating(by factor: Int64) -> Int64 {
        let (product, overflow) = multipliedReportingOverflow(by: factor)
        return overflow ? ((self < 0) == (factor < 0) ? .max : .min) : product
    }
}
