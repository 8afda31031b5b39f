extension Ectopy {
    /// Thresholds, all in thousandths. They were chosen on every second record of MITDB and are not the reader's: other
    /// populations may ask for others.
    public struct Configuration: Hashable, Sendable {
        /// Below this share of the baseline an interval is premature by itself.
        public var earlyShare: UInt16
        /// Below this share of the baseline an interval is premature if a pause follows.
        public var pausedEarlyShare: UInt16
        /// Above this share of the interval itself the next is a pause.
        public var pauseShare: UInt16
        /// How far from the baseline an interval is still regular.
        public var regularTolerance: UInt16
        /// The share of irregular intervals above which the rhythm is irregular; 1000 never is.
        public var irregularShare: UInt16

        /// The defaults.
        public init(
            earlyShare: UInt16 = 750, pausedEarlyShare: UInt16 = 940, pauseShare: UInt16 = 1_250,
            regularTolerance: UInt16 = 100, irregularShare: UInt16 = 400
        ) {
            self.earlyShare = earlyShare
            self.pausedEarlyShare = pausedEarlyShare
            self.pauseShare = pauseShare
            self.regularTolerance = regularTolerance
            self.irregularShare = irregularShare
        }
    }
}
