public import VitalsModel

extension CrossSensor {
    /// Where a reading comes from.
    public enum Source: UInt8, CaseIterable, Hashable, Sendable {
        /// Electrodes: the heart rate.
        case strap
        /// Light: the pulse rate.
        case oximeter
    }

    /// What a lasting difference points to.
    public enum Reason: UInt8, CaseIterable, Hashable, Sendable {
        /// One of the sensors is wrong: it said so meanwhile, or the pulse is faster than the heart, which cannot be.
        case signalQuality
        /// The heart beats more often than a pulse arrives: beats without a pulse, or a pulse too weak for the
        /// oximeter.
        case pulseDeficit

        /// The name in records and in text.
        public var name: String {
            switch self {
            case .signalQuality: "signal-quality"
            case .pulseDeficit: "pulse-deficit"
            }
        }
    }

    /// How far the rates may differ, and for how long.
    public struct Configuration: Hashable, Sendable {
        /// The difference that is always allowed, hundredths of a bpm, 0 or more.
        public var absolute: Int32
        /// The difference that is allowed as a share of the strap's rate, %, 0 or more.
        public var percent: Int32
        /// A difference has to last longer than this.
        public var delay: MonotonicTime.Span
        /// Agreement has to last this long to end it.
        public var recoveryDelay: MonotonicTime.Span
        /// The oldest reading of one sensor that may be compared with a new one of the other. 5 s by default, the age
        /// at which a reading at 1 Hz is stale.
        public var pairingBound: MonotonicTime.Span

        /// By default 10 bpm or 10 %, whichever is more, for more than 15 s; ended by 5 s of agreement.
        public init(
            absolute: Int32 = 10_00, percent: Int32 = 10, delay: MonotonicTime.Span = .seconds(15),
            recoveryDelay: MonotonicTime.Span = .seconds(5), pairingBound: MonotonicTime.Span = .seconds(5)
        ) {
            self.absolute = max(absolute, 0)
            self.percent = max(percent, 0)
            self.delay = delay
            self.recoveryDelay = recoveryDelay
            self.pairingBound = pairingBound
        }
    }

    /// What a pair of readings comes to.
    public enum Decision: Hashable, Sendable {
        /// The rates agree, or have not agreed again for long enough to end a disagreement.
        case agree
        /// They differ, not for long enough.
        case differing
        /// They have differed for longer than the delay.
        case disagree(Reason)
        /// There is no pair; a disagreement stays what it was.
        case notAssessed(Refusal)
    }

    /// The decision on one reading with everything that it was made from.
    public struct Output: Hashable, Sendable, DetectorOutput {
        /// The decision, or why there is none.
        public var decision: Decision
        /// What changed with this reading.
        public var transition: LimitDetector.Transition?
        /// The strap's rate, hundredths of a bpm; nil without a pair.
        public var heartRate: Int32?
        /// The oximeter's, likewise.
        public var pulseRate: Int32?
        /// The difference that is allowed, ten-thousandths of a bpm; nil without a pair.
        public var allowedTenThousandths: Int64?
        /// Since when they differ; nil while they agree.
        public var since: MonotonicTime?

        /// `agree`, `differing`, `pulse-deficit`, `signal-quality` or `not-assessed`.
        public var decisionName: String {
            switch decision {
            case .agree: "agree"
            case .differing: "differing"
            case .disagree(let reason): reason.name
            case .notAssessed: "not-assessed"
            }
        }

        /// Why there was no pair.
        public var refusal: Refusal? {
            if case .notAssessed(let refusal) = decision { refusal } else { nil }
        }

        /// `allowedTenThousandths` (of a bpm), `heartRateHundredths`, `pulseRateHundredths`, `sinceMicroseconds`,
        /// `transitionMicroseconds`.
        public func trace(_ visit: (_ member: String, _ value: Int64) -> Void) {
            if let allowedTenThousandths { visit("allowedTenThousandths", allowedTenThousandths) }
            if let heartRate { visit("heartRateHundredths", Int64(heartRate)) }
            if let pulseRate { visit("pulseRateHundredths", Int64(pulseRate)) }
            if let since { visit("sinceMicroseconds", since.microseconds) }
            switch transition {
            case nil: break
            case .raised(let time), .cleared(let time), .abandoned(let time):
                visit("transitionMicroseconds", time.microseconds)
            }
        }
    }
}
