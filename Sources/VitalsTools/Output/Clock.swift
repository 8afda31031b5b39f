import Glibc
import VitalsMQTT
import VitalsModel

/// The clocks of this machine, as far as tools need them: for pace, progress and the birth of a journal. No record
/// holds them.
enum Clock {
    /// The clock that never steps.
    static var now: MonotonicTime { BootClock.now() }

    /// The wall clock.
    static var wall: WallTime {
        var time = timespec()
        unsafe clock_gettime(CLOCK_REALTIME, &time)
        return WallTime(microseconds: Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1_000)
    }

    /// Sleeps until `time`; true at once when an interruption comes first.
    static func sleep(until time: MonotonicTime) -> Bool {
        while !Interruption.isPending {
            let rest = time - now
            guard rest > .seconds(0) else { return false }
            _ = poll(nil, 0, Int32(clamping: (min(rest, VitalsToolsLimits.sleepMax).microseconds + 999) / 1_000))
        }
        return true
    }
}
