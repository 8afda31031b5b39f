import VitalsDetection
import VitalsModel

/// A strap that notifies once a second with the intervals that ended since.
struct Strap {
    private var rules = RateRules()
    private var second = 0
    private var ended: Int64 = 0
    private var pending: [UInt16] = []

    init() { _ = notify() }

    /// Plays intervals, and returns what the notification with the last of them came to.
    mutating func play(_ intervals: [UInt16]) -> RateRules.Output {
        for interval in intervals {
            ended += BeatInterval.span(ticks: Int64(interval)).microseconds
            while Int64(second) * 1_000_000 < ended { _ = notify() }
            pending.append(interval)
        }
        return notify()
    }

    private mutating func notify() -> RateRules.Output {
        defer {
            second += 1
            pending.removeAll()
        }
        return rules.judge(
            SignalNotification(
                time: MonotonicTime(microseconds: Int64(second) * 1_000_000), contact: .detected,
                value: 60_00 + Int32(second % 2) * 1_00, rrIntervals: pending))
    }
}
