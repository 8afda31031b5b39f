public import VitalsModel

/// How deep and how long SpO2 was below its limit, in percent-seconds: a shallow fall may last, a deep one may not.
///
/// **Formula.** `integral = Σ max(0, limit - SpO2) · dt`, `dt` being the time since the last assessable reading. The
/// condition is raised once the integral reaches `budget` (50 %·s by default: 2 % below the limit for 25 s, or 10 %
/// for 5 s). The integral returns to 0, and the condition ends, when SpO2 is at least `hysteresis` above the limit; in
/// between it stands still. A reading that comes more than `absenceBound` after the last one, or before it, adds
/// nothing: what SpO2 did in that time is not known, and nothing is filled in.
///
/// - Unit and range: SpO2 in hundredths of a percent, any `Int32`; the integral in hundredths of a percent times
///   microseconds, held at the end of its range.
/// - Cost: one product a reading, 100 octets.
/// - First decision: on the first reading, which itself adds nothing. It changes state on readings only.
/// - Cannot see: a fall between two readings, and any time without valid ones.
public struct SaturationSeconds: Sendable {
    /// The detector's name and version.
    public static let identity = DetectorIdentity(name: "saturation-seconds", version: 1)

    /// The limit and the budget.
    public let configuration: Configuration
    /// Whether the condition is raised.
    public private(set) var isActive = false
    /// Depth times time since SpO2 fell below the limit, in hundredths of a percent times microseconds.
    public private(set) var integral: Int64 = 0

    private var lastReading: MonotonicTime?

    /// A detector without history.
    public init(configuration: Configuration = Configuration()) {
        self.configuration = configuration
    }

    /// Judges one reading of SpO2, in hundredths of a percent, received at `time`.
    public mutating func judge(_ reading: Reading, at time: MonotonicTime) -> Output {
        switch reading {
        case .absent(let refusal):
            return output(.notAssessed(refusal))
        case .value(let value):
            let step = configuration.countedStep(from: lastReading, to: time)
            lastReading = time
            let transition = judge(value, step, at: time)
            return output(isActive ? .active : .within, value: value, transition)
        }
    }

    /// Ends the condition because it can no longer be judged, as a transition of its own, and forgets the integral.
    public mutating func abandon(_ refusal: Refusal, at time: MonotonicTime) -> Output {
        let transition: LimitDetector.Transition? = isActive ? .abandoned(at: time) : nil
        isActive = false
        integral = 0
        lastReading = nil
        return output(.notAssessed(refusal), transition)
    }

    private mutating func judge(_ value: Int32, _ step: MonotonicTime.Span, at time: MonotonicTime)
        -> LimitDetector.Transition?
    {
        let margin = Int64(value) - Int64(configuration.limit)
        if margin >= Int64(max(configuration.hysteresis, 0)) {
            let wasActive = isActive
            integral = 0
            isActive = false
            return wasActive ? .cleared(at: time) : nil
        }
        // Below 2^32 hundredths times 2^26 µs: the product cannot overflow, the sum saturates.
        integral = integral.addingSaturating(max(0, -margin) * step.microseconds)
        guard !isActive, integral >= configuration.budgetIntegral else { return nil }
        isActive = true
        return .raised(at: time)
    }

    private func output(
        _ decision: Output.Decision, value: Int32? = nil, _ transition: LimitDetector.Transition? = nil
    ) -> Output {
        Output(
            decision: decision, transition: transition, value: value, integral: integral,
            threshold: configuration.budgetIntegral)
    }
}

extension SaturationSeconds {
    /// The limit, the budget and what ends an episode.
    public struct Configuration: Hashable, Sendable {
        /// The limit of SpO2, hundredths of a percent.
        public var limit: Int32
        /// The integral that raises the condition, percent-seconds.
        public var budget: Int32
        /// How far above the limit SpO2 ends the episode, hundredths of a percent, 0 or more.
        public var hysteresis: Int32
        /// The longest time between two readings that counts; at most a minute.
        public var absenceBound: MonotonicTime.Span

        /// By default 50 %·s below 90 %, ended at 92 %, over readings at most 5 s apart.
        public init(
            limit: Int32 = 90_00, budget: Int32 = 50, hysteresis: Int32 = 200,
            absenceBound: MonotonicTime.Span = .seconds(5)
        ) {
            self.limit = limit
            self.budget = budget
            self.hysteresis = hysteresis
            self.absenceBound = absenceBound
        }

        /// The budget in the integral's unit: 1 %·s is 100 hundredths times 1,000,000 µs. Below 2^58.
        var budgetIntegral: Int64 { Int64(budget) * 100_000_000 }

        func countedStep(from last: MonotonicTime?, to time: MonotonicTime) -> MonotonicTime.Span {
            let nothing = MonotonicTime.Span(microseconds: 0)
            guard let last else { return nothing }
            let step = time - last
            let longest = min(absenceBound, VitalsDetectionLimits.integrationStep)
            return step > nothing && step <= longest ? step : nothing
        }
    }

    /// The decision on one reading with everything that it was made from.
    public struct Output: Hashable, Sendable, DetectorOutput {
        /// What a reading came to.
        public enum Decision: Hashable, Sendable {
            /// The budget is not used up.
            case within
            /// The condition is raised.
            case active
            /// The reading could not be judged; the condition stays what it was.
            case notAssessed(Refusal)
        }

        /// The decision, or why there is none.
        public var decision: Decision
        /// What changed with this reading.
        public var transition: LimitDetector.Transition?
        /// SpO2, hundredths of a percent; nil when there was none.
        public var value: Int32?
        /// Depth times time, hundredths of a percent times microseconds.
        public var integral: Int64
        /// The integral that raises the condition, same unit.
        public var threshold: Int64

        /// `within`, `active` or `not-assessed`.
        public var decisionName: String {
            switch decision {
            case .within: "within"
            case .active: "active"
            case .notAssessed: "not-assessed"
            }
        }

        /// Why the reading was not judged.
        public var refusal: Refusal? {
            if case .notAssessed(let refusal) = decision { refusal } else { nil }
        }

        /// `integral`, `threshold` (hundredths of a percent times microseconds), `transitionMicroseconds`,
        /// `valueHundredths`.
        public func trace(_ visit: (_ member: String, _ value: Int64) -> Void) {
            visit("integral", integral)
            visit("threshold", threshold)
            switch transition {
            case nil: break
            case .raised(let time), .cleared(let time), .abandoned(let time):
                visit("transitionMicroseconds", time.microseconds)
            }
            if let value { visit("valueHundredths", Int64(value)) }
        }
    }
}
