/// A two-sided tabular CUSUM chart (Page 1954) in Q16.16.
///
/// **Formula.** upper = max(0, upper + (x - target) - k); lower = max(0, lower - (x - target) - k); out of control
/// while either exceeds h. Exact: only additions. The sums stop growing at 2^60.
///
/// - Unit and range: samples, k and h in Q16 of any unit, samples up to 2^46 in size (beyond counts as that).
/// - Cost: four additions a sample, 32 octets.
/// - First decision: on the first sample. A shift of d > k is seen after about h/(d - k) samples.
/// - Cannot see: shifts below k.
public struct CUSUMChart: Sendable {
    /// The chart's name and version.
    public static let identity = DetectorIdentity(name: "cusum-chart", version: 1)

    /// Target, slack and limit.
    public let configuration: Configuration
    /// The sum of deviations upwards, Q16 of the unit.
    public private(set) var upperQ16: Int64 = 0
    /// The sum of deviations downwards, Q16 of the unit.
    public private(set) var lowerQ16: Int64 = 0

    /// A chart at its target.
    public init(configuration: Configuration) { self.configuration = configuration }

    /// Takes one sample, Q16 of the unit. The sums go on after a signal; `reset` starts them anew.
    public mutating func judge(_ sample: Int64) -> Output {
        let value = ChartNumber.clamped(sample)
        let deviation = value - ChartNumber.clamped(configuration.targetQ16)
        let slack = min(max(configuration.slackQ16, 0), VitalsDetectionLimits.trendSample)
        upperQ16 = min(max(0, upperQ16 + deviation - slack), VitalsDetectionLimits.cusum)
        lowerQ16 = min(max(0, lowerQ16 - deviation - slack), VitalsDetectionLimits.cusum)
        return Output(sampleQ16: value, upperQ16: upperQ16, lowerQ16: lowerQ16, limitQ16: configuration.limitQ16)
    }

    /// Sets both sums to zero, as after a signal that was acted on.
    public mutating func reset() {
        upperQ16 = 0
        lowerQ16 = 0
    }
}

extension CUSUMChart {
    /// Target, slack and limit, each in Q16 of the unit.
    public struct Configuration: Hashable, Sendable {
        /// The level in control.
        public var targetQ16: Int64
        /// k, 0 or more: half the shift that is to be seen.
        public var slackQ16: Int64
        /// h, the sum that may not be exceeded.
        public var limitQ16: Int64

        /// A chart around a target.
        public init(targetQ16: Int64, slackQ16: Int64, limitQ16: Int64) {
            self.targetQ16 = targetQ16
            self.slackQ16 = slackQ16
            self.limitQ16 = limitQ16
        }
    }

    /// The judgement of one sample.
    public struct Output: Hashable, Sendable, DetectorOutput {
        /// The sample, Q16 of the unit.
        public let sampleQ16: Int64
        /// The sum of deviations upwards, Q16 of the unit.
        public let upperQ16: Int64
        /// The sum of deviations downwards, Q16 of the unit.
        public let lowerQ16: Int64
        /// The limit of both, Q16 of the unit.
        public let limitQ16: Int64

        /// Whether either sum exceeds the limit.
        public var isOutOfControl: Bool { max(upperQ16, lowerQ16) > limitQ16 }

        /// `out-of-control` or `in-control`.
        public var decisionName: String { isOutOfControl ? "out-of-control" : "in-control" }

        /// A chart judges every sample.
        public var refusal: Refusal? { nil }

        /// `limitQ16`, `lowerQ16`, `sampleQ16`, `upperQ16`.
        public func trace(_ visit: (_ member: String, _ value: Int64) -> Void) {
            visit("limitQ16", limitQ16)
            visit("lowerQ16", lowerQ16)
            visit("sampleQ16", sampleQ16)
            visit("upperQ16", upperQ16)
        }
    }
}
