import VitalsKernels

/// The peaks and onsets of one window of a pulse wave, places within it.
struct PulseWindow {
    /// Peaks in order.
    private(set) var peaks: [Int] = []
    /// Onsets in order.
    private(set) var onsets: [Int] = []
    /// The scale with the most maxima, in thinned samples; nil where the window was not judged.
    private(set) var scale: Int?
    /// What is held of it.
    private(set) var decision: PulseWave.Decision
    /// Hundredths of a bpm, by the first and the last onset: the foot of a wave is its sharpest point.
    private(set) var pulseRate: Int32?

    /// A window that is not judged.
    init(refusing refusal: Refusal) { decision = .notAssessed(refusal) }

    /// Judges the samples of a window.
    init(
        _ window: [Int64], _ configuration: PulseWave.Configuration, _ extrema: inout PulseExtrema,
        _ kernels: SeriesKernelTable
    ) {
        let thinned = stride(from: 0, to: window.count, by: configuration.thinning).map { window[$0] }
        let limit = VitalsDetectionLimits.filteredMagnitude
        guard let least = thinned.min(), let greatest = thinned.max(), -limit <= least, greatest <= limit else {
            decision = .notAssessed(.invalidValue)
            return
        }
        guard least < greatest else {
            decision = .notAssessed(.flatSignal)
            return
        }
        let scales = Self.scales(thinned.count, configuration)
        extrema.analyse(Self.detrended(thinned), scales: scales, kernels: kernels)
        scale = extrema.fullestScale(ofMinima: false)
        peaks = Self.refined(extrema.peaks(), in: window, configuration, by: >)
        onsets = Self.refined(extrema.onsets(), in: window, configuration, by: <)
        if let first = onsets.first, let last = onsets.last, last > first {
            let beats = Int64(onsets.count - 1)
            let rate = 6_000 * Int64(configuration.samplingRate) * beats / Int64(last - first)
            pulseRate = Int32(truncatingIfNeeded: min(rate, Int64(Int32.max)))
            decision = .pulse
        } else {
            decision = .noPulse
        }
    }

    /// The scales of a window of so many thinned samples: those k for which its half by k is 30 a minute or more.
    private static func scales(_ count: Int, _ configuration: PulseWave.Configuration) -> Int {
        let half = (count + 1) / 2 - 1
        let slowest = VitalsDetectionLimits.pulseSlowest
        let scales = 60 * half * configuration.samplingRate / (slowest * count * configuration.thinning)
        return max(1, min(half, scales))
    }

    /// The samples less their linear trend, times N²(N² - 1)/12, plus a constant: in the same order as without the factor.
    private static func detrended(_ samples: [Int64]) -> [Int64] {
        let count = Int64(samples.count)
        var (sum, weighted): (Int64, Int64) = (0, 0)
        for (place, sample) in samples.enumerated() {
            sum += sample
            weighted += Int64(place) * sample
        }
        let slope = count * weighted - count * (count - 1) / 2 * sum
        let denominator = count * count * (count * count - 1) / 12
        return samples.enumerated().map { place, sample in denominator * sample - slope * Int64(place) }
    }

    /// Each place moved to the best one around it, of equals the first.
    private static func refined(
        _ places: [Int], in window: [Int64], _ configuration: PulseWave.Configuration,
        by isBetter: (Int64, Int64) -> Bool
    ) -> [Int] {
        let refined = places.map { place in
            let centre = place * configuration.thinning
            let around = centre - configuration.tolerance..<centre + configuration.tolerance + 1
            let inside = window.indices.clamped(to: around)
            return inside.dropFirst().reduce(inside.lowerBound) { isBetter(window[$1], window[$0]) ? $1 : $0 }
        }
        return Set(refined).sorted()
    }
}
