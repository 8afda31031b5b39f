import Glibc
public import VitalsModel

extension MonotonicTime {
    /// CLOCK_BOOTTIME now, to the microsecond.
    public static var boot: MonotonicTime {
        var time = timespec()
        unsafe clock_gettime(CLOCK_BOOTTIME, &time)
        return MonotonicTime(microseconds: Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1_000)
    }
}
