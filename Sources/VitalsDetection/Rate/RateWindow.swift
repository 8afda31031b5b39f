/// The last so many RR intervals and their sum, and exact comparisons of their mean rate with a limit.
struct RateWindow: Hashable, Sendable {
    /// How many intervals the window holds when full.
    let width: Int
    /// The sum of the intervals held, 1/1024 s; below 2^22.
    private(set) var sum: Int64 = 0

    private var ring: [UInt16] = []
    private var oldest = 0

    init(width: Int) {
        self.width = min(max(width, 1), VitalsDetectionLimits.rateWindowBeats)
        ring.reserveCapacity(self.width)
    }

    var isEmpty: Bool { ring.isEmpty }
    var isFull: Bool { ring.count == width }

    mutating func push(_ interval: UInt16) {
        sum += Int64(interval)
        guard isFull else {
            ring.append(interval)
            return
        }
        sum -= Int64(ring[oldest])
        ring[oldest] = interval
        oldest = oldest + 1 == width ? 0 : oldest + 1
    }

    mutating func reset() {
        ring.removeAll(keepingCapacity: true)
        oldest = 0
        sum = 0
    }

    /// Mean rate < limit (bpm): beats · 61440 / sum < limit, without the division.
    func isRate(below limit: Int64) -> Bool {
        Int64(ring.count) * Int64(BeatInterval.ticksPerMinute) < limit * sum
    }

    /// Mean rate > limit (bpm).
    func isRate(above limit: Int64) -> Bool {
        Int64(ring.count) * Int64(BeatInterval.ticksPerMinute) > limit * sum
    }
}
