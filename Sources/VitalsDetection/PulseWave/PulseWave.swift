public import VitalsKernels

/// Pulse peaks of a photoplethysmogram: MSPTDfast v2 (Charlton et al. 2025, Physiol. Meas. 46:035002), in whole numbers.
///
/// In each window of 6 s, thinned to 20 Hz or a little more, the linear trend is taken away and every sample compared with
/// its neighbours at distance k, for each scale k down to a pulse of 30 bpm. The scale λ with the most maxima says how wide
/// a pulse is. The peaks are the samples that are maxima at all scales up to λ; each is then moved to the highest sample
/// within 0.15 s. Onsets likewise, from minima (Scholkmann et al. 2012; Bishop and Ercole 2018).
///
/// Of the two, onsets are the better clock: the foot of a wave is sharper than its top, so that the pulse rate goes by them.
///
/// - Units: samples are counts of up to 24 bits; peaks are sample numbers; the rate is in hundredths of a bpm.
/// - Exact: the trend is compared as N·Σty - Σt·Σy against N²(N² - 1)/12, the window's own denominators, so that nothing
///   is divided. `published` windows find NeuroKit2's peaks.
/// - Delay: a peak is known 1.5 to 4.5 s after it came (`central`), or 1.2 to 6 s (`published`), plus 0.6 s for the filter
///   of `central`; the first window is complete after 6 s, plus those 0.6 s.
/// - Samples: a missing one ends the window, which is then not judged, and the next begins after it. Nothing is filled in.
/// - Cost: per window 80 comparisons for each thinned sample, eight at a time; about 0.1 microseconds a sample amortised.
/// - Quality: a window that overlaps 3 s of poor quality (`PulseQuality`) is not judged; `published` windows all are.
/// - What it cannot see: a pulse slower than 30 bpm or faster than 240; where the beats of two hearts mix; whether a
///   regular movement is a pulse.
public struct PulseWave: Sendable {
    /// `pulse-wave/1`.
    public static let identity = DetectorIdentity(name: "pulse-wave", version: 1)

    /// How it judges.
    public let configuration: Configuration

    private let kernels: SeriesKernelTable
    private var extrema: PulseExtrema
    private var filter: PulseFilter?
    /// Samples since the beginning, missing ones among them.
    private var position: Int64 = 0
    private var run = Run()
    private var quality: PulseQuality?

    /// What is known since the beginning or the last missing sample.
    private struct Run {
        /// The number of the first sample that is judged.
        var first: Int64?
        /// Samples to judge so far.
        var count = 0
        /// The newest of them: a window's at least, once as many came.
        var samples: [Int64] = []
        /// Windows judged.
        var windows = 0
        /// The newest peak and the newest onset that were reported.
        var reported: (peak: Int64?, onset: Int64?) = (nil, nil)
        /// The end of the newest 3 s of poor quality: a sample's number.
        var poorBefore: Int64?
        /// The least perfusion since the last window, thousandths.
        var perfusion: Int64?
        /// Peaks and onsets in what the next window judges again.
        var pending: (peaks: Set<Int64>, onsets: Set<Int64>) = ([], [])
    }

    /// A detector that has seen nothing.
    public init(configuration: Configuration, kernels: SeriesKernelTable) {
        self.configuration = configuration
        self.kernels = kernels
        let thinned = configuration.span / configuration.thinning + 1
        extrema = PulseExtrema(countMax: thinned, scalesMax: thinned)
        filter = Self.filter(configuration)
        quality = configuration.quality.map { PulseQuality(configuration: $0) }
    }

    /// Takes the next sample, nil where it is missing; a verdict where it completes a window, or ends one too early.
    public mutating func judge(_ sample: Int32?) -> Output? {
        defer { position += 1 }
        if let found = quality?.judge(sample) { note(found) }
        let limit = VitalsDetectionLimits.pulseWaveMagnitude
        guard let sample, -limit...limit ~= Int64(sample) else {
            return interrupt(sample == nil ? .gap : .invalidValue)
        }
        let value = configuration.isInverted ? -Int64(sample) : Int64(sample)
        guard let judged = filter == nil ? value : filter?.push(value) else { return nil }
        if run.first == nil { run.first = position - Int64(filter?.delay ?? 0) }
        let length = configuration.span + 1
        if run.samples.count == 2 * length { run.samples.removeFirst(length) }
        run.samples.append(judged)
        run.count += 1
        guard run.count == run.windows * configuration.step + length else { return nil }
        return judge(length: length, isLast: false)
    }

