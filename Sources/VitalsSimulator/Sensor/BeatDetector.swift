/// The QRS detector of a strap: turns beats into the RR intervals that it reports, oldest first.
///
/// Without contact it sees nothing, and the first beat after only starts the next interval. In motion it misses beats and
/// sees some twice; the intervals still add up to the time that passed.
struct BeatDetector: Sendable {
    /// Intervals not sent yet, in 1/1024 s.
    private(set) var pending: [UInt16] = []
    private var last: Int64?
    private var hasMissed = false
    /// The beat that was missed since the last one that was seen.
    private var missed: Int64?
    private var recent: [Int64] = []
    private var random: RandomStream

    private static let longest = VitalsSimulatorLimits.intervalMillisecondsMax * 1_024 / 1_000

    init(random: RandomStream) { self.random = random }

    /// What became of a beat.
    enum Outcome: Sendable {
        /// It was seen.
        case seen
        /// It was not.
        case missed
        /// It was seen, and something else before it.
        case seenTwice
        /// It was seen, and the one missed before it was found after all.
        case seenBoth
        /// The sensor is off the body.
        case noContact
    }

    /// The mean heart rate of the last beats, in beats per minute; 0 until there is an interval.
    var heartRate: UInt16 {
        let sum = recent.reduce(0, +)
        guard sum > 0 else { return 0 }
        return UInt16(min(300, (Int64(recent.count) * 61_440 + sum / 2) / sum))
    }

    /// The same of a detector that takes a beat which is more than half an interval late for one that comes now: without
    /// beats it falls. `time` is in microseconds.
    func heartRate(waitingAt time: Int64) -> UInt16 {
        guard let last, let oldest = recent.first else { return heartRate }
        let sum = recent.reduce(0, +)
        let count = Int64(recent.count)
        let waiting = time * 16 / 15_625 - last
        guard 2 * waiting * count > 3 * sum else { return heartRate }
        let total = sum - oldest + waiting
        return UInt16(min(300, (count * 61_440 + total / 2) / total))
    }

    /// Takes a beat; `motion` is the share of beats spoilt, in millionths.
    mutating func detect(_ beat: Beat, hasContact: Bool, motion: Int64) -> Outcome {
        guard hasContact else {
            loseContact()
            return .noContact
        }
        guard let previous = last else {
            last = beat.tick
            return .seen
        }
        let interval = beat.tick - previous
        // Neither two misses in a row nor one near 3 s: motion must not look like the pause of an episode. The next interval
        // may be longer than this one: then the detector finds what it missed.
        let mayMiss = !hasMissed && interval + beat.interval <= Self.longest
        hasMissed = false
        if let missed, interval > Self.longest {
            append(missed - previous)
            append(beat.tick - missed)
            (self.missed, last) = (nil, beat.tick)
            return .seenBoth
        }
        missed = nil
        if motion > 0, random.chance(millionths: motion) {
            let isMiss = random.chance(millionths: 500_000)
            let share = random.within(300...700)
            if isMiss && mayMiss {
                hasMissed = true
                missed = beat.tick
                return .missed
            }
            let first = interval * share / 1_000
            append(first)
            append(interval - first)
            last = beat.tick
            return .seenTwice
        }
        append(interval)
        last = beat.tick
        return .seen
    }

    /// Takes the oldest pending intervals, `count` of them at most.
    mutating func take(_ count: Int) -> [UInt16] {
        let taken = Array(pending.prefix(count))
        pending.removeFirst(taken.count)
        return taken
    }

    /// Forgets the intervals not sent, and returns how many they were.
    mutating func discard() -> Int {
        defer { pending.removeAll(keepingCapacity: true) }
        return pending.count
    }

    private mutating func loseContact() {
        last = nil
        missed = nil
        recent.removeAll(keepingCapacity: true)
    }

    private mutating func append(_ interval: Int64) {
        // A pause of 20 s, the longest, is 20480 ticks; the word holds 65535.
        pending.append(UInt16(clamping: interval))
        recent.append(interval)
        if recent.count > VitalsSimulatorLimits.heartRateBeats { recent.removeFirst() }
    }
}
