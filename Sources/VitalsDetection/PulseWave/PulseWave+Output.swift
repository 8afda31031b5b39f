extension PulseWave {
    /// What the detector holds of a window.
    public enum Decision: Hashable, Sendable {
        /// It has two onsets or more.
        case pulse
        /// It has one onset or none.
        case noPulse
        /// It was not judged.
        case notAssessed(Refusal)
    }

    /// A window's verdict, with the peaks that it made final.
    public struct Output: DetectorOutput, Hashable {
        /// By what it was judged.
        public let configuration: Configuration
        /// The number of the window's first sample; samples count from 0, missing ones among them.
        public let windowStart: Int64
        /// Its samples.
        public let windowSamples: Int
        /// λ, the scale with the most maxima, in thinned samples.
        public let scale: Int?
        /// The numbers of the samples that are peaks, in order and after all earlier ones.
        public let peaks: [Int64]
        /// Those that are onsets, likewise.
        public let onsets: [Int64]
        /// The mean pulse rate between the window's first and last onset, hundredths of a bpm, rounded down.
        public let pulseRate: Int32?
        /// The least perfusion of 3 s since the window before, thousandths; nil where the quality is not looked at.
        public let perfusion: Int64?
        /// What the detector holds of it.
        public let decision: Decision

        /// One of `pulse`, `no-pulse`, `not-assessed`.
        public var decisionName: String {
            switch decision {
            case .pulse: "pulse"
            case .noPulse: "no-pulse"
            case .notAssessed: "not-assessed"
            }
        }

        /// Why it was not judged.
        public var refusal: Refusal? {
            guard case .notAssessed(let refusal) = decision else { return nil }
            return refusal
        }

        /// Peaks are `peak01` and on, and so are onsets.
        public func trace(_ visit: (_ member: String, _ value: Int64) -> Void) {
            for (number, onset) in onsets.enumerated() { visit("onset\(Self.twoDigits(number + 1))", onset) }
            for (number, peak) in peaks.enumerated() { visit("peak\(Self.twoDigits(number + 1))", peak) }
            if let perfusion { visit("perfusion", perfusion) }
            if let pulseRate { visit("pulseRate", Int64(pulseRate)) }
            visit("samplingRate", Int64(configuration.samplingRate))
            if let scale { visit("scale", Int64(scale)) }
            visit("stepSamples", Int64(configuration.step))
            visit("thinning", Int64(configuration.thinning))
            visit("toleranceSamples", Int64(configuration.tolerance))
            visit("windowSamples", Int64(windowSamples))
            visit("windowStart", windowStart)
        }

        /// A window has fewer than 100 peaks: one at every other of at most 236 thinned samples, λ of them lost at the ends.
        private static func twoDigits(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
    }
}
