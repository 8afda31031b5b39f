/// An EWMA control chart (Roberts 1959) in Q16.16.
///
/// **Formula.** z₀ = target; z = z + λ·(x - z); out of control while |z - target| > L·σ·√(λ/(2 - λ)), the limits of the
/// settled chart. The product with λ is rounded down to Q16, which puts z at most one unit of Q16 divided by λ below
/// the real one; the limit is computed once, by an integer square root, rounded down.
///
/// - Unit and range: samples in Q16 of any unit, up to 2^46 in size (beyond counts as that).
/// - Cost: one product a sample, 24 octets.
/// - First decision: on the first sample. A shift of δ·σ is seen after about ln(1 - L·√(λ/(2 - λ))/δ) / ln(1 - λ)
///   samples.
/// - Cannot see: shifts below its limit, and what happened before the last 3/λ samples.
public struct EWMAChart: Sendable {
    /// The chart's name and version.
    public static let identity = DetectorIdentity(name: "ewma-chart", version: 1)

    /// Target, scale and limits.
    public let configuration: Configuration
    /// The statistic z, Q16 of the unit.
    public private(set) var meanQ16: Int64

    private let limitQ16: Int64

    /// A chart at its target.
    public init(configuration: Configuration) {
        self.configuration = configuration
        meanQ16 = ChartNumber.clamped(configuration.targetQ16)
        limitQ16 = configuration.limitQ16
    }

    /// Takes one sample, Q16 of the unit.
    public mutating func judge(_ sample: Int64) -> Output {
        let value = ChartNumber.clamped(sample)
        meanQ16 += ChartNumber.product(value - meanQ16, configuration.boundedWeightQ16)
        return Output(
            sampleQ16: value, deviationQ16: meanQ16 - ChartNumber.clamped(configuration.targetQ16), limitQ16: limitQ16)
    }
}

extension EWMAChart {
    /// Target, scale and limits, each in Q16. Values outside their ranges are taken as the nearer end.
    public struct Configuration: Hashable, Sendable {
        /// The level in control, Q16 of the unit.
        public var targetQ16: Int64
        /// Sigma of the samples, Q16 of the unit, 0 or more.
        public var sigmaQ16: Int64
        /// λ in Q16, 1 to 2^16; by default 0.2.
        public var weightQ16: Int64
        /// L in Q16, 0 to 2^20; by default 3.
        public var limitSigmasQ16: Int64

        /// A chart around a target.
        public init(targetQ16: Int64, sigmaQ16: Int64, weightQ16: Int64 = 13_107, limitSigmasQ16: Int64 = 3 << 16) {
            self.targetQ16 = targetQ16
            self.sigmaQ16 = sigmaQ16
            self.weightQ16 = weightQ16
            self.limitSigmasQ16 = limitSigmasQ16
        }

        var boundedWeightQ16: Int64 { min(max(weightQ16, 1), 1 << 16) }

        /// L·σ·√(λ/(2 - λ)), Q16: the root is taken of a Q32 fraction, which makes it Q16.
        var limitQ16: Int64 {
            let weight = UInt64(boundedWeightQ16)
            let root = Int64(((weight << 32) / ((2 << 16) - weight)).squareRootRoundedDown)
            let sigma = min(max(sigmaQ16, 0), VitalsDetectionLimits.trendSample)
            let limit = min(max(limitSigmasQ16, 0), 1 << 20)
            return ChartNumber.product(ChartNumber.product(sigma, limit), root)
        }
    }

    /// The judgement of one sample.
    public struct Output: Hashable, Sendable, DetectorOutput {
        /// The sample, Q16 of the unit.
        public let sampleQ16: Int64
        /// z less the target, Q16 of the unit.
        public let deviationQ16: Int64
        /// The limit of its size, Q16 of the unit.
        public let limitQ16: Int64

        /// Whether the deviation exceeds the limit, in either direction.
        public var isOutOfControl: Bool { abs(deviationQ16) > limitQ16 }

        /// `out-of-control` or `in-control`.
        public var decisionName: String { isOutOfControl ? "out-of-control" : "in-control" }

        /// A chart judges every sample.
        public var refusal: Refusal? { nil }

        /// `deviationQ16`, `limitQ16`, `sampleQ16`.
        public func trace(_ visit: (_ member: String, _ value: Int64) -> Void) {
            visit("deviationQ16", deviationQ16)
            visit("limitQ16", limitQ16)
            visit("sampleQ16", sampleQ16)
        }
    }
}
