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
    /// 4/5 of the median, and some, up to a pause, above 13/10 of it or of the mean, which many short ones pull down;
    /// and on the way one is below 3/4 of the one before it, or two are above 3/2 of theirs. Much disorder is when
    /// some are above 8/5 of the median.
    ///
    /// A heart that pauses has no short ones, and one that becomes slow has one step, and that upwards.
    func disorder(pause: UInt16) -> Disorder {
        let sorted = ring.sorted()
        guard let shortest = sorted.first, let longest = sorted.last(where: { $0 < pause }) else { return .none }
        let median = Int64(sorted[(sorted.count - 1) / 2])
        let isLong =
            10 * Int64(longest) > 13 * median || 10 * Int64(longest) * Int64(ring.count) > 13 * sum
        guard 5 * Int64(shortest) < 4 * median, isLong else { return .none }
        let steps = zip(inOrder, inOrder.dropFirst())
        let hasFall = steps.contains { 4 * Int64($0.1) < 3 * Int64($0.0) }
        guard hasFall || steps.count(where: { 2 * Int64($0.1) > 3 * Int64($0.0) }) > 1 else { return .none }
        return 5 * Int64(longest) > 8 * median ? .much : .some
    }

    /// From which length on intervals are two beats of which the sensor missed one, when it misses beats now and then:
    /// the intervals are of two kinds with nothing between them, the long ones at least 3/2 of any short one; short ones
    /// stand on end, as in a steady rhythm, and long ones in at least two places. Nil when they are not so.
    ///
    /// Sinus arrhythmia may take the two far from 1 : 2. In bigeminy no two short ones stand on end, and a heart that is
    /// suddenly slow is so in one place.
    func skippedBeat(pause: UInt16) -> UInt16? {
        guard let shortest = ring.min(), shortest > 0 else { return nil }
        var greatestShort: UInt16 = 0
        var leastLong = UInt16.max
        for interval in ring where interval < pause {
            if 2 * Int64(interval) < 3 * Int64(shortest) {
                greatestShort = max(greatestShort, interval)
            } else {
                leastLong = min(leastLong, interval)
            }
        }
        guard leastLong < pause, 2 * Int64(leastLong) >= 3 * Int64(greatestShort) else { return nil }
        let steps = zip(inOrder, inOrder.dropFirst())
        let hasSteadyRhythm = steps.contains { max($0.0, $0.1) < leastLong }
        let begins = steps.count { $0.0 < leastLong && $0.1 >= leastLong && $0.1 < pause }
        let places = begins + (inOrder.first.map { $0 >= leastLong && $0 < pause } == true ? 1 : 0)
        return hasSteadyRhythm && places > 1 ? leastLong : nil
    }

    /// How many of the intervals are at least so long, up to a pause.
    func count(from length: UInt16, pause: UInt16) -> Int { ring.count { $0 >= length && $0 < pause } }

    /// The intervals, oldest first.
    private var inOrder: ArraySlice<UInt16> { ring[oldest...] + ring[..<oldest] }

    /// The intervals with each early beat evened out: where an interval ends with a beat that comes early (below 4/5 of
    /// the median), and the one after it makes up for it, so that both together are two intervals of the rhythm within
    /// an eighth, each of them is half of both. No beat is lost there, and a window that begins between the two would
    /// tell of a rate that is too low.
    func evened(pause: UInt16) -> RateWindow {
        var result = self
        let sorted = ring.sorted()
        let median = Int64(sorted.isEmpty ? 0 : sorted[(sorted.count - 1) / 2])
        result.ring = Array(inOrder)
        result.oldest = 0
        var place = 0
        while place + 1 < result.ring.count {
            let (early, late) = (Int64(result.ring[place]), Int64(result.ring[place + 1]))
            let isEven = 4 * (early + late - 2 * median).magnitude <= median.magnitude
            guard 5 * early < 4 * median, late < pause, isEven else {
                place += 1
                continue
            }
            result.ring[place] = UInt16((early + late) / 2)
            result.ring[place + 1] = UInt16((early + late + 1) / 2)
            place += 2
        }
        return result
    }

    /// A window of the last so many intervals, or of all where there are fewer.
    func last(_ count: Int) -> RateWindow {
        var result = RateWindow(width: count)
        for interval in inOrder.suffix(result.width) { result.push(interval) }
        return result
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
