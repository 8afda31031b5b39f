public import VitalsModel

/// Tells atrial fibrillation from RR intervals by the entropy of words of heart-rate symbols, in integers.
///
/// **Formula** (Zhou, Ding, Wu and Pickwell-MacPherson 2015, PLOS ONE 10(9):e0136544). Each RR interval becomes a symbol of
/// 5 bpm, `s = min(63, 12288 / rr)`, three symbols in a row a word `w = s[i-2]·4096 + s[i-1]·64 + s[i]`. Over the last
/// N = 127 words, k of them distinct, with counts c:
///
///     H'' = k / (N · log2 N) · H,    H = log2 N - (1/N) · Σ c · log2 c
///
/// The rhythm is atrial fibrillation if H'' > 0.639. With `S = Σ c·log2 c` and `T = N·log2 N`, both in 2^-20, that is
/// `k · (T - S) · 1000 > 639 · N · T`: exact, without a division. An early tier does the same over 64 words at 0.61.
///
/// **Beyond the paper**, each an option: the *gate* asks for a share of beats whose interval differs from the one before
/// by 3.25 % or more; the *ectopy veto* withdraws the decision where so many beats are premature with a pause that makes
/// up for them that frequent ectopy explains the irregularity; the *bigeminy veto* withdraws it where intervals repeat
/// with a period of two. The decision holds an episode machine: held 30 s, breaks under 60 s merged.
///
/// - Unit and range: RR in 1/1024 s, 1 to 65535; 0 is refused as `invalidValue` and breaks the chain of symbols.
/// - Cost: O(1) a beat in both tiers (a word enters, one leaves); about 3 kB.
/// - First decision: with beat 129 (127 words of three), beat 66 in the early tier; after that with every beat, for the
///   window that ends with it. An episode is raised 30 s after its decision turned; on average half a window of
///   irregular beats comes before that.
/// - Cannot see: episodes much shorter than half a window (64 beats); flutter with a fixed conduction; fibrillation with a
///   paced, regular response. It takes a long run of irregular ectopic beats for fibrillation. It is no diagnosis.
public struct AtrialFibrillation: Sendable {
    /// The detector's name and version.
    public static let identity = DetectorIdentity(name: "atrial-fibrillation", version: 1)

    /// Windows, thresholds and options.
    public let configuration: Configuration
    /// The episode that the decisions make.
    public private(set) var episode: RhythmEpisode

    private var window: WordWindow
    private var early: WordWindow
    private var beats: BeatTraits
    private var symbols: UInt32 = 0
    private var chained = 0
    private var lastBeat: MonotonicTime?
    /// Why the window is not full: it never was, or a gap emptied it.
    private var refusalUntilFull = Refusal.warmingUp

    /// A detector without history.
    public init(configuration: Configuration = Configuration()) {
        self.configuration = configuration
        episode = RhythmEpisode(hold: configuration.hold, merge: configuration.merge)
        window = WordWindow(capacity: configuration.words)
        early = WordWindow(capacity: configuration.earlyWords)
        beats = BeatTraits(capacity: window.capacity)
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
        chained = min(chained + 1, 3)
        let traits = beats.judge(rr)
        guard chained == 3 else { return Output(decision: .notAssessed(window.count > 0 ? .gap : refusalUntilFull)) }
        window.push(symbols)
        early.push(symbols)
        beats.push(traits)
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
        guard let last = lastBeat, time - last > configuration.carriedGap else { return nil }
        return forget(at: time)
    }

    /// The signal is lost for good, or the sensor changed hands: everything is forgotten.
    public mutating func abandon(at time: MonotonicTime) -> RhythmEpisode.Transition? {
        breakChain()
        return forget(at: time)
    }

    /// How many beats before the newest the middle of the window lies: the beat that a centred decision is about.
    ///
    /// The window spans N words and so N + 2 intervals. Published figures are centred; an alarm cannot be.
    public var centredDelay: Int { (window.capacity + 1) / 2 }

    /// 60 s/min · 1024 units/s / 5 bpm a symbol.
    private static let symbolDividend: UInt32 = 12_288

    private mutating func breakChain() {
        chained = 0
        beats.breakChain()
    }

    private mutating func forget(at time: MonotonicTime) -> RhythmEpisode.Transition? {
        window.reset()
        early.reset()
        beats.reset()
        lastBeat = nil
        refusalUntilFull = .gap
        return episode.abandon(at: time)
    }

    private mutating func decide(at time: MonotonicTime) -> Output {
        let isEarly = early.isFull && early.exceeds(thousandths: configuration.earlyThreshold)
        guard window.isFull else {
            return Output(decision: .notAssessed(refusalUntilFull), isEarly: isEarly)
        }
        let isIrregular = window.exceeds(thousandths: configuration.threshold)
        let objection = isIrregular ? beats.objection(configuration) : nil
        let isPresent = isIrregular && objection == nil
        return Output(
            decision: isPresent ? .present : .absent, isIrregular: isIrregular, isEarly: isEarly, objection: objection,
            transition: episode.update(isPresent, at: time), distinct: window.distinct, sum: window.sum,
            words: window.capacity, threshold: configuration.threshold, irregularBeats: beats.count - beats.regular,
            compensatedBeats: beats.compensated, repeatingBeats: beats.repeating)
    }
}
