import VitalsDetection
import VitalsModel

extension SignalNotification {
    /// The intervals, each with the time of the beat that ended it: the last beat at the time of reception, the others
    /// before it by the intervals that follow them.
    var beats: [(interval: UInt16, time: MonotonicTime)] {
        var ahead = rrIntervals.reduce(Int64(0)) { $0 + Int64($1) }
        return rrIntervals.map { interval in
            ahead -= Int64(interval)
            let before = BeatInterval.span(ticks: ahead).microseconds
            return (interval, MonotonicTime(microseconds: time.microseconds.subtractingSaturating(before)))
        }
    }
}
