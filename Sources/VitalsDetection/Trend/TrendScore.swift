/// Says of each sample of any series, from 0 to 1, how unlike its past the series has become.
///
/// **Formula.** Five deviations are followed, each in integers and each against its own fading record (`RecordTrack`);
/// the score is the greatest of the five comparisons d/(d + r), so one half is a record equalled and more is a new one.
/// With x the sample, m(k) the exponential mean of weight 2^-k *before* the sample, and y sums over 8 samples:
/// - `spike`: |x - m₁₀|, far from the level of the last thousand samples;
/// - `residual`: the mean of weight 2^-4 of |x - m₇|, the EWMA chart's statistic on residuals: a stretch that does not
///   fit;
/// - `variability`: |v₆ - v₁₀|, v being exponential means of |x - previous x|: more restless or quieter than usual;
/// - `shape`: the last 12 segments (96 samples) against every such stretch remembered, the least L1 distance;
/// - `longShape`: the same over 36 segments (288 samples).
///
/// The means' weights, the lengths and the fading (2^-13 a sample) were chosen on the development half of NAB's series
/// (docs/validation); they are part of version 1 and not configuration. 288 samples are a day of five-minute data,
/// which suits NAB.
///
/// **Rest.** A deviation goes on after it was reported. For `restSamples` after a score was let through only a greater
/// one is; the others are 0, with the comparison still in `unrestedQ20`.
///
/// **Missing samples** are told as nil: nothing is put in their place, time stands still for the means. After more than
/// `missingSamples` of them in a row the means and the shapes start anew, the records stay.
///
/// - Unit and range: samples in Q16 of any unit, up to 2^46 in size (2^30 units; beyond counts as that); score in Q20.
/// - Cost: 0.6 µs a sample with 2,048 remembered segments, 0.2 µs with 512, 0.06 µs with 128 (Zen 5, one core); 32
///   octets a segment.
/// - First judgement: with the 51st sample; the shapes with the 200th and 584th.
/// - Source: Page 1954, Roberts 1959 (the charts); Yeh et al. 2016 (matrix profile); the comparison with fading records
///   is this project's own.
/// - Cannot see: what stays within the records of the last 2^13 samples; what grows so slowly that the means follow it
///   or, without a delay of the records, that it exceeds itself a sample ago by little (it scores just above one half);
///   a pattern that is unusual for its time of day but not in itself; one more oddity of a stream that is always odd.
public struct TrendScore: Sendable {
    /// The name and version, those of the detector built on it.
    public static let identity = DetectorIdentity(name: "trend", version: 1)

    /// What may be chosen.
    public let configuration: Configuration

    private var parts: Parts?
    private var shapes: Shapes
    private var spike: RecordTrack
    private var residual: RecordTrack
    private var variability: RecordTrack
    private var shape: RecordTrack
    private var longShape: RecordTrack
    /// Samples since the means began, counted to the end of the warm-up.
    private var samples = 0
    private var missing = 0
    /// The score that rests, and for how many samples yet.
    private var resting: (scoreQ20: Int64, samples: Int) = (0, 0)

    /// A score without history.
    public init(configuration: Configuration = Configuration()) {
        self.configuration = configuration
        shapes = Shapes(segments: configuration.boundedShapeSegments)
        let floor = configuration.boundedFloorQ16
        let delay = configuration.boundedRecordDelay
        func track(_ floor: Int64) -> RecordTrack { RecordTrack(fade: Scales.fade, delay: delay, floor: floor) }
        func segmentTrack(_ length: Int) -> RecordTrack {
            RecordTrack(
                fade: Scales.fade - Scales.segmentShift, delay: delay >> Scales.segmentShift,
                floor: floor * Int64(length << Scales.segmentShift))
        }
        spike = track(floor << Scales.spikeShift)
        residual = track(floor << Scales.residualShift)
        variability = track(floor << Scales.spikeShift)
        shape = segmentTrack(Scales.shortShape)
        longShape = segmentTrack(Scales.longShape)
    }

    /// Judges the next sample of the series, in Q16 of its unit; nil where there is none.
    public mutating func judge(_ sample: Int64?) -> Output {
        guard let sample else { return skip() }
        missing = 0
        let bound = VitalsDetectionLimits.trendSample
        let value = min(max(sample, -bound), bound)
        var output = compare(value)
        rest(&output)
        return output
    }

    private mutating func skip() -> Output {
        missing = min(missing + 1, VitalsDetectionLimits.trendMissingSamples.upperBound + 1)
        if missing > configuration.boundedMissingSamples {
            parts = nil
            shapes.clear()
            samples = 0
        }
        return Output(sample: nil, refusal: .gap)
    }

    private mutating func compare(_ value: Int64) -> Output {
        let deviations = (parts ?? Parts(startingAt: value)).deviations(of: value)
        parts = deviations.next
        var output = Output(sample: value)
        output.spike = spike.compare(deviations.spike)
        output.residual = residual.compare(deviations.residual)
        output.variability = variability.compare(deviations.variability)
        if shapes.append(value) {
            output.shape = shapes.short.advance(over: shapes.memory).flatMap { shape.compare($0) }
            output.longShape = shapes.long.advance(over: shapes.memory).flatMap { longShape.compare($0) }
        }
        samples = min(samples + 1, Scales.warmUpSamples + 1)
        if samples <= Scales.warmUpSamples { output.refusal = .warmingUp }
        return output
    }

    private mutating func rest(_ output: inout Output) {
        let bar = resting.samples > 0 ? resting.scoreQ20 : 0
        resting.samples = max(0, resting.samples - 1)
        let score = output.unrestedQ20
        guard score > bar else { return }
        output.scoreQ20 = score
        resting = (score, configuration.boundedRestSamples)
    }
}
