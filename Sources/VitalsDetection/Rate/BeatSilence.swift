public import VitalsModel

/// How long a strap has sent no interval, and what its heart rate did meanwhile: whether the heart stands still, the
/// strap sends no intervals, or it only repeats itself.
///
/// A strap that finds no beat has no interval to send, and its rate is computed from beats: it is held, or falls as a
/// mean does in which the waiting time counts as an interval, or goes to 0. A rate that rises was computed from beats
/// that the strap found and did not report; one that falls otherwise may have been. A rate that is merely held says
/// nothing: a strap whose packet is frozen sends the same octets. One that falls after it was held for so long that it
/// would have fallen before tells of something new, and the time counts from there.
///
/// Whether a rate has fallen as far as it does without beats is asked when the silence has become long enough to matter
/// (`provenAfter`), and only of a rate that has just fallen. Early in the silence a heart that slows down, or the mean
/// of a few slow beats, lies as low; and what fell and then stands still is a packet that froze while the strap waited for
/// one late beat. Once proven it stays so until the rate rises.
public struct BeatSilence: Hashable, Sendable {
    /// What the heart rate did since the last interval.
    public enum Rate: UInt8, CaseIterable, Hashable, Sendable {
        /// It stands still.
        case held
        /// It has only fallen, and for so long as far as it does without beats, or is 0.
        case decayed
        /// It has only fallen, and not so far or not for so long: a mean over many beats, or beats that are not
        /// reported.
        case falling
        /// It has risen, which it does only with beats.
        case moving
    }

    /// Since when notifications have come without an interval, and without a chance that one was lost; nil before the
    /// first interval.
    public private(set) var since: MonotonicTime?
    /// What the heart rate has done since the last interval.
    public private(set) var rate = Rate.held

    /// The rate at the last interval, hundredths of a bpm; that of the notification after it when that is greater,
    /// since a strap may compute its rate late.
    private var reference: Int32 = 0
    private var last: Int32 = 0
    /// When it fell last; nil when it has not.
    private var lastFall: MonotonicTime?
    /// When the last interval came, also before a notification that may have been lost.
    private var waitingSince = MonotonicTime(microseconds: 0)
    private var isFirst = true
    private var hasRisen = false

    private let provenAfter: MonotonicTime.Span

    /// Nothing is known. A rate that has fallen proves that there are no beats after `provenAfter` at the earliest.
    public init(provenAfter: MonotonicTime.Span) { self.provenAfter = provenAfter }

    /// How long there has been no interval; 0 before the first.
    public func duration(until time: MonotonicTime) -> MonotonicTime.Span {
        since.map { time - $0 } ?? MonotonicTime.Span(microseconds: 0)
    }

    /// An interval was received, with a heart rate in hundredths of a bpm.
    public mutating func beat(at time: MonotonicTime, heartRate: Int32) {
        reset()
        since = time
        waitingSince = time
        reference = Self.clamped(heartRate)
        last = reference
    }

    /// A notification came without one. The heart rate is in hundredths of a bpm, 0 when the sensor has none.
    public mutating func noBeat(heartRate given: Int32, at time: MonotonicTime) {
        let heartRate = Self.clamped(given)
        defer { last = heartRate }
        guard since != nil else { return }
        let waited = time - waitingSince
        if isFirst {
            isFirst = false
            reference = max(reference, heartRate)
        } else if heartRate > last {
            hasRisen = true
        } else if heartRate < last, rate == .held, waited > Self.fallsWithin {
            since = time
            waitingSince = time
            reference = heartRate
        }
        if heartRate < last { lastFall = time }
        rate = judge(heartRate, at: time)
    }

    /// A notification may have been lost, and a beat with it: the time counts from now on.
    public mutating func restart(at time: MonotonicTime) {
        if since != nil { since = time }
    }

    /// Forgets everything: the stream was interrupted.
    public mutating func reset() { self = BeatSilence(provenAfter: provenAfter) }

    private func judge(_ heartRate: Int32, at time: MonotonicTime) -> Rate {
        if hasRisen { return .moving }
        // Where it was proven, it need not fall on: a strap has a lowest rate.
        if heartRate <= 0 || rate == .decayed { return .decayed }
        if heartRate == reference { return .held }
        let waited = time - waitingSince
        guard waited >= provenAfter, let lastFall, time - lastFall <= Self.stillFallingWithin else { return .falling }
        // With the mean interval r = 60 / reference and the waiting time w, the mean of 5 beats of which the waiting is
        // one is 5 · 60 / (4 · r + w) bpm; means over fewer beats fall farther. Rates are in hundredths, w in
        // microseconds, and the products stay below 2^60. What is shown was rounded to a whole bpm.
        let waiting = min(max(0, waited.microseconds), Self.longestWaiting)
        let left = Int64(heartRate - Self.rounding) * (4 * 6_000_000_000 + waiting * Int64(reference))
        return left <= 5 * 6_000_000_000 * Int64(reference) ? .decayed : .falling
    }

    /// To 0 to 1000 bpm.
    private static func clamped(_ heartRate: Int32) -> Int32 { min(max(heartRate, 0), 1_000_00) }

    /// A rate that falls without beats begins to within the time of two beats of the slowest heart (1.5 s each) and the
    /// notification after it.
    private static let fallsWithin = MonotonicTime.Span.seconds(4)

    /// A mean over five intervals of which one is the waiting falls by 1 bpm a second at the least until these are 17 s
    /// together, which is far beyond the time at which asystole is decided.
    private static let stillFallingWithin = MonotonicTime.Span.seconds(1)

    /// Half a bpm.
    private static let rounding: Int32 = 50

    /// A minute: the rate has fallen to nothing by then, and the products below stay in their range.
    private static let longestWaiting: Int64 = 60_000_000
}
