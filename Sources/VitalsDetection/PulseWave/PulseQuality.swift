/// The quality of a pulse wave: its skewness and its perfusion over 3 s, every second (Elgendi 2016; Selvaraj et al. 2011).
///
///     skewness  = (Σ(y - ȳ)³/n) / (Σ(y - ȳ)²/n)^1.5 = (n²S₃ - 3nS₁S₂ + 2S₁³) / (nS₂ - S₁²)^1.5
///     perfusion = (greatest - least) / |mean|
///
/// A clean pulse rises faster than it falls and stands on a broad foot, so that its skewness is above 0; noise is symmetric.
///
/// - Units: counts in, of up to 24 bits; skewness has none; perfusion in thousandths.
/// - Exact: the power sums S are whole numbers of 128 bits; the skewness is then a few IEEE operations in a fixed order.
///   Equal to NeuroKit2's `ppg_quality(method="skewness")` within 10^-12.
/// - Delay: 3 s, then a verdict a second. Cost: one pass over 3 s of samples a second, 3 to 4 operations a sample.
/// - Samples: a missing one starts the window anew.
/// - What it cannot see: regular movement, which is skewed as well; what a filter before it took away.
public struct PulseQuality: Sendable {
    /// `pulse-quality/1`.
    public static let identity = DetectorIdentity(name: "pulse-quality", version: 1)

    /// How it judges.
    public let configuration: Configuration

    private var position: Int64 = 0
    private var samples: [Int64] = []
    /// The number of the first of them.
    private var start: Int64 = 0

    /// A detector that has seen nothing.
    public init(configuration: Configuration) {
        self.configuration = configuration
        samples.reserveCapacity(configuration.windowSamples)
    }

    /// Takes the next sample, nil where it is missing; a verdict where it completes a window.
    public mutating func judge(_ sample: Int32?) -> Output? {
        defer { position += 1 }
        let limit = VitalsDetectionLimits.pulseWaveMagnitude
        guard let sample, -limit...limit ~= Int64(sample) else {
            samples.removeAll(keepingCapacity: true)
            return nil
        }
        if samples.isEmpty { start = position }
        samples.append(Int64(sample))
        guard samples.count == configuration.windowSamples else { return nil }
        let output = Output(configuration: configuration, windowStart: start, moments: PulseMoments(samples))
        samples.removeFirst(configuration.stepSamples)
        start += Int64(configuration.stepSamples)
        return output
    }
}

extension PulseQuality {
    /// How a pulse wave's quality is judged.
    public struct Configuration: Hashable, Sendable {
        /// Samples a second, `VitalsDetectionLimits.pulseWaveRates`.
        public let samplingRate: Int
        /// Whether the counts fall where the pulse rises.
        public let isInverted: Bool
        /// The least skewness of a good wave, thousandths.
        public let skewnessMinimumThousandths: Int
        /// The least perfusion of a wave that is one, thousandths.
        public let perfusionMinimumThousandths: Int

        /// A configuration.
        public init(
            samplingRate: Int, isInverted: Bool = false, skewnessMinimumThousandths: Int = -2_000,
            perfusionMinimumThousandths: Int = 2
        ) {
            precondition(VitalsDetectionLimits.pulseWaveRates ~= samplingRate, "a rate of 25 to 250 Hz")
            self.samplingRate = samplingRate
            self.isInverted = isInverted
            self.skewnessMinimumThousandths = skewnessMinimumThousandths
            self.perfusionMinimumThousandths = perfusionMinimumThousandths
        }

        /// Samples in a window: 3 s.
        public var windowSamples: Int { 3 * samplingRate }
        /// Samples from one window to the next: 1 s.
        public var stepSamples: Int { samplingRate }
    }

    /// What is held of a window.
    public enum Decision: Hashable, Sendable {
        /// Its skewness and perfusion are those of a pulse wave.
        case good
        /// One of them is not.
        case poor
        /// It was not judged.
        case notAssessed(Refusal)
    }

    /// A window's quality.
    public struct Output: DetectorOutput, Hashable {
        /// By what it was judged.
        public let configuration: Configuration
        /// The number of the window's first sample; samples count from 0, missing ones among them.
        public let windowStart: Int64
        /// The skewness; nil where all samples are equal.
        public let skewness: Double?
        /// The perfusion, thousandths, rounded down; nil where the mean is 0.
        public let perfusion: Int64?

        init(configuration: Configuration, windowStart: Int64, moments: PulseMoments) {
            self.configuration = configuration
            self.windowStart = windowStart
            let skewness = moments.skewness
            self.skewness = configuration.isInverted ? skewness.map { 0 - $0 } : skewness
            perfusion = moments.perfusion
        }

        /// What is held of it.
        public var decision: Decision {
            guard let skewness, let perfusion else { return .notAssessed(.flatSignal) }
            let isGood =
                skewness * 1_000 >= Double(configuration.skewnessMinimumThousandths)
                && perfusion >= Int64(configuration.perfusionMinimumThousandths)
            return isGood ? .good : .poor
        }

        /// One of `good`, `poor`, `not-assessed`.
        public var decisionName: String {
            switch decision {
            case .good: "good"
            case .poor: "poor"
            case .notAssessed: "not-assessed"
            }
        }

        /// Why it was not judged.
        public var refusal: Refusal? {
            guard case .notAssessed(let refusal) = decision else { return nil }
            return refusal
        }

        /// `skewnessBits` is the skewness as an IEEE 754 bit pattern.
        public func trace(_ visit: (_ member: String, _ value: Int64) -> Void) {
            if let perfusion { visit("perfusion", perfusion) }
            visit("perfusionMinimum", Int64(configuration.perfusionMinimumThousandths))
            visit("samplingRate", Int64(configuration.samplingRate))
            if let skewness { visit("skewnessBits", Int64(bitPattern: skewness.bitPattern)) }
            visit("skewnessMinimumThousandths", Int64(configuration.skewnessMinimumThousandths))
            visit("windowSamples", Int64(configuration.windowSamples))
            visit("windowStart", windowStart)
        }
    }
}
