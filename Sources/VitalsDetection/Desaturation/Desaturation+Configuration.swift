public import VitalsModel

extension Desaturation {
    /// What a desaturation is.
    public struct Configuration: Hashable, Sendable {
        /// The fall below the baseline with which one begins, hundredths of a percent, above 0.
        public var fall: Int32
        /// The fall that counts for the second index, not below the first.
        public var deepFall: Int32
        /// The shortest desaturation.
        public var shortest: MonotonicTime.Span
        /// The clean signal whose maximum is the baseline, 1 to 300 s.
        public var baseline: MonotonicTime.Span
        /// How long SpO2 has to stay recovered.
        public var recoveryDelay: MonotonicTime.Span
        /// The longest time between two clean readings that counts as signal. 5 s by default, the age at which a
        /// reading at 1 Hz is stale.
        public var absenceBound: MonotonicTime.Span
        /// The longest time without a clean reading over which a confirmed desaturation is carried.
        public var gapBound: MonotonicTime.Span

        /// By default a fall of 3 % (4 % for the second index) below the maximum of 120 s, for 10 s.
        public init(
            fall: Int32 = 300, deepFall: Int32 = 400, shortest: MonotonicTime.Span = .seconds(10),
            baseline: MonotonicTime.Span = .seconds(120), recoveryDelay: MonotonicTime.Span = .seconds(3),
            absenceBound: MonotonicTime.Span = .seconds(5), gapBound: MonotonicTime.Span = .seconds(60)
        ) {
            self.fall = max(fall, 1)
            self.deepFall = max(deepFall, self.fall)
            self.shortest = shortest
            self.baseline = baseline
            self.recoveryDelay = recoveryDelay
            self.absenceBound = absenceBound
            self.gapBound = gapBound
        }
    }
}
