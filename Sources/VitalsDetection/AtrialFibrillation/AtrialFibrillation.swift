public import VitalsModel

/// Tells atrial fibrillation from RR intervals by the entropy of words of heart-rate symbols, in integers.
///
/// **Formula** (Zhou, Ding, Wu and Pickwell-MacPherson 2015, PLOS ONE 10(9):e0136544). Each RR interval becomes a
/// symbol of 5 bpm, `s = min(63, 12288 / rr)`, three symbols in a row a word `w = s[i-2]·4096 + s[i-1]·64 + s[i]`. Over
/// the last N = 127 words, k of them distinct, with counts c:
///
///     H'' = k / (N · log2 N) · H,    H = log2 N - (1/N) · Σ c · log2 c
///
/// The paper's rhythm is atrial fibrillation if H'' > 0.639. With `S = Σ c·log2 c` and `T = N·log2 N`, both in 2^-20,
/// that is `k · (T - S) · 1000 > 639 · N · T`: exact, without a division.
///
/// **Beyond the paper**, each an option, all of them counts of what single beats look like (`BeatTraits`):
/// - *Gates*: the mean distance of a beat's rate to the nearest of the three before it, and the share of beats that
///   move a median of three. Breathing and single ectopic beats are irregular to the entropy and not to these.
/// - *Vetoes*: beats that resemble the third one before (trigeminy), and pairs of beats that are steadier than beats
///   (bigeminy, compensating pauses).
/// - *Early tier*: half of the words at 0.85 raise the rhythm sooner than 127 at 0.639; its beats pass the same gate,
///   and the vetoes on the whole window hold for it too.
/// - *Hysteresis*: the rhythm begins under the stricter `entry` gate and goes on under the `stay` gate, with lower
///   entropies and without vetoes. That decision holds an episode machine: held 30 s, breaks under 60 s merged.
/// - *Edges*: the decision about the middle of the window is also positive where one half alone is fibrillation and
///   three quarters of the beats around the middle are irregular; 127 words alone see an edge some twenty beats off.
///
/// - Unit and range: RR in 1/1024 s, 1 to 65535; 0 is refused as `invalidValue` and breaks the chain of symbols.
/// - Cost: O(1) a beat (in two windows a word enters and one leaves, and five counts change); about 4 kB.
/// - First decision: with beat 129 (127 words of three); after that with every beat, for the window that ends with it,
///   and for the beat `centredDelay` before it. An episode is raised 30 s after its decision turned, which takes about
///   forty irregular beats.
/// - Cannot see: episodes much shorter than the early tier's window (64 beats); flutter with a fixed conduction;
///   fibrillation with a paced, regular response, or below 60 bpm with a spread under 16 % (it mostly has 20 and more).
///   It takes a long run of irregular ectopic beats of several kinds at once for fibrillation. It is no diagnosis.
public struct AtrialFibrillation: Sendable {
    /// The detector's name and version.
    public static let identity = DetectorIdentity(name: "atrial-fibrillation", version: 2)

    /// Windows, thresholds and options.
    public let configuration: Configuration
    /// The episode that the decisions make.
    public private(set) var episode: RhythmEpisode

    private var window: WordWindow
    private var early: WordWindow
    private var beats: TraitWindows
    private var symbols: UInt32 = 0
    /// The last three intervals of the chain, newest first; 0 where it has none.
    private var last: (Int32, Int32, Int32) = (0, 0, 0)
    private var lastBeat: MonotonicTime?
    private var isPresent = false
    /// Why the window is not full: it never was, or a gap emptied it.
    private var refusalUntilFull = Refusal.warmingUp

    /// A detector without history.
    public init(configuration: Configuration = Configuration()) {
        self.configuration = configuration
        episode = RhythmEpisode(hold: configuration.hold, merge: configuration.merge)
        window = WordWindow(capacity: configuration.words)
        early = WordWindow(capacity: min(configuration.earlyWords, window.capacity))
        beats = TraitWindows(
            beats: window.capacity, early: early.capacity, edgeBeats: configuration.edgeBeats,
            delay: Self.delay(window.capacity))
    }

    /// Judges the beat that ended an RR interval.
    ///
    /// - Parameters:
    ///   - rr: the interval in 1/1024 s.
    ///   - time: when the beat was, in data time, for the episodes.
    public mutating func judge(rr: UInt16, at time: MonotonicTime) -> Output {
        lastBeat = time
        guard rr > 0 else {
            breakChain()
            return Output(decision: .notAssessed(.invalidValue))
        }
        symbols = (symbols << 6 | min(63, Self.symbolDividend / UInt32(rr))) & 0x3_FFFF
        let interval = Int32(rr)
        let before = last
        last = (interval, before.0, before.1)
        guard before.1 > 0 else { return Output(decision: .notAssessed(window.count > 0 ? .gap : refusalUntilFull)) }
        window.push(symbols)
        early.push(symbols)
        beats.push(BeatTraits(interval, after: before.0, before.1, before.2))
        return decide(at: time)
    }

    /// Intervals are missing: no word may join what came before to what comes after.
    ///
    /// The words before it stay in the window unless more than `configuration.carriedGap` is missing, after which the
    /// window starts empty and an episode is given up.
    ///
    /// - Returns: the episode's transition, if that ended one.
    public mutating func gap(until time: MonotonicTime) -> RhythmEpisode.Transition? {
        breakChain()
        guard let beat = lastBeat, time - beat > configuration.carriedGap else { return nil }
        return forget(at: time)
    }

    /// The signal is lost for good, or the sensor changed hands: everything is forgotten.
    public mutating func abandon(at time: MonotonicTime) -> RhythmEpisode.Transition? {
        breakChain()
        return forget(at: time)
    }

    /// How many beats before the newest the middle of the window lies: the beat that `Output.centred` is about.
    ///
    /// The window spans N words and so N + 2 intervals. Published figures are centred; an alarm cannot be.
    public var centredDelay: Int { Self.delay(window.capacity) }

    private static func delay(_ words: Int) -> Int { (words + 1) / 2 }

    /// 60 s/min · 1024 units/s / 5 bpm a symbol.
    private static let symbolDividend: UInt32 = 12_288

    private mutating func breakChain() { last = (0, 0, 0) }

    private mutating func forget(at time: MonotonicTime) -> RhythmEpisode.Transition? {
        window.reset()
        early.reset()
        beats.reset()
        lastBeat = nil
        isPresent = false
        refusalUntilFull = .gap
        return episode.abandon(at: time)
    }

    private mutating func decide(at time: MonotonicTime) -> Output {
        let isEarly = early.isFull && early.counts.exceeds(thousandths: configuration.earlyThreshold)
        beats.mark(isEarly: isEarly)
        guard window.isFull else {
            return Output(decision: .notAssessed(refusalUntilFull), isEarly: isEarly)
        }
        let evidence = Evidence(
            words: window.counts, earlyWords: early.counts, beats: beats.whole, earlyBeats: beats.early,
            edgeIrregular: beats.edgeIrregular, wasEarly: beats.beat(window.capacity - early.capacity).isEarly)
        var output = configuration.judge(evidence, wasPresent: isPresent)
        isPresent = output.decision == .present
        output.transition = episode.update(isPresent, at: time)
        return output
    }
}
