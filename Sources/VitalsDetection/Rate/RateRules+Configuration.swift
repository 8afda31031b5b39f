public import VitalsModel

extension RateRules {
    /// The thresholds of the rules.
    public struct Configuration: Hashable, Sendable {
        /// The shortest RR interval that is a pause, 1/1024 s.
        public var pauseTicks: UInt16
        /// The shortest time without a beat that is asystole, 1/1024 s.
        public var asystoleTicks: UInt16
        /// Extreme bradycardia lies below this mean rate, bpm.
        public var bradycardiaLimit: UInt16
        /// The intervals that its mean is taken over, 1 to `VitalsDetectionLimits.rateWindowBeats`.
        public var bradycardiaBeats: Int
        /// Extreme tachycardia lies above this mean rate, bpm.
        public var tachycardiaLimit: UInt16
        /// The intervals that its mean is taken over, 1 to `VitalsDetectionLimits.rateWindowBeats`.
        public var tachycardiaBeats: Int
        /// How far back over its limit a rate has to come to end the condition, bpm.
        public var hysteresis: UInt16
        /// The gap between notifications that interrupts the stream, unless 3 RR are longer.
        public var gapFloor: MonotonicTime.Span
        /// The longest time between two notifications that cannot hide a pause: less than `pauseTicks`, so that a
        /// notification comes during each pause. It forgives one lost notification at 1 Hz.
        public var witnessBound: MonotonicTime.Span
        /// The longest time between two notifications that cannot hide a lost one, at the usual 1 Hz.
        public var onTimeInterval: MonotonicTime.Span
        /// How long after a beat a sensor may report it: its own filter and the wait for the next notification.
        public var reportingDelay: MonotonicTime.Span

        /// The published definitions by default.
        public init(
            pauseTicks: UInt16 = 3_072, asystoleTicks: UInt16 = 4_096, bradycardiaLimit: UInt16 = 40,
            bradycardiaBeats: Int = 5, tachycardiaLimit: UInt16 = 140, tachycardiaBeats: Int = 17,
            hysteresis: UInt16 = 2, gapFloor: MonotonicTime.Span = .seconds(3),
            witnessBound: MonotonicTime.Span = .milliseconds(2_500),
            onTimeInterval: MonotonicTime.Span = .milliseconds(1_750),
            reportingDelay: MonotonicTime.Span = .seconds(2)
        ) {
            self.pauseTicks = pauseTicks
            self.asystoleTicks = asystoleTicks
            self.bradycardiaLimit = bradycardiaLimit
            self.bradycardiaBeats = bradycardiaBeats
            self.tachycardiaLimit = tachycardiaLimit
            self.tachycardiaBeats = tachycardiaBeats
            self.hysteresis = hysteresis
            self.gapFloor = gapFloor
            self.witnessBound = witnessBound
            self.onTimeInterval = onTimeInterval
            self.reportingDelay = reportingDelay
        }
    }
}
