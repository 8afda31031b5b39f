import Glibc
public import VitalsModel

/// The clock that deadlines are measured on: CLOCK_BOOTTIME, which runs on while the machine sleeps and never steps.
public enum BootClock {
    /// The present moment.
    public static func now() -> MonotonicTime {
        var time = timespec()
        unsafe clock_gettime(CLOCK_BOOTTIME, &time)
        return MonotonicTime(microseconds: Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1_000)
    }

    /// What the wall clock says.
    package static func wall() -> WallTime {
        var time = timespec()
        unsafe clock_gettime(CLOCK_REALTIME, &time)
        return WallTime(microseconds: Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1_000)
    }

    /// Whole milliseconds from `now` until `deadline`, rounded up, for poll(2): 0 when it has passed, an hour at most.
    static func milliseconds(from now: MonotonicTime, until deadline: MonotonicTime?) -> Int32 {
        let longest: Int64 = 3_600_000
        guard let deadline else { return Int32(longest) }
        let span = (deadline - now).microseconds
        return Int32(min(max(0, span.addingSaturating(999) / 1_000), longest))
    }
}
