public import VitalsModel

extension LimitDetector {
    /// One limit: what is watched, from which value on, for how long.
    public struct Configuration: Hashable, Sendable {
        /// The quantity that the values belong to.
        public var quantity: MonitoredQuantity
        /// On which side of the limit the alarm lies.
        public var side: Side
        /// The limit in hundredths of the unit; the limit itself is no violation.
        public var limit: Int32
        /// How long the violation lasts before it is raised.
        public var delay: MonotonicTime.Span
        /// Raises earlier, once the readings beyond have brought so many beats; nil to go by time alone.
        public var beats: Int?
        /// How far back over the limit a value has to come to end the condition, hundredths of the unit, 0 or more.
        public var hysteresis: Int32
        /// How long it has to stay back. 3 s by default: two readings at 1 Hz that flicker back change nothing.
        public var recoveryDelay: MonotonicTime.Span
        /// The longest time without an assessable reading over which a pending streak is carried. 5 s by default,
        /// the age at which a reading at 1 Hz is stale.
        public var absenceBound: MonotonicTime.Span

        /// A limit.
        public init(
            quantity: MonitoredQuantity, side: Side, limit: Int32, delay: MonotonicTime.Span, beats: Int? = nil,
            hysteresis: Int32 = 200, recoveryDelay: MonotonicTime.Span = .seconds(3),
            absenceBound: MonotonicTime.Span = .seconds(5)
        ) {
            self.quantity = quantity
            self.side = side
            self.limit = limit
            self.delay = delay
            self.beats = beats
            self.hysteresis = hysteresis
            self.recoveryDelay = recoveryDelay
            self.absenceBound = absenceBound
        }

        /// Heart rate below 40 bpm for 10 s or 5 beats.
        public static let heartRateLow = Configuration(
            quantity: .heartRate, side: .below, limit: 40_00, delay: .seconds(10), beats: 5)
        /// Heart rate above 130 bpm for 10 s or 5 beats.
        public static let heartRateHigh = Configuration(
            quantity: .heartRate, side: .above, limit: 130_00, delay: .seconds(10), beats: 5)
        /// SpO2 below 90 % for 15 s.
        public static let spO2Low = Configuration(quantity: .spO2, side: .below, limit: 90_00, delay: .seconds(15))
        /// SpO2 below 85 % for 5 s: a desaturation that cannot wait.
        public static let spO2Desaturation = Configuration(
            quantity: .spO2, side: .below, limit: 85_00, delay: .seconds(5))
    }

    /// On which side of its limit a value is in alarm.
    public enum Side: UInt8, CaseIterable, Hashable, Sendable {
        /// A low alarm.
        case below
        /// A high alarm.
        case above

        /// The name in records and in text.
        public var name: String {
            switch self {
            case .below: "below"
            case .above: "above"
            }
        }
    }
}

extension LimitDetector.Configuration {
    /// Where a value lies.
    enum Position { case beyond, between, back }

    func position(of value: Int32) -> Position {
        // In 64 bits: a limit near the end of the range plus its hysteresis must not trap.
        let excess = side == .below ? Int64(limit) - Int64(value) : Int64(value) - Int64(limit)
        if excess > 0 { return .beyond }
        return -excess >= Int64(max(hysteresis, 0)) ? .back : .between
    }

    /// The value that would change the state: the limit, or when active the limit with its hysteresis.
    func threshold(isActive: Bool) -> Int64 {
        guard isActive else { return Int64(limit) }
        let step = Int64(max(hysteresis, 0))
        return Int64(limit) + (side == .below ? step : -step)
    }
}
