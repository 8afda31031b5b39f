/// The Page-Hinkley test for a change of the mean in either direction, with forgetting.
///
/// **Formula**, in IEEE doubles in exactly this order (class D1, no fused multiplication): n = n + 1; mean = mean +
/// (1/n)·(x - mean); d = x - mean; up = α·up + d - δ, down = α·down + d + δ, with the least `up` and the greatest
/// `down` kept since the start; a drift once n ≥ `minimumSamples` and up - least up > threshold or greatest down - down
/// > threshold. The sample after a drift begins anew. The greatest `down` begins at -1 and the least `up` at infinity.
///
/// Why not Q16.16 like the other charts: the running mean divides by n, and the sums remember its every rounding. 2^-16
/// a step is ten orders of magnitude above the 1e-12 to which the test agrees with its reference, and doubles agree to
/// the bit.
///
/// - Unit and range: any finite double; another is not judged and changes nothing.
/// - Cost: one division and three products a sample, 80 octets.
/// - First decision: with sample `minimumSamples`.
/// - Source: Page 1954, Hinkley 1971; defaults and start values as in the Python package river 0.26.1.
/// - Cannot see: shifts below δ; a change that began before the start.
public struct PageHinkley: Sendable {
    /// The test's name and version.
    public static let identity = DetectorIdentity(name: "page-hinkley", version: 1)

    /// What counts as a drift.
    public let configuration: Configuration

    private var state = State()

    private struct State {
        var count = 0.0
        var mean = 0.0
        var up = 0.0
        var down = 0.0
        var leastUp = Double.infinity
        var greatestDown = -1.0
        var isDrift = false
    }

    /// A test without history.
    public init(configuration: Configuration = Configuration()) { self.configuration = configuration }

    /// Takes one sample.
    public mutating func judge(_ sample: Double) -> Output {
        guard sample.isFinite else { return Output(refusal: .invalidValue) }
        if state.isDrift { state = State() }
        state.count += 1
        state.mean += (1 / state.count) * (sample - state.mean)
        let deviation = sample - state.mean
        state.up = configuration.forgetting * state.up + deviation - configuration.delta
        state.down = configuration.forgetting * state.down + deviation + configuration.delta
        if state.up < state.leastUp { state.leastUp = state.up }
        if state.down > state.greatestDown { state.greatestDown = state.down }
        var output = Output(mean: state.mean)
        if state.count >= Double(configuration.minimumSamples) {
            output.increase = state.up - state.leastUp
            output.decrease = state.greatestDown - state.down
            state.isDrift = max(output.increase, output.decrease) > configuration.threshold
            output.isDrift = state.isDrift
        } else {
            output.refusal = .warmingUp
        }
        return output
    }
}

extension PageHinkley {
    /// What counts as a drift.
    public struct Configuration: Hashable, Sendable {
        /// Samples before a drift can be found.
        public var minimumSamples: Int
        /// δ, the change of the mean that is allowed.
        public var delta: Double
        /// The sum that may not be exceeded.
        public var threshold: Double
        /// α, the forgetting factor.
        public var forgetting: Double

        /// The reference's defaults.
        public init(
            minimumSamples: Int = 30, delta: Double = 0.005, threshold: Double = 50, forgetting: Double = 1 - 0.0001
        ) {
            self.minimumSamples = minimumSamples
            self.delta = delta
            self.threshold = threshold
            self.forgetting = forgetting
        }
    }

    /// The judgement of one sample.
    public struct Output: Hashable, Sendable, DetectorOutput {
        /// The running mean with the sample.
        public internal(set) var mean = 0.0
        /// How far the sum upwards stands above its least.
        public internal(set) var increase = 0.0
        /// How far the sum downwards stands below its greatest.
        public internal(set) var decrease = 0.0
        /// Whether either exceeds the threshold.
        public internal(set) var isDrift = false
        /// `warmingUp` before enough samples, `invalidValue` without a finite one.
        public internal(set) var refusal: Refusal?

        /// `drift`, `steady` or `not-assessed`.
        public var decisionName: String { refusal != nil ? "not-assessed" : isDrift ? "drift" : "steady" }

        /// `decreaseBits`, `increaseBits`, `meanBits`: the bit patterns of the doubles.
        public func trace(_ visit: (_ member: String, _ value: Int64) -> Void) {
            visit("decreaseBits", Int64(bitPattern: decrease.bitPattern))
            visit("increaseBits", Int64(bitPattern: increase.bitPattern))
            visit("meanBits", Int64(bitPattern: mean.bitPattern))
        }
    }
}
