extension AtrialFibrillation {
    /// What a beat's window came to.
    public enum Decision: Hashable, Sendable {
        /// Another rhythm.
        case absent
        /// Atrial fibrillation.
        case present
        /// It cannot be said.
        case notAssessed(Refusal)
    }

    /// The decision on the window that ends with one beat, and everything that it was made from.
    public struct Output: Hashable, Sendable, DetectorOutput {
        /// The decision about the newest beat, or why there is none.
        public var decision: Decision
        /// The decision about the beat in the middle of the window, `centredDelay` beats before; nil without one.
        public var centred: Decision?
        /// Whether the entropy alone exceeds the threshold, as the paper decides.
        public var isIrregular = false
        /// Whether the early tier's entropy exceeds its threshold. While the window fills it is a hint that comes half
        /// a window sooner, without gates and vetoes, and that makes no episode.
        public var isEarly = false
        /// Why an irregular rhythm is not taken for fibrillation.
        public var objection: Objection?
        /// What this beat changed in the episode.
        public var transition: RhythmEpisode.Transition?
        /// What the decisions were made from; nil when the window was not assessed.
        public var evidence: Evidence?
        /// The threshold of the entropy, in thousandths.
        public var threshold: UInt16 = 0
        /// The threshold of the early tier's entropy, in thousandths.
        public var earlyThreshold: UInt16 = 0

        /// `absent`, `present` or `not-assessed`.
        public var decisionName: String {
            switch decision {
            case .absent: "absent"
            case .present: "present"
            case .notAssessed: "not-assessed"
            }
        }

        /// Why there is no decision.
        public var refusal: Refusal? {
            if case .notAssessed(let refusal) = decision { refusal } else { nil }
        }

        /// `distanceSum` (bpm), `distinctWords`, `earlyDistanceSum` (bpm), `earlyDistinctWords`, `earlyEntropy`
        /// (2^-20), `earlyShiftedBeats`, `earlyThresholdThousandths`, `earlyWords`, `edgeIrregularBeats`, `entropy`
        /// (2^-20), `isCentredPresent`, `isEarly`, `isIrregular`, `pairedBeats`, `periodicBeats`, `shiftedBeats`,
        /// `thresholdThousandths`, `wasEarly`, `words`; only `isEarly` when the window was not assessed. The other
        /// thresholds are the configuration's, whose digest stands beside every finding.
        public func trace(_ visit: (_ member: String, _ value: Int64) -> Void) {
            guard let evidence else { return visit("isEarly", isEarly ? 1 : 0) }
            visit("distanceSum", Int64(evidence.beats.distance))
            visit("distinctWords", Int64(evidence.words.distinct))
            visit("earlyDistanceSum", Int64(evidence.earlyBeats.distance))
            visit("earlyDistinctWords", Int64(evidence.earlyWords.distinct))
            visit("earlyEntropy", evidence.earlyWords.entropy)
            visit("earlyShiftedBeats", Int64(evidence.earlyBeats.shifted))
            visit("earlyThresholdThousandths", Int64(earlyThreshold))
            visit("earlyWords", Int64(evidence.earlyWords.words))
            visit("edgeIrregularBeats", Int64(evidence.edgeIrregular))
            visit("entropy", evidence.words.entropy)
            visit("isCentredPresent", centred == .present ? 1 : 0)
            visit("isEarly", isEarly ? 1 : 0)
            visit("isIrregular", isIrregular ? 1 : 0)
            visit("pairedBeats", Int64(evidence.beats.paired))
            visit("periodicBeats", Int64(evidence.beats.periodic))
            visit("shiftedBeats", Int64(evidence.beats.shifted))
            visit("thresholdThousandths", Int64(threshold))
            visit("wasEarly", evidence.wasEarly ? 1 : 0)
            visit("words", Int64(evidence.words.words))
        }
    }
}
