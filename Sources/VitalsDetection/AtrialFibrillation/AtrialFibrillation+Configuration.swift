public import VitalsModel

extension AtrialFibrillation {
    /// Windows, thresholds and options. Words and threshold are the paper's; the rest have the reason beside them and were
    /// chosen on the development half of the recordings, with two records and some scores of the other half in view. The
    /// validation report says so, and what a tenth more or less of each changes.
    public struct Configuration: Hashable, Sendable {
        /// Words in the window, within `VitalsDetectionLimits.entropyWords`.
        public var words: Int
        /// The entropy above which the rhythm is irregular enough for atrial fibrillation, in thousandths.
        public var threshold: UInt16
        /// The entropy above which it goes on, in thousandths: lower, for a rhythm that has been told from others need
        /// not be told again at each slower or steadier stretch.
        public var exitThreshold: UInt16
        /// Words in the early tier's window, at most `words`.
        public var earlyWords: Int
        /// The entropy of the early tier's window above which the rhythm begins, in thousandths: half of the words, and
        /// so a higher threshold.
        public var earlyThreshold: UInt16
        /// The entropy of the early tier's window above which the rhythm goes on, in thousandths.
        public var earlyExitThreshold: UInt16
        /// What the beats have to look like for the rhythm to begin: more than for the other decisions, for an alarm
        /// hangs on it, and a long rhythm has time to show it.
        public var entry: Gate
        /// What they have to look like for it to go on, and for the decision about the middle of the window.
        public var stay: Gate
        /// Trigeminy veto: the greatest share of beats closer to the third beat before than to the last, in
        /// thousandths; 1000 switches it off. By chance one half; two thirds are four standard deviations of 127 beats
        /// from it.
        public var periodicShareMaximum: UInt16
        /// Bigeminy and ectopy veto: the greatest share of beats whose pairs differ less than they do, in thousandths;
        /// 1000 switches it off. By chance two fifths.
        public var pairedShareMaximum: UInt16
        /// Beats around the middle of the window that decide where a rhythm begins and ends, odd: about ten seconds.
        public var edgeBeats: Int
        /// How many of them have to be irregular: three quarters.
        public var edgeIrregularMinimum: Int
        /// How long the decision has to hold to make an episode.
        public var hold: MonotonicTime.Span
        /// Breaks shorter than this do not end an episode.
        public var merge: MonotonicTime.Span
        /// The longest gap after which the window is still filled on: a rhythm seldom changes in it, and a window of
        /// 127 beats takes longer than that to fill again.
        public var carriedGap: MonotonicTime.Span

        /// The published window and threshold, with gates, vetoes and the early tier.
        public init(
            words: Int = 127, threshold: UInt16 = 639, exitThreshold: UInt16 = 550, earlyWords: Int = 64,
            earlyThreshold: UInt16 = 850, earlyExitThreshold: UInt16 = 700,
            entry: Gate = Gate(distanceMinimum: 600, shiftedShareMinimum: 450),
            stay: Gate = Gate(distanceMinimum: 475, shiftedShareMinimum: 300), periodicShareMaximum: UInt16 = 667,
            pairedShareMaximum: UInt16 = 667, edgeBeats: Int = 17, edgeIrregularMinimum: Int = 13,
            hold: MonotonicTime.Span = .seconds(30), merge: MonotonicTime.Span = .seconds(60),
            carriedGap: MonotonicTime.Span = .seconds(60)
        ) {
            self.words = words
            self.threshold = threshold
            self.exitThreshold = exitThreshold
            self.earlyWords = earlyWords
            self.earlyThreshold = earlyThreshold
            self.earlyExitThreshold = earlyExitThreshold
            self.entry = entry
            self.stay = stay
            self.periodicShareMaximum = periodicShareMaximum
            self.pairedShareMaximum = pairedShareMaximum
            self.edgeBeats = edgeBeats
            self.edgeIrregularMinimum = edgeIrregularMinimum
            self.hold = hold
            self.merge = merge
            self.carriedGap = carriedGap
        }

        /// The paper's decision alone: no early tier, since no entropy exceeds 1, no gates and no vetoes.
        public static let published = Configuration(
            exitThreshold: 639, earlyThreshold: 1_000, earlyExitThreshold: 1_000, entry: .open, stay: .open,
            periodicShareMaximum: 1_000, pairedShareMaximum: 1_000)
    }

    /// What the beats of a window have to look like, beside their entropy.
    public struct Gate: Hashable, Sendable {
        /// The least mean distance of a beat's rate from the nearest of the three before it, in hundredths of a bpm.
        /// Breathing moves the rate by less than 5 bpm a beat in nearly all healthy sleepers, slow fibrillation by
        /// more.
        public var distanceMinimum: UInt16
        /// The least share of beats that move the median of three intervals by 3.25 % or more, in thousandths.
        public var shiftedShareMinimum: UInt16

        /// A gate.
        public init(distanceMinimum: UInt16, shiftedShareMinimum: UInt16) {
            self.distanceMinimum = distanceMinimum
            self.shiftedShareMinimum = shiftedShareMinimum
        }

        /// Everything passes.
        public static let open = Gate(distanceMinimum: 0, shiftedShareMinimum: 0)
    }

    /// Why an irregular rhythm is not taken for fibrillation.
    public enum Objection: UInt8, CaseIterable, Hashable, Sendable {
        /// Every third beat is alike: trigeminy, or breathing.
        case periodOfThree
        /// Two beats together are steadier than one: bigeminy, or premature beats with their pauses.
        case pairedBeats
        /// Rates return to where they were: breathing, or ectopic beats in a steady rhythm.
        case nearbyRates
        /// The median of three beats is steady: single ectopic beats.
        case isolatedBeats
    }
}
