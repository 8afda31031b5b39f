public import VitalsModel

extension RRCleaning {
    /// The class of one interval and what it was made from.
    public struct Output: Hashable, Sendable, DetectorOutput {
        /// The interval, in 1/1024 s.
        public let rr: UInt16
        /// When the beat was that ended it.
        public let time: MonotonicTime
        /// Its class; nil when it was not assessed.
        public let intervalClass: IntervalClass?
        /// Whether it follows directly on the interval that was classified before it.
        public let isChained: Bool
        /// The difference from the interval before it, in 1/1024 s; before the first of a chain the mean stands.
        public var difference = 0.0
        /// The threshold of the difference, in 1/1024 s; 0 gives no scale.
        public var differenceLimit = 0.0
        /// The median around the interval, in 1/1024 s.
        public var median = 0.0
        /// The deviation from the median, in 1/1024 s, doubled below 0.
        public var deviation = 0.0
        /// The threshold of the deviation, in 1/1024 s; 0 gives no scale.
        public var deviationLimit = 0.0

        /// The class's name, or `not-assessed`.
        public var decisionName: String { intervalClass?.name ?? "not-assessed" }

        /// `invalidValue` for an interval of 0.
        public var refusal: Refusal? { intervalClass == nil ? .invalidValue : nil }

        /// `deviationLimitTicksQ16`, `deviationTicksQ16`, `differenceLimitTicksQ16`, `differenceTicksQ16`, `isChained`,
        /// `medianTicksQ16` and `rrTicks`; only `rrTicks` when it was not assessed.
        public func trace(_ visit: (_ member: String, _ value: Int64) -> Void) {
            if intervalClass != nil {
                visit("deviationLimitTicksQ16", Self.q16(deviationLimit))
                visit("deviationTicksQ16", Self.q16(deviation))
                visit("differenceLimitTicksQ16", Self.q16(differenceLimit))
                visit("differenceTicksQ16", Self.q16(difference))
                visit("isChained", isChained ? 1 : 0)
                visit("medianTicksQ16", Self.q16(median))
            }
            visit("rrTicks", Int64(rr))
        }

        /// Towards zero; every number here is below 2^20 in magnitude.
        private static func q16(_ value: Double) -> Int64 { Int64(value * 65_536) }
    }
}

extension RRCleaning.Output {
    /// An interval that cannot be judged.
    init(rr: UInt16, time: MonotonicTime) {
        self.rr = rr
        self.time = time
        intervalClass = nil
        isChained = false
    }

    init(_ beat: QueuedBeat, _ conclusion: ArtefactStream.Conclusion) {
        rr = beat.rr
        time = beat.time
        intervalClass = conclusion.class
        isChained = beat.isChained
        difference = conclusion.place.rawDifference
        differenceLimit = conclusion.place.differenceLimit
        median = conclusion.place.median
        deviation = conclusion.place.rawDeviation
        deviationLimit = conclusion.place.deviationLimit
    }
}
