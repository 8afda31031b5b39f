public import VitalsModel

/// Desaturations by the published definition as PyPI `pobm` 1.2.0 computes it: begin and end are its, index by index.
///
/// One sample a second; the first reading has index 0, a second without a reading is a missing sample. The definition
/// was found by running that package on some ten thousand made-up series, missing samples among them. With x the
/// samples, in hundredths of a percent, `fall` 300 and one percent 100:
/// - **a**, the begin: `x[a-1] - x[a]` is 100 to `fall`, and x[a] is above 2500.
/// - **b**, the nadir: from a on, each sample that is not above x[b] is the new b. A sample above it before `x[a] -
///   x[b]` is at least `fall`, or a missing one then, ends the attempt; the search for a goes on at that sample.
/// - **c**, the recovery: the first sample 10 or more after a that stands `min(fall, x[a] - x[b] - 100)` or more above
///   x[b]. More than `longest` after a it is none: a long desaturation is dropped. The search goes on after c either
///   way.
/// - **d**, the end: the first sample from c on that is back within 100 of x[a], `longest` after a at the latest, and
///   the last sample of the recording if that comes first.
/// - One that begins no later than the one before it ends is joined with it.
///
/// An attempt that is still open at the end of the recording is no desaturation, and no new one began in it: that is
/// the reference's behaviour, as is that a fall after hours at one level has to be a fall between two samples.
///
/// One thing is not the reference's: of a series with more than 128 events it returns 128 and leaves out others in the
/// middle, as if their numbers had eight bits. All are found here.
///
/// - Unit and range: SpO2 in hundredths of a percent. The reference computes in floating point; on whole and half
///   percents the comparisons are the same. D0: integers only.
/// - Cost: O(1) amortised a sample; 200 octets and 16 for each joined event that is still open.
/// - Delay: an event is settled once nothing can join it any more: up to `longest` after its end.
/// - Source: Jung et al., IEEE Trans Biomed Eng 65:706 (2018); Levy et al., npj Digital Medicine 4:1 (2021).
/// - Cannot see: desaturations longer than 90 s (`Desaturation` does); falls of more than 3 % between two samples.
public struct CompatibleDesaturation: Sendable {
    /// The detector's name and version.
    public static let identity = DetectorIdentity(name: "desaturation-compatible", version: 1)

    /// The fall and the upper length.
    public let configuration: Configuration

    /// The index of the last sample; -1 before the first.
    private var index: Int64 = -1
    /// The second of the first reading.
    private var firstSecond: Int64?
    /// The last sample; nil when it is missing.
    private var previous: Int32?
    private var attempt: Attempt?
    /// The event that others may still join.
    private var open: Event?
    /// Recoveries of it that are not complete: each has the level that ends it and the index at which it ends anyway.
    private var climbs: [(level: Int32, limit: Int64)] = []

    /// A fall that may become a desaturation.
    private struct Attempt {
        let begin: Int64
        let onset: Int32
        var nadir: Int32

        var depth: Int64 { Int64(onset) - Int64(nadir) }
    }

    /// A detector without history.
    public init(configuration: Configuration = Configuration()) { self.configuration = configuration }

    /// Takes the reading of a second. Of two in one second the first counts.
    public mutating func judge(_ reading: Reading, at time: MonotonicTime) -> Output {
        let second = time.microseconds.quotientAndRemainder(dividingBy: 1_000_000).quotient
        let first = firstSecond ?? second
        firstSecond = first
        let next = second.subtractingSaturating(first)
        guard next > index else { return Output(decision: .notAssessed(.gap), index: index) }
        var settled: [Event] = []
        if next > index + 1 {
            // Any number of missing samples does what one does, but for the time that passes.
            index = next - 2
            take(nil, &settled)
        }
        switch reading {
        case .value(let value): take(value, &settled)
        case .absent: take(nil, &settled)
        }
        guard case .absent(let refusal) = reading else {
            let decision: Output.Decision = attempt == nil && climbs.isEmpty ? .stable : .pending
            return Output(decision: decision, index: index, value: previous, settled: settled)
        }
        return Output(decision: .notAssessed(refusal), index: index, settled: settled)
    }

    /// The recording is over: settles the event that is open.
    public mutating func finish() -> Output {
        attempt = nil
        if !climbs.isEmpty { open?.end = index }
        climbs.removeAll()
        defer { open = nil }
        return Output(decision: .stable, index: index, settled: open.map { [$0] } ?? [])
    }

    private mutating func take(_ sample: Int32?, _ settled: inout [Event]) {
        index += 1
        if attempt == nil || !follow(sample) { search(sample) }
        previous = sample
        climb(sample)
        if let event = open, climbs.isEmpty, attempt.map({ $0.begin > event.end }) ?? true {
            // What begins later than this begins after its end: the next begin is the next index at the earliest.
            settled.append(event)
            open = nil
        }
    }

    private mutating func search(_ sample: Int32?) {
        guard let sample, let previous, sample > Self.leastOnset else { return }
        let step = Int64(previous) - Int64(sample)
        guard step >= Self.percent, step <= Int64(configuration.fall) else { return }
        attempt = Attempt(begin: index, onset: sample, nadir: sample)
    }

    /// Follows the attempt with the sample; false when the sample ended it without a fall deep enough, and may begin
    /// the next.
    private mutating func follow(_ sample: Int32?) -> Bool {
        guard var current = attempt else { return false }
        let isDeepEnough = current.depth >= Int64(configuration.fall)
        guard let sample else {
            if !isDeepEnough { attempt = nil }
            return isDeepEnough
        }
        let rise = Int64(sample) - Int64(current.nadir)
        let length = index - current.begin
        if isDeepEnough, length >= Self.shortest, rise >= min(Int64(configuration.fall), current.depth - Self.percent) {
            attempt = nil
            if length <= configuration.longest { recover(from: current) }
            return true
        }
        if rise <= 0 {
            current.nadir = sample
            attempt = current
            return true
        }
        if !isDeepEnough { attempt = nil }
        return isDeepEnough
    }

    /// The attempt is a desaturation: it joins the open event, or is the next.
    private mutating func recover(from attempt: Attempt) {
        if open == nil { open = Event(begin: attempt.begin, end: attempt.begin) }
        climbs.append((level: attempt.onset, limit: attempt.begin + configuration.longest))
    }

    /// Ends what has climbed back, or may climb no longer.
    private mutating func climb(_ sample: Int32?) {
        guard var event = open, !climbs.isEmpty else { return }
        let now = index
        climbs.removeAll { climb in
            let isBack = sample.map { Int64($0) >= Int64(climb.level) - Self.percent } ?? false
            guard isBack || now >= climb.limit else { return false }
            event.end = max(event.end, isBack && now <= climb.limit ? now : climb.limit)
            return true
        }
        open = event
    }

    private static let percent: Int64 = 100
    private static let leastOnset: Int32 = 2_500
    private static let shortest: Int64 = 10
}
