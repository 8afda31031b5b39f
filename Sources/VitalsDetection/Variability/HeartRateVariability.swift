public import VitalsModel

/// Time-domain heart-rate variability in windows of five minutes.
///
/// **Formula** (Task Force of the ESC and NASPE 1996, Circulation 93:1043; Poincaré axes: Brennan 2001). Over the NN
/// intervals x of a window and the differences d of those that follow directly on each other: mean NN, SDNN (divided by
/// n - 1), RMSSD, SDSD (m - 1), pNN50 and pNN20 (share of the m pairs), SD1 and SD2, all from exact sums; see
/// `IntervalSums`.
///
/// **Windows.** Window k is [k · 300 s, (k + 1) · 300 s) of the data time of the beats, the same for every stream of a
/// gateway. An interval belongs to the window in which its beat was, one that is dated back across a window's beginning
/// (`VitalsDetectionLimits.beatTimeDisorder`) to the window under way; a pair never crosses two windows. A window is
/// judged when a beat or a gap shows that it is over. Windows without an interval have no output.
///
/// **NN.** Of cleaned intervals the normal ones count; all others are left out, and so is the one after an extra beat,
/// which ended at a beat but did not begin at one. What is left out breaks the chain, so no difference spans it, and
/// nothing is interpolated. Raw intervals count all.
///
/// - Unit and range: RR in 1/1024 s, 1 to 65535; figures in ms and %.
/// - Determinism: whole numbers up to one division and one square root a figure.
/// - Cost: an interval is some ten additions and products; a window about ten divisions and roots.
/// - Delay: the first beat after the window's end, and with cleaned intervals 51 beats more.
/// - Refusals: `gap` (`warmingUp` in the first window) when the intervals cover less than `minimumCoverage` of the window;
///   `artefacts` when more than `artefactShareMaximum` are no NN; `notEnoughBeats` below `minimumIntervals`.
/// - Cannot see: frequency bands, anything slower than its window, and whether a rhythm is sinus rhythm: in atrial
///   fibrillation the figures are large and mean something else.
public struct HeartRateVariability: Sendable {
    /// The detector's name and version.
    public static let identity = DetectorIdentity(name: "heart-rate-variability", version: 1)

    /// The window and what it must hold.
    public let configuration: Configuration

    /// The number of the window under way; nil before the first interval.
    private var index: Int64?
    private var sums = IntervalSums()
    private var received: Int64 = 0
    private var receivedTicks: Int64 = 0
    private var isFirst = true
    private var followsExtra = false

    /// A detector without history.
    public init(configuration: Configuration = Configuration()) { self.configuration = configuration }

    /// Takes a cleaned interval; the window that its beat showed to be over, if any.
    public mutating func judge(_ interval: RRCleaning.Output) -> Output? {
        let output = advance(to: interval.time)
        let isNormal = interval.intervalClass == .normal && !followsExtra
        if !interval.isChained { sums.interrupt() }
        take(interval.rr, isNormal: isNormal)
        followsExtra = interval.intervalClass == .extra
        return output
    }

    /// Takes an interval as it is; the window that its beat showed to be over, if any.
    ///
    /// - Parameters:
    ///   - rr: the interval in 1/1024 s; 0 is none and breaks the chain.
    ///   - time: when the beat was that ended it, in data time.
    public mutating func judge(rr: UInt16, at time: MonotonicTime) -> Output? {
        let output = advance(to: time)
        take(rr, isNormal: rr > 0)
        return output
    }

    /// Intervals are missing until a time: the chain breaks. The window that ended by then, if any; the one that the time
    /// lies in is then under way.
    public mutating func gap(until time: MonotonicTime) -> Output? {
        sums.interrupt()
        followsExtra = false
        return index == nil ? nil : advance(to: time)
    }

    private mutating func take(_ rr: UInt16, isNormal: Bool) {
        received += 1
        receivedTicks += Int64(rr)
        if isNormal { sums.add(rr) } else { sums.interrupt() }
    }

    private mutating func advance(to time: MonotonicTime) -> Output? {
        let number = time.windowNumber(of: configuration.length, after: index)
        guard let index else {
            self.index = number
            return nil
        }
        return number == index ? nil : close(index, next: number)
    }

    private mutating func close(_ index: Int64, next: Int64?) -> Output? {
        defer {
            isFirst = false
            self.index = next
            sums = IntervalSums()
            received = 0
            receivedTicks = 0
        }
        guard received > 0 else { return nil }
        return Output(
            start: .start(ofWindow: index, of: configuration.length), configuration: configuration, refusal: refusal,
            received: received,
            receivedTicks: receivedTicks, sums: sums)
    }

    private var refusal: Refusal? {
        let covered = BeatInterval.span(ticks: receivedTicks).microseconds
        let needed = configuration.length.microseconds / 1_000 * Int64(configuration.minimumCoverage)
        if covered < needed { return isFirst ? .warmingUp : .gap }
        let artefacts = received - sums.count
        if artefacts * 1_000 > Int64(configuration.artefactShareMaximum) * received { return .artefacts }
        // Sums that are full have left intervals out.
        let isUsable = sums.count >= Int64(configuration.minimumIntervals) && sums.pairs > 1 && !sums.isFull
        return isUsable ? nil : .notEnoughBeats
    }
}
