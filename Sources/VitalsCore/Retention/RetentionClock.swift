public import VitalsModel

/// The clock by which ages count, in seconds since the journal's first mark.
///
/// Stamps of records cannot tell ages: a wall clock that steps ten years ahead would drop everything, and one that was
/// never set nothing (field lesson 29). So this clock runs with the one that never steps, and takes from the wall clock
/// one number a start: how long the gateway was off, when both ends of that time are synchronised, and no more than
/// `RetentionLimits.gapMost` of it. It never goes back.
public struct RetentionClock: Hashable, Sendable {
    private var time: Int64
    private var sinceStart: Int64 = 0
    private var began: MonotonicTime?
    /// The wall time of the last mark before this start, until the time off is known.
    private var left: WallTime?

    /// Goes on from the last mark; from zero without one.
    public init(_ last: RetentionMark?) {
        time = last?.time ?? 0
        left = last.flatMap { $0.isSynchronised ? $0.wall : nil }
    }

    /// The time now, in seconds. The stamps of one clock come from one boot of the machine.
    public mutating func now(at stamp: Stamp) -> Int64 {
        let start = began ?? stamp.monotonic
        began = start
        sinceStart = max(sinceStart, Self.seconds(from: start.microseconds, to: stamp.monotonic.microseconds))
        if let left, stamp.isSynchronised {
            let gap = Self.seconds(from: left.microseconds, to: stamp.wall.microseconds) - sinceStart
            time += min(max(0, gap), RetentionLimits.gapMost)
            self.left = nil
        }
        return time + sinceStart
    }

    /// Whole seconds between two times in microseconds; a difference that no clock can show counts as none.
    private static func seconds(from start: Int64, to end: Int64) -> Int64 {
        let (difference, overflow) = end.subtractingReportingOverflow(start)
        return overflow ? 0 : difference / 1_000_000
    }
}
