public import VitalsModel

extension EarlyWarning {
    /// How much of a minute has to be there.
    public struct Configuration: Hashable, Sendable {
        /// The fewest seconds of a minute with a value, 1 to 60.
        public let minimumSeconds: Int

        /// By default half of the minute: with less, the median may be of values that most of the minute was not like.
        public init(minimumSeconds: Int = 30) {
            self.minimumSeconds = min(max(minimumSeconds, 1), Int(VitalsDetectionLimits.earlyWarningSeconds))
        }
    }

    /// What a minute comes to.
    public enum Decision: Hashable, Sendable {
        /// The sum of the points of both, 0 to 6.
        case scored(Int)
        /// One of the medians, or both, had too few seconds.
        case notAssessed(Refusal)
    }

    /// The judgement of one minute with everything that it was made from.
    public struct Output: Hashable, Sendable, DetectorOutput {
        /// One of the two inputs.
        public struct Part: Hashable, Sendable {
            /// Seconds with a value.
            public var count: Int
            /// Twice the median in hundredths of the unit, exact; nil when it is refused.
            public var doubledMedian: Int64?
            /// Why there is no median.
            public var refusal: Refusal?

            /// The median in whole units, halves rounded up; nil when it is refused.
            public var rounded: Int64? {
                doubledMedian.map { doubled in
                    let shifted = doubled + 100
                    let (quotient, remainder) = shifted.quotientAndRemainder(dividingBy: 200)
                    return remainder < 0 ? quotient - 1 : quotient
                }
            }
        }

        /// The number of the minute on the monotonic clock.
        let minute: Int64
        /// Oxygen saturation.
        public let spO2: Part
        /// Pulse.
        public let pulse: Part

        init(start minute: Int64, spO2: Part, pulse: Part) {
            self.minute = minute
            self.spO2 = spO2
            self.pulse = pulse
        }

        /// The points of the saturation; nil when its median is refused.
        public var spO2Points: Int? { spO2.rounded.map { EarlyWarning.points(spO2: $0) } }

        /// The points of the pulse; nil when its median is refused.
        public var pulsePoints: Int? { pulse.rounded.map { EarlyWarning.points(pulse: $0) } }

        /// The sum, or why there is none: the saturation's reason comes first.
        public var decision: Decision {
            guard let first = spO2Points else { return .notAssessed(spO2.refusal ?? .gap) }
            guard let second = pulsePoints else { return .notAssessed(pulse.refusal ?? .gap) }
            return .scored(first + second)
        }

        /// The minute's begin.
        public var start: MonotonicTime {
            let length = VitalsDetectionLimits.earlyWarningSeconds * 1_000_000
            return MonotonicTime(microseconds: minute.multipliedReportingOverflow(by: length).partialValue)
        }

        /// The minute's end, which belongs to the next one.
        public var end: MonotonicTime { start + .seconds(VitalsDetectionLimits.earlyWarningSeconds) }

        /// `scored` or `not-assessed`.
        public var decisionName: String {
            switch decision {
            case .scored: "scored"
            case .notAssessed: "not-assessed"
            }
        }

        /// Why the minute has no score.
        public var refusal: Refusal? {
            if case .notAssessed(let refusal) = decision { refusal } else { nil }
        }

        /// Counts always, medians (in two-hundredths of the unit) and points where there are any, in order of the
        /// names.
        public func trace(_ visit: (_ member: String, _ value: Int64) -> Void) {
            if let points = pulsePoints { visit("pulsePoints", Int64(points)) }
            visit("pulseSeconds", Int64(pulse.count))
            if let doubled = pulse.doubledMedian { visit("pulseTwoHundredths", doubled) }
            if case .scored(let score) = decision { visit("score", Int64(score)) }
            if let points = spO2Points { visit("spO2Points", Int64(points)) }
            visit("spO2Seconds", Int64(spO2.count))
            if let doubled = spO2.doubledMedian { visit("spO2TwoHundredths", doubled) }
            visit("startMicroseconds", start.microseconds)
        }
    }
}
