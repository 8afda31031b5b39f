extension PulseWave {
    /// How a pulse wave is judged.
    public struct Configuration: Hashable, Sendable {
        /// Samples a second, `VitalsDetectionLimits.pulseWaveRates`.
        public let samplingRate: Int
        /// Whether the counts fall where the pulse rises, as reflected light does.
        public let isInverted: Bool
        /// Which windows are judged, and what of them counts.
        public let windows: Windows

        /// Which windows are judged, and what of them counts.
        public enum Windows: Hashable, Sendable {
            /// Unfiltered, every 4.8 s, all peaks of each: MSPTDfast v2 as published (Charlton et al. 2025), as NeuroKit2
            /// has it.
            case published
            /// Filtered, every 3 s, the peaks of the middle 3 s of each: at the ends of a window the scales that need
            /// neighbours on both sides find nothing, and peaks are lost.
            case central
        }

        /// A configuration.
        ///
        /// - Precondition: a rate within `VitalsDetectionLimits.pulseWaveRates`.
        public init(samplingRate: Int, isInverted: Bool = false, windows: Windows = .central) {
            precondition(VitalsDetectionLimits.pulseWaveRates ~= samplingRate, "a rate of 25 to 250 Hz")
            self.samplingRate = samplingRate
            self.isInverted = isInverted
            self.windows = windows
        }

        /// By what the quality is judged; nil where it is not.
        var quality: PulseQuality.Configuration? {
            guard windows == .central else { return nil }
            return PulseQuality.Configuration(samplingRate: samplingRate, isInverted: isInverted)
        }
        /// Samples from the first of a window to its last.
        var span: Int { VitalsDetectionLimits.pulseWindowSeconds * samplingRate }
        /// Samples from the beginning of a window to that of the next: 4.8 s rounded to the nearest sample, or 3 s.
        var step: Int { windows == .published ? (24 * samplingRate + 2) / 5 : 3 * samplingRate }
        /// Every so many samples one is looked at for peaks.
        var thinning: Int { max(1, samplingRate / VitalsDetectionLimits.pulseThinnedRate) }
        /// How far around a peak of the thinned samples the highest sample is sought: 0.15 s of the thinned rate, rounded
        /// up, in samples of the full rate, as in NeuroKit2.
        var tolerance: Int { (15 * samplingRate + 100 * thinning - 1) / (100 * thinning) }
        /// Where the part of a window begins whose peaks count.
        var centre: Int { windows == .published ? 0 : (span - step) / 2 }
        /// The least distance of two peaks; the published algorithm has none.
        var refractory: Int {
            windows == .published ? 0 : samplingRate * VitalsDetectionLimits.pulseRefractoryThousandths / 1_000
        }
    }
}
