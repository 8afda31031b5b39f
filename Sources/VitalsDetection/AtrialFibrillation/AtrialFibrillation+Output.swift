import VitalsModel

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
        /// The decision, or why there is none.
        public var decision: Decision
        /// Whether the entropy alone exceeds the threshold, as the paper decides.
        public var isIrregular = false
        /// Whether the early tier's entropy exceeds its threshold: a hint that comes half a window sooner, without gate
        /// and vetoes, and that makes no episode.
        public var isEarly = false
        /// Why an irregular rhythm is not taken for fibrillation.
        public var objection: Objection?
        /// What this beat changed in the episode.
        public var transition: RhythmEpisode.Transition?
        /// Distinct words in the window, k.
        public var distinct = 0
        /// The sum of c · log2 c over them, in 2^-20.
        public var sum: Int64 = 0
        /// Words in the window, N; 0 when it was not assessed.
        public var words = 0
        /// The threshold, in thousandths.
        public var threshold: UInt16 = 0
        /// Beats of the window that differ by 3.25 % or more from the one before.
        public var irregularBeats = 0
        /// Beats of the window that make up for a premature one.
        public var compensatedBeats = 0
        /// Beats of the window that repeat the interval before the last.
        public var repeatingBeats = 0

        /// The normalised entropy H'' in 2^-20, rounded down; 0 when it was not assessed.
        public var entropy: Int64 {
            words > 0 ? WordWindow.entropy(distinct: distinct, sum: sum, capacity: words) : 0
        }

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

        /// `compensatedBeats`, `distinctWords`, `entropy` (2^-20), `irregularBeats`, `isEarly`, `isIrregular`,
        /// `repeatingBeats`, `thresholdThousandths`, `words`; only `isEarly` when the window was not assessed.
        public func trace(_ visit: (_ member: String, _ value: Int64) -> Void) {
            let isAssessed = words > 0
            if isAssessed {
                visit("compensatedBeats", Int64(compensatedBeats))
                visit("distinctWords", Int64(distinct))
                visit("entropy", entropy)
                visit("irregularBeats", Int64(irregularBeats))
            }
            visit("isEarly", isEarly ? 1 : 0)
            guard isAssessed else { return }
            visit("isIrregular", isIrregular ? 1 : 0)
            visit("repeatingBeats", Int64(repeatingBeats))
            visit("thresholdThousandths", Int64(threshold))
            visit("words", Int64(words))
        }
    }
}
