public import VitalsModel

/// Finds premature beats in RR intervals, their patterns, and their burden over five minutes.
///
/// **Formula.** The baseline is the median of the last nine accepted intervals. A beat whose interval is RR is premature
///
/// - in a regular rhythm, if RR < 0.75 · baseline, or if RR < 0.94 · baseline and the next interval exceeds 1.25 · RR;
/// - in an irregular rhythm, only if RR < 0.75 · baseline and the next interval exceeds 1.25 · RR.
///
/// The rhythm is irregular if more than 40 % of the last 48 accepted intervals that did not follow a premature one deviate
/// from the baseline by more than a tenth; in sinus rhythm with ectopy the others are regular, in fibrillation they are
/// not. `EctopyBaseline` says what is accepted. *Bigeminy* and *trigeminy*: three cycles of two or three beats with one
/// premature beat in the same place. *Burden*: the share of premature beats in five minutes of data time.
///
/// Beside it stands the 20 % rule (Malik 1989), which compares with the previous interval and so marks the pause as readily
/// as the beat: `5 · |RR(i) - RR(i-1)| > RR(i-1)`, equal to hrv-analysis 1.0.6 `remove_ectopic_beats(method="malik")`.
///
/// **On MITDB** (`V`, `A` and `a` are ectopic; thresholds chosen on every second record): exact beat F1 80.9 % (39.2 % for
/// the 20 % rule on the same beats, 57.8 % for RR < 0.8 · baseline alone), within one beat sensitivity 84.3 % and
/// specificity 98.5 %.
///
/// - Unit and range: RR in 1/1024 s, 1 to 65535; 0 is refused as `invalidValue` and breaks the chain.
/// - Cost: a sorted window of nine, a few comparisons in 32-bit integers; below 1 kB.
/// - Delay: a beat is judged when the next interval is known, or at a gap. The first three of a stream only make the
///   baseline (`warmingUp`).
/// - Cannot see: interpolated and late ectopic beats, escape beats, and whether a beat came from atrium or ventricle. Forty
///   premature beats in a row are a new rhythm to it, and until then a sudden rise of the rate by a third is ectopy. In
///   fibrillation it finds only the clearest beats, and it takes a bigeminy whose couplings vary for irregular too.
public struct Ectopy: Sendable {
    /// The detector's name and version.
    public static let identity = DetectorIdentity(name: "ectopy", version: 1)

    /// The thresholds.
    public let configuration: Configuration

    private var baseline = EctopyBaseline()
    private var malik = MalikRule()
    private var history = PrematureHistory()
    private var pending: Beat?
    private var lastPremature: UInt16?
    private var burden: EctopyBurden?
    /// The number of the burden's five minutes.
    private var window: Int64?

    /// A beat whose next interval is not known yet.
    private struct Beat {
        var rr: UInt16
        var time: MonotonicTime
        var isMalikEctopic: Bool
    }

    /// A detector without history.
    public init(configuration: Configuration = Configuration()) { self.configuration = configuration }

    /// Takes the interval that a beat ended, and judges the beat before it.
    ///
    /// - Parameters:
    ///   - rr: the interval in 1/1024 s.
    ///   - time: when the beat was, in data time.
    /// - Returns: the judgement of the beat before; nil for the first of a chain.
    public mutating func judge(rr: UInt16, at time: MonotonicTime) -> Output? {
        let output = pending.map { conclude($0, next: rr > 0 ? rr : nil) }
        if rr == 0 { breakChain() }
        pending = Beat(rr: rr, time: time, isMalikEctopic: rr > 0 && malik.judge(rr))
        return output
    }

    /// Intervals are missing: the last beat is judged without the next, and patterns start anew. The baseline stays.
    ///
    /// - Parameter time: when intervals come again; the judgement does not depend on it.
    public mutating func gap(until time: MonotonicTime) -> Output? {
        let output = pending.map { conclude($0, next: nil) }
        pending = nil
        breakChain()
        return output
    }

    private mutating func breakChain() {
        malik = MalikRule()
        history = PrematureHistory()
        lastPremature = nil
    }

    private mutating func conclude(_ beat: Beat, next: UInt16?) -> Output {
        let closed = advance(to: beat.time)
        guard beat.rr > 0 else {
            return Output(decision: .notAssessed(.invalidValue), time: beat.time, burden: closed)
        }
        let isIrregular = baseline.isIrregular(above: configuration.irregularShare)
        let decision = decide(on: beat.rr, next: next, isIrregular: isIrregular)
        let isPremature = decision == .premature
        var output = Output(decision: decision, time: beat.time, burden: closed)
        output.isMalikEctopic = beat.isMalikEctopic
        output.rr = beat.rr
        output.next = next
        output.baseline = baseline.median
        output.deviating = baseline.deviatingCount
        output.assessed = baseline.assessed
        output.isIrregular = isIrregular
        output.pattern = history.push(isPremature: isPremature)
        note(output)
        if isPremature {
            baseline.reject()
            lastPremature = beat.rr
        } else {
            baseline.accept(beat.rr, after: lastPremature, tolerance: configuration.regularTolerance)
            lastPremature = nil
        }
        return output
    }

    /// All products below 2^16 · 2^16 in 64 bits.
    private func decide(on rr: UInt16, next: UInt16?, isIrregular: Bool) -> Decision {
        guard let baseline = baseline.median else { return .notAssessed(.warmingUp) }
        let thousandfold = Int64(rr) * 1_000
        let isFarEarly = thousandfold < Int64(configuration.earlyShare) * Int64(baseline)
        let isEarly = thousandfold < Int64(configuration.pausedEarlyShare) * Int64(baseline)
        let isPaused = next.map { Int64($0) * 1_000 > Int64(configuration.pauseShare) * Int64(rr) } ?? false
        let isPremature = isIrregular ? isFarEarly && isPaused : isFarEarly || isEarly && isPaused
        return isPremature ? .premature : .normal
    }

    /// Moves the burden on to a time; the five minutes that ended by then.
    private mutating func advance(to time: MonotonicTime) -> EctopyBurden? {
        let length = VitalsDetectionLimits.burdenWindow
        let number = time.windowNumber(of: length, after: window)
        guard number != window else { return nil }
        defer {
            window = number
            burden = EctopyBurden(start: .start(ofWindow: number, of: length))
        }
        return burden.flatMap { $0.beats > 0 ? $0 : nil }
    }

    private mutating func note(_ output: Output) {
        guard output.refusal == nil else { return }
        burden?.beats += 1
        if output.decision == .premature { burden?.premature += 1 }
        if output.isMalikEctopic { burden?.malik += 1 }
        switch output.pattern {
        case .none: break
        case .bigeminy: burden?.bigeminal += 1
        case .trigeminy: burden?.trigeminal += 1
        }
    }
}
