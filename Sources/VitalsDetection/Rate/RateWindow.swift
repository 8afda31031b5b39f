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

    var count: Int { ring.count }
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

    /// Mean rate < limit (bpm): beats · 61440 / sum < limit, without the division. `beats` is how many intervals the
    /// sum is held to be of; the window's own count unless given.
    func isRate(below limit: Int64, beats: Int? = nil) -> Bool {
        Int64(beats ?? ring.count) * Int64(BeatInterval.ticksPerMinute) < limit * sum
    }

    /// Mean rate > limit (bpm).
    func isRate(above limit: Int64) -> Bool {
        Int64(ring.count) * Int64(BeatInterval.ticksPerMinute) > limit * sum
    }

    /// Whether all intervals are alike to the last bit, which no heart does.
    var isFlat: Bool { ring.count > 1 && ring.allSatisfy { $0 == ring[0] } }

    /// How far the intervals are in disorder.
    enum Disorder { case none, some, much }

    /// Whether the intervals jump as when a sensor finds beats where there are none and misses others: some are below
    /// 4/5 of the median, one is below 2/3 of the one before it, and some, up to a pause, are above 8/5 of the median
    /// (much), or above 13/10 (some, as after early beats).
    ///
    /// A heart that pauses has no short ones, and one that becomes slow has no such step down.
    func disorder(pause: UInt16) -> Disorder {
        let sorted = ring.sorted()
        guard let shortest = sorted.first, let longest = sorted.last(where: { $0 < pause }) else { return .none }
        let median = Int64(sorted[(sorted.count - 1) / 2])
        guard 5 * Int64(shortest) < 4 * median, 10 * Int64(longest) > 13 * median else { return .none }
        let inOrder = ring[oldest...] + ring[..<oldest]
        guard zip(inOrder, inOrder.dropFirst()).contains(where: { 3 * Int64($0.1) < 2 * Int64($0.0) }) else {
            return .none
        }
        return 5 * Int64(longest) > 8 * median ? .much : .some
    }

    /// How many beats these intervals may be of, if the sensor missed some.
    ///
    /// An interval that is about a whole multiple of a reference m, within an eighth of k · m, is taken for k beats;
    /// one from `pause` on is an event of its own, and one interval. The reference is the mean of the short intervals
    /// (those below 3/2 of the shortest), and then the median, which a beat seen twice does not move; the greater count
    /// is the answer.
    func beats(pause: UInt16) -> Int {
        let sorted = ring.sorted()
        guard let shortest = sorted.first, shortest > 0 else { return ring.count }
        let short = sorted.prefix { 2 * Int64($0) < 3 * Int64(shortest) }
        let sum = short.reduce(Int64(0)) { $0 + Int64($1) }
        let median = Int64(sorted[(sorted.count - 1) / 2])
        return max(
            beats(reference: sum, of: Int64(short.count), pause: pause), beats(reference: median, of: 1, pause: pause))
    }

    private func beats(reference sum: Int64, of count: Int64, pause: UInt16) -> Int {
        var beats = 0
        for interval in ring {
            // All of it times the count of the reference, so that its mean needs no division.
            let scaled = Int64(interval) * count
            let multiple = (2 * scaled + sum) / (2 * sum)
            let isNear = (scaled - multiple * sum).magnitude * 8 <= multiple * sum
            beats += multiple >= 2 && isNear && interval < pause ? Int(multiple) : 1
        }
        return beats
    }
}