    /// The verdict on what came since the last window, for the end of a recording; nil where nothing did.
    ///
    /// It judges the last 6 s, most of which were judged before.
    public mutating func finish() -> Output? {
        let (span, step) = (configuration.span, configuration.step)
        guard run.windows > 0 else { return nil }
        // A window has one sample more than its span; at the very end it may lack that one (as in NeuroKit2).
        if run.count == run.windows * step + span { return judge(length: span, isLast: true) }
        if run.count > (run.windows - 1) * step + span + 1 { return judge(length: span + 1, isLast: true) }
        return run.pending.peaks.isEmpty ? nil : judge(length: span + 1, isLast: true)
    }

    /// Keeps what the quality of the newest 3 s means for the windows that hold them.
    private mutating func note(_ found: PulseQuality.Output) {
        if found.decision != .good { run.poorBefore = position + 1 }
        if let perfusion = found.perfusion { run.perfusion = min(run.perfusion ?? perfusion, perfusion) }
    }

    /// A sample is missing: what is waiting will not become a window.
    private mutating func interrupt(_ refusal: Refusal) -> Output? {
        guard let first = run.first else {
            filter = Self.filter(configuration)
            return nil
        }
        let judged = Int64(run.windows * configuration.step)
        let output = Output(
            configuration: configuration, windowStart: first + judged, windowSamples: run.count - Int(judged),
            scale: nil, peaks: [], onsets: [], pulseRate: nil, perfusion: run.perfusion,
            decision: .notAssessed(refusal))
        run = Run()
        filter = Self.filter(configuration)
        return output
    }

    /// Judges the newest so many samples.
    private mutating func judge(length: Int, isLast: Bool) -> Output {
        let window = Array(run.samples.suffix(length))
        let start = (run.first ?? 0) + Int64(run.count - length)
        defer {
            run.windows += 1
            run.perfusion = nil
        }
        // A poor stretch that reaches into the window makes all of it doubtful: its scale is one for all of it.
        let isPoor = run.poorBefore.map { $0 > start } ?? false
        let found =
            isPoor
            ? PulseWindow(refusing: .questionableSignal) : PulseWindow(window, configuration, &extrema, kernels)
        // What the next window will judge as well is reported with it.
        let (span, step) = (Int64(configuration.span), Int64(configuration.step))
        let low = run.windows == 0 ? start : start + Int64(configuration.centre)
        let high = isLast ? start + span + 1 : start + Int64(configuration.centre) + step
        let peaks = report(found.peaks.map { start + Int64($0) }, &run.pending.peaks, &run.reported.peak, low, high)
        let onsets = report(
            found.onsets.map { start + Int64($0) }, &run.pending.onsets, &run.reported.onset, low, high)
        return Output(
            configuration: configuration, windowStart: start, windowSamples: length, scale: found.scale, peaks: peaks,
            onsets: onsets, pulseRate: found.pulseRate, perfusion: run.perfusion, decision: found.decision)
    }

    /// Those of a window's extrema that are final, in order.
    private func report(
        _ found: [Int64], _ pending: inout Set<Int64>, _ reported: inout Int64?, _ low: Int64, _ high: Int64
    ) -> [Int64] {
        if configuration.windows == .published {
            pending.formUnion(found)
        } else {
            pending = Set(found.filter { $0 >= low })
        }
        var final: [Int64] = []
        for place in pending.sorted() where place < high {
            pending.remove(place)
            if let reported, place - reported < max(1, Int64(configuration.refractory)) { continue }
            reported = place
            final.append(place)
        }
        return final
    }

    private static func filter(_ configuration: Configuration) -> PulseFilter? {
        configuration.windows == .published ? nil : PulseFilter(rate: configuration.samplingRate)
    }
}
