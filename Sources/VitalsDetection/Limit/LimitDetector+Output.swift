public import VitalsModel

extension LimitDetector {
    /// What a reading came to.
    public enum Decision: Hashable, Sendable {
        /// No condition.
        case within
        /// Beyond the limit, not for long enough.
        case pending
        /// The condition is raised.
        case active
        /// The reading could not be judged; the condition's state stays what it was.
        case notAssessed(Refusal)

        init(_ state: State) {
            switch state {
            case .inactive: self = .within
            case .pending: self = .pending
            case .active: self = .active
            }
        }
    }

    /// A change of the condition, in data time.
    public enum Transition: Hashable, Sendable {
        /// The condition became true: the delay expired then, at this reading or between the last one and this.
        case raised(at: MonotonicTime)
        /// The condition ended: the value had been back for the recovery delay.
        case cleared(at: MonotonicTime)
        /// The condition can no longer be judged, and was given up. It did not end.
        case abandoned(at: MonotonicTime)
    }

    /// The decision on one reading with everything that it was made from.
    public struct Output: Hashable, Sendable, DetectorOutput {
        /// The decision, or why there is none.
        public var decision: Decision
        /// The condition's state after the reading.
        public var state: State
        /// What changed with this reading.
        public var transition: Transition?
        /// The value judged, hundredths of the unit; nil when there was none.
        public var value: Int32?
        /// The value that would next change the state, hundredths of the unit: the limit, or when active the limit
        /// with its hysteresis.
        public var threshold: Int64
        /// Beats counted towards the delay, 0 unless pending.
        public var beats: Int

        /// `within`, `pending`, `active` or `not-assessed`.
        public var decisionName: String {
            switch decision {
            case .within: "within"
            case .pending: "pending"
            case .active: "active"
            case .notAssessed: "not-assessed"
            }
        }

        /// Why the reading was not judged.
        public var refusal: Refusal? {
            if case .notAssessed(let refusal) = decision { refusal } else { nil }
        }

        /// `beats`, `sinceMicroseconds`, `thresholdHundredths`, `transitionMicroseconds`, `valueHundredths`.
        public func trace(_ visit: (_ member: String, _ value: Int64) -> Void) {
            visit("beats", Int64(beats))
            switch state {
            case .inactive: break
            case .pending(let since), .active(let since): visit("sinceMicroseconds", since.microseconds)
            }
            visit("thresholdHundredths", threshold)
            switch transition {
            case nil: break
            case .raised(let time), .cleared(let time), .abandoned(let time):
                visit("transitionMicroseconds", time.microseconds)
            }
            if let value { visit("valueHundredths", Int64(value)) }
        }
    }
}
