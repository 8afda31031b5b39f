public import VitalsModel

extension AtrialFibrillation {
    /// Windows, thresholds and options. The first four are the paper's; the rest have the reason beside them.
    public struct Configuration: Hashable, Sendable {
        /// Words in the window, within `VitalsDetectionLimits.entropyWords`.
        public var words: Int
        /// The entropy above which the rhythm is atrial fibrillation, in thousandths.
        public var threshold: UInt16
        /// Words in the early tier's window.
        public var earlyWords: Int
        /// The early tier's threshold, in thousandths.
        public var earlyThreshold: UInt16
        /// Gate: the least share of beats of the window that differ by 3.25 % or more from the one before, in
        /// thousandths; 0 switches it off. By default half: fibrillation leaves a beat at its predecessor's length by
        /// chance only.
        public var irregularShareMinimum: UInt16
        /// Ectopy veto: the greatest share of premature beats with a compensating pause, in thousandths; 1000 switches it
        /// off. By default one in seven.
        public var compensatedShareMaximum: UInt16
        /// Bigeminy veto: the greatest share of beats that repeat the interval before the last, in thousandths; 1000
        /// switches it off. By default half.
        public var repeatingShareMaximum: UInt16
        /// How long the decision has to hold to make an episode.
        public var hold: MonotonicTime.Span
        /// Breaks shorter than this do not end an episode.
        public var merge: MonotonicTime.Span
        /// The longest gap after which the window is still filled on: a rhythm seldom changes in it, and a window of 127
        /// beats takes longer than that to fill again.
        public var carriedGap: MonotonicTime.Span

        /// The published parameters, with gate and vetoes.
        public init(
            words: Int = 127, threshold: UInt16 = 639, earlyWords: Int = 64, earlyThreshold: UInt16 = 610,
            irregularShareMinimum: UInt16 = 500, compensatedShareMaximum: UInt16 = 143,
            repeatingShareMaximum: UInt16 = 500, hold: MonotonicTime.Span = .seconds(30),
            merge: MonotonicTime.Span = .seconds(60), carriedGap: MonotonicTime.Span = .seconds(60)
        ) {
            self.words = words
            self.threshold = threshold
            self.earlyWords = earlyWords
            self.earlyThreshold = earlyThreshold
            self.irregularShareMinimum = irregularShareMinimum
            self.compensatedShareMaximum = compensatedShareMaximum
            self.repeatingShareMaximum = repeatingShareMaximum
            self.hold = hold
            self.merge = merge
            self.carriedGap = carriedGap
        }

        /// The paper's decision alone, without gate and vetoes.
        public static let published = Configuration(
            irregularShareMinimum: 0, compensatedShareMaximum: 1_000, repeatingShareMaximum: 1_000)
    }

    /// Why an irregular rhythm is not taken for fibrillation.
    public enum Objection: UInt8, CaseIterable, Hashable, Sendable {
        /// Too many beats are as long as the one before: the gate.
        case regularBeats
        /// Frequent premature beats explain it: the ectopy veto.
        case frequentEctopy
        /// A period of two explains it: the bigeminy veto.
        case bigeminy
    }
}

extension BeatTraits {
    /// The first objection that applies to the window.
    func objection(_ configuration: AtrialFibrillation.Configuration) -> AtrialFibrillation.Objection? {
        let irregular = count - regular
        if irregular * 1_000 < Int(configuration.irregularShareMinimum) * count { return .regularBeats }
        if compensated * 1_000 > Int(configuration.compensatedShareMaximum) * count { return .frequentEctopy }
        if repeating * 1_000 > Int(configuration.repeatingShareMaximum) * count { return .bigeminy }
        return nil
    }
}
