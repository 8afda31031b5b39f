extension Discord {
    /// How long the windows and the history are, and how far is far.
    public struct Configuration: Hashable, Sendable {
        /// Samples in a window, `VitalsDetectionLimits.discordWindow`.
        public let windowSamples: Int
        /// Earlier windows that each is compared with, `VitalsDetectionLimits.discordHistory`; a multiple of 8.
        public let historyWindows: Int
        /// Windows that must have been seen before one is judged: with little to compare, everything is new.
        public let minimumHistory: Int
        /// The distance from which on a window is a discord, thousandths; √(2m(1 - r)) is 8000 for m = 64 and r = 0.5.
        public let distanceLimitThousandths: Int
        /// The least standard deviation of a window that is judged, in the unit of the samples; 0 judges all.
        public let deviationMinimum: Int

        /// m² times the least variance.
        var squaredDeviationMinimum: Int {
            let root = windowSamples * deviationMinimum
            return root * root
        }

        /// A configuration.
        ///
        /// - Precondition: lengths within their limits, the others not below 0 and below 2^31.
        public init(
            windowSamples: Int, historyWindows: Int, minimumHistory: Int, distanceLimitThousandths: Int,
            deviationMinimum: Int = 0
        ) {
            precondition(VitalsDetectionLimits.discordWindow ~= windowSamples, "a window of 8 to 1024 samples")
            precondition(
                VitalsDetectionLimits.discordHistory ~= historyWindows && historyWindows % 8 == 0,
                "a history of 8 to 65536 windows, by eights")
            precondition(
                0...1 << 20 ~= minimumHistory && 0...1 << 20 ~= distanceLimitThousandths
                    && 0...1 << 20 ~= deviationMinimum, "limits from 0 to 2^20")
            self.windowSamples = windowSamples
            self.historyWindows = historyWindows
            self.minimumHistory = minimumHistory
            self.distanceLimitThousandths = distanceLimitThousandths
            self.deviationMinimum = deviationMinimum
        }

        /// Heart rate once a second in hundredths of a bpm: windows of 64 s against the last 68 minutes.
        ///
        /// A correlation below 1/2 with all of them, in a course with a deviation of 2 bpm or more: in 27 healthy
        /// days (nsr2db, 639 h) that came 13 times.
        public static let heartRate = Configuration(
            windowSamples: 64, historyWindows: 4_096, minimumHistory: 900, distanceLimitThousandths: 8_000,
            deviationMinimum: 200)

        /// A pulse wave at about 25 Hz: windows of 2 s, which are two to three beats, against the last two minutes.
        ///
        /// A correlation below 1/2 with all of them: movement and lost contact are, a beat out of rhythm is at times.
        public static let pulseWave = Configuration(
            windowSamples: 50, historyWindows: 3_000, minimumHistory: 750, distanceLimitThousandths: 7_000)
    }
}
