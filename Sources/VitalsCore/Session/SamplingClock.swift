/// The sampling rate of a stream of frames, and what is missing between them, by the sensor's own clock.
///
/// A frame says when its last sample was taken; two that follow each other say the rate. It is rounded to a whole number
/// of Hz: sensors have nominal rates, and a detector's filters are laid out for one.
struct SamplingClock {
    /// What a frame is to the one before it.
    enum Step: Hashable {
        /// The first: its rate is not known yet.
        case first
        /// It follows at once.
        case next
        /// So many samples are missing between the two.
        case missing(Int)
        /// The clock or the rate is another one: what comes is a series of its own.
        case restart
    }

    /// Samples a second, once it is known.
    private(set) var rate: Int?
    private var last: UInt64?

    /// Places a frame of so many samples, one at least, behind the one before it.
    mutating func place(_ timestamp: UInt64, count: Int) -> Step {
        defer { last = timestamp }
        guard let last else { return .first }
        guard timestamp > last, timestamp - last <= Self.spanMax else {
            rate = nil
            return .restart
        }
        let span = Int(timestamp - last)
        guard let rate else {
            let found = (count * Self.second + span / 2) / span
            self.rate = found
            return .next
        }
        // A frame's worth more or less than half of one: the clock is not that coarse.
        let samples = (span * rate + Self.second / 2) / Self.second
        if samples >= count + (count + 1) / 2 { return .missing(samples - count) }
        if samples * 2 < count {
            self.rate = nil
            return .restart
        }
        return .next
    }

    private static let second = 1_000_000_000
    /// Frames farther apart than ten seconds are two recordings: no window of the detectors is that long.
    private static let spanMax: UInt64 = 10 * 1_000_000_000
}
