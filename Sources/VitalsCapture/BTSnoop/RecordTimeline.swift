import VitalsModel

/// Makes a time that never goes back out of the wall time of the records.
struct RecordTimeline: Sendable {
    /// The clock that stamps the events.
    private(set) var clock: CaptureClock
    private var latest: Int64 = 0

    /// The capture starts at the first record, cut to the millisecond that the JSON Lines header can say.
    init(first: WallTime) {
        let remainder = first.microseconds % 1_000
        let cut = first.microseconds - (remainder < 0 ? remainder + 1_000 : remainder)
        clock = CaptureClock(start: WallTime(microseconds: cut))
    }

    /// The stamp of a record, the clock event that comes before it if the clock was set back, and whether the record lay
    /// a little out of order, in which case it carries the latest time so far.
    mutating func stamp(_ time: WallTime) -> (step: SensorEvent?, stamp: Stamp, isOutOfOrder: Bool) {
        let elapsed = time.microseconds.subtractingSaturating(clock.start.microseconds)
            .subtractingSaturating(clock.stepMicroseconds)
        if elapsed >= latest {
            latest = elapsed
            return (nil, clock.stamp(at: latest), false)
        }
        let back = elapsed - latest
        if back >= -VitalsCaptureLimits.stampDisorderMicroseconds {
            return (nil, clock.stamp(at: latest), true)
        }
        let step = clock.step(by: back, isSynchronised: clock.isSynchronised, at: latest)
        return (step, clock.stamp(at: latest), false)
    }
}
