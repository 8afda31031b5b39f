public import VitalsModel

/// Tells the intervals that heart-rate variability may use from those of ectopic, missed and falsely detected beats.
///
/// **Formula** (Lipponen and Tarvainen 2019, J Med Eng Technol 43(3):173-181). For each interval RR(i):
///
///     dRR = RR(i) - RR(i-1),   scaled by 5.2 · quartile deviation of |dRR| over the 91 around it
///     mRR = RR(i) - median of the 11 around it, doubled below 0, scaled by 5.2 · quartile deviation of |mRR| over 91
///
/// |dRR| <= 1 is normal. Beyond it, *ectopic* if both neighbouring differences lie beyond the line -0.13 · dRR -+ 0.17
/// on the other side. Otherwise, where a jump is taken back by one of the next two differences beyond 1, or |mRR| > 3:
/// *extra* after a jump down if the interval and the next are one together, *missed* after a jump up if half of it is one
/// (both against the median, within mRR's threshold), else *long or short*. Where the next difference but one is larger
/// than the next, the next interval is judged along in the same way.
///
/// **Chains.** Windows never cross a gap; at the ends of a chain they are what there is of them. The first interval has
/// no difference: the mean of the first `VitalsDetectionLimits.cleaningDelay` intervals of the chain stands before it.
/// `classes(of:)` judges a whole segment instead, with the mean of all of it; its classes are those of NeuroKit2's
/// `signal_fixpeaks(method="Kubios", iterative=False)`. Which mean it is can show in the first 51 intervals of a chain,
/// and in a run of artefacts that lasts on from there; all others are classified alike.
///
/// - Unit and range: RR in 1/1024 s, 1 to 65535; 0 is refused as `invalidValue` and left out of the chain.
/// - Determinism: IEEE +, -, · and / in a fixed order over whole numbers.
/// - Cost: two sorted windows of 91 and one of 11 take one number each an interval; about 10 kB.
/// - Delay: an interval is classified when 51 more have come, or at a gap.
/// - Cannot see: ectopy that is the rule (bigeminy widens its own thresholds): this cleans, `Ectopy` counts. Runs of
///   artefacts longer than a quarter of the 91. In a chain of fewer than some 20 intervals the quartiles mean little.
public struct RRCleaning: Sendable {
    /// The detector's name and version.
    public static let identity = DetectorIdentity(name: "rr-cleaning", version: 1)

    private var stream = ArtefactStream()
    /// The intervals that are not classified yet, in order; the oldest leaves first.
    private var pending = BeatQueue()
    /// Whether enough intervals have come to say what stands before the first.
    private var isStarted = false
    private var last: Double?
    private var isNextChained = false

    /// A cleaning without history.
    public init() {}

    /// Takes the interval that a beat ended.
    ///
    /// - Parameters:
    ///   - rr: the interval in 1/1024 s.
    ///   - time: when the beat was, in data time.
    /// - Returns: the interval that is thereby classified, 51 before this one; nil while there is none.
    public mutating func judge(rr: UInt16, at time: MonotonicTime) -> Output? {
        guard rr > 0 else {
            isNextChained = false
            return Output(rr: rr, time: time)
        }
        pending.append(QueuedBeat(rr: rr, time: time, isChained: isNextChained))
        isNextChained = true
        guard isStarted else {
            if pending.count == VitalsDetectionLimits.cleaningDelay { start() }
            return nil
        }
        return push(rr)
    }

    /// Intervals are missing: the chain ends, and the next interval begins another.
    ///
    /// - Parameter time: when intervals come again; the classes do not depend on it.
    /// - Returns: the intervals that waited for more to follow, in order: at most 51.
    public mutating func gap(until time: MonotonicTime) -> [Output] {
        if !isStarted, pending.count > 0 { start() }
        var outputs: [Output] = []
        while let conclusion = stream.finish() {
            if let output = output(conclusion) { outputs.append(output) }
        }
        self = RRCleaning()
        return outputs
    }

    /// The classes of a whole segment of intervals in 1/1024 s, one for each.
    public static func classes(of intervals: [UInt16]) -> [IntervalClass] {
        var classes: [IntervalClass] = []
        classes.reserveCapacity(intervals.count + 1)
        var stream = ArtefactStream()
        stream.begin(with: intervals) { classes.append($0) }
        while let conclusion = stream.finish() { classes.append(conclusion.class) }
        // The first class is that of the interval that stands before the first.
        return Array(classes.dropFirst())
    }

    private mutating func start() {
        let intervals = (0..<pending.count).map { pending[$0].rr }
        // Nothing but the interval before the first can be classified by the first 51.
        stream.begin(with: intervals) { _ in }
        last = intervals.last.map(Double.init)
        isStarted = true
    }

    private mutating func push(_ rr: UInt16) -> Output? {
        let interval = Double(rr)
        let conclusion = stream.push(interval, difference: interval - (last ?? interval))
        last = interval
        return conclusion.flatMap { output($0) }
    }

    private mutating func output(_ conclusion: ArtefactStream.Conclusion) -> Output? {
        guard conclusion.index > 0, let beat = pending.popFirst() else { return nil }
        return Output(beat, conclusion)
    }
}

extension ArtefactStream {
    /// Takes the first intervals of a chain, with their mean before them and the mean difference before the first
    /// difference; what they classify goes to `visit`.
    mutating func begin(with intervals: [UInt16], _ visit: (IntervalClass) -> Void) {
        guard let last = intervals.last else { return }
        let count = Double(intervals.count)
        let mean = Double(intervals.reduce(Int64(0)) { $0 + Int64($1) }) / count
        if let conclusion = push(mean, difference: (Double(last) - mean) / count) { visit(conclusion.class) }
        var previous = mean
        for interval in intervals.lazy.map(Double.init) {
            if let conclusion = push(interval, difference: interval - previous) { visit(conclusion.class) }
            previous = interval
        }
    }
}
