public import VitalsModel

extension Ectopy {
    /// What a beat is.
    public enum Decision: Hashable, Sendable {
        /// A beat of the rhythm, as far as its time tells.
        case normal
        /// Earlier than the rhythm.
        case premature
        /// It cannot be said.
        case notAssessed(Refusal)
    }

    /// The judgement of one beat and what it was made from.
    public struct Output: Hashable, Sendable, DetectorOutput {
        /// The decision, or why there is none.
        public let decision: Decision
        /// When the judged beat was.
        public let time: MonotonicTime
        /// The five minutes that ended before this beat.
        public let burden: EctopyBurden?
        /// Whether the 20 % rule calls the interval ectopic.
        public var isMalikEctopic = false
        /// The pattern that the beats up to this one make.
        public var pattern = EctopyPattern.none
        /// The beat's interval, in 1/1024 s.
        public var rr: UInt16 = 0
        /// The interval after it; nil at the end of a chain.
        public var next: UInt16?
        /// The median of the last accepted intervals, in 1/1024 s.
        public var baseline: Int32?
        /// Accepted intervals whose regularity is known.
        public var assessed: Int32 = 0
        /// Those of them that deviate from the baseline.
        public var deviating: Int32 = 0
        /// Whether the rhythm was irregular, so that only the clearest beats are found.
        public var isIrregular = false

        init(decision: Decision, time: MonotonicTime, burden: EctopyBurden?) {
            self.decision = decision
            self.time = time
            self.burden = burden
        }

        /// `normal`, `premature` or `not-assessed`.
        public var decisionName: String {
            switch decision {
            case .normal: "normal"
            case .premature: "premature"
            case .notAssessed: "not-assessed"
            }
        }

        /// Why there is no decision.
        public var refusal: Refusal? {
            if case .notAssessed(let refusal) = decision { refusal } else { nil }
        }

        /// The beat's own members always; `burden…` members when five minutes ended; `pattern` is 0, 2 or 3 beats.
        public func trace(_ visit: (_ member: String, _ value: Int64) -> Void) {
            visit("assessedIntervals", Int64(assessed))
            if let baseline { visit("baselineTicks", Int64(baseline)) }
            if let burden {
                visit("burdenBeats", Int64(burden.beats))
                visit("burdenBigeminal", Int64(burden.bigeminal))
                visit("burdenEndMicroseconds", burden.end.microseconds)
                visit("burdenMalik", Int64(burden.malik))
                visit("burdenPremature", Int64(burden.premature))
                if let share = burden.thousandths { visit("burdenThousandths", Int64(share)) }
                visit("burdenTrigeminal", Int64(burden.trigeminal))
            }
            visit("deviatingIntervals", Int64(deviating))
            visit("isIrregular", isIrregular ? 1 : 0)
            visit("isMalikEctopic", isMalikEctopic ? 1 : 0)
            if let next { visit("nextTicks", Int64(next)) }
            visit("patternBeats", pattern == .bigeminy ? 2 : pattern == .trigeminy ? 3 : 0)
            visit("rrTicks", Int64(rr))
        }
    }
}
