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
        /// The longest time between two notifications that cannot hide a lost one, at the usual 1 Hz; in proportion at
        /// another spacing.
        public var onTimeInterval: MonotonicTime.Span
        /// How long after a beat a sensor may report it: its own filter and the wait for the next notification.
        public var reportingDelay: MonotonicTime.Span
        /// How far intervals may be ahead of the time that passed: the wait for the next notification at 1 Hz, and half
        /// of it for the radio. A sensor that notifies more seldom gets 3/2 of its spacing.
        public var overlapBound: MonotonicTime.Span
        /// How much longer than the time since the packet before the intervals of an equal packet may be: half of the wait
        /// for a notification at 1 Hz, and the radio.
        public var repetitionMargin: MonotonicTime.Span
        /// Whether a heart rate that stands still without intervals is asystole under way. It is what a frozen packet
        /// sends too; for a strap that is known to hold its rate, and never to freeze.
        public var heldRateIsAsystole: Bool

        /// The published definitions by default.
        public init(
            pauseTicks: UInt16 = 3_072, asystoleTicks: UInt16 = 4_096, bradycardiaLimit: UInt16 = 40,
            bradycardiaBeats: Int = 5, tachycardiaLimit: UInt16 = 140, tachycardiaBeats: Int = 17,
            hysteresis: UInt16 = 2, gapFloor: MonotonicTime.Span = .seconds(3),
            witnessBound: MonotonicTime.Span = .milliseconds(2_500),
            onTimeInterval: MonotonicTime.Span = .milliseconds(1_750),
            reportingDelay: MonotonicTime.Span = .seconds(2),
            overlapBound: MonotonicTime.Span = .milliseconds(1_500),
            repetitionMargin: MonotonicTime.Span = .milliseconds(500), heldRateIsAsystole: Bool = false
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
            self.overlapBound = overlapBound
            self.repetitionMargin = repetitionMargin
            self.heldRateIsAsystole = heldRateIsAsystole
        }
    }
}
