public import VitalsModel

extension Desaturation {
    /// One desaturation, confirmed or not.
    public struct Event: Hashable, Sendable {
        /// The first reading that was so far below the baseline.
        public var begin: MonotonicTime
        /// The first reading of the recovery, or where the signal was lost; nil while it lasts.
        public var end: MonotonicTime?
        /// The maximum of the clean signal before it, hundredths of a percent.
        public var baseline: Int32
        /// The least reading so far, hundredths of a percent.
        public var nadir: Int32
        /// Whether SpO2 was below by the second fall for the shortest time.
        public var isDeep: Bool

        /// A desaturation.
        public init(begin: MonotonicTime, end: MonotonicTime?, baseline: Int32, nadir: Int32, isDeep: Bool) {
            self.begin = begin
            self.end = end
            self.baseline = baseline
            self.nadir = nadir
            self.isDeep = isDeep
        }

        /// The fall from the baseline to the nadir, hundredths of a percent.
        public var depth: Int64 { Int64(baseline) - Int64(nadir) }
    }

    /// What a reading comes to.
    public enum Decision: Hashable, Sendable {
        /// No desaturation.
        case stable
        /// Fallen, not for long enough.
        case pending
        /// A desaturation is on.
        case ongoing
        /// The reading could not be judged; a desaturation stays what it was.
        case notAssessed(Refusal)
    }

    /// What changed with a reading.
    public enum Transition: Hashable, Sendable {
        /// The shortest time has passed: this is a desaturation, and it goes on.
        case confirmed(Event)
        /// It is over.
        case ended(Event)
        /// It can no longer be followed. It did not end.
        case abandoned(Event)
    }

    /// The decision on one reading with everything that it was made from.
    public struct Output: Hashable, Sendable, DetectorOutput {
        /// The decision, or why there is none.
        public var decision: Decision
        /// What changed.
        public var transition: Transition?
        /// SpO2, hundredths of a percent; nil when there was none.
        public var value: Int32?
        /// What the reading was compared with, hundredths of a percent; nil before there is a baseline.
        public var baseline: Int32?
        /// The desaturation that is pending or on, or has just ended.
        public var event: Event?
        /// Desaturations so far, also the one that is on.
        public var events: Int64
        /// Those of them that were deep.
        public var deepEvents: Int64
        /// Valid signal so far.
        public var validTime: MonotonicTime.Span

        /// Oxygen desaturation index by the first fall (ODI3 by default): events in an hour of valid signal, in
        /// hundredths, rounded down; nil before an hour of it.
        public var indexHundredths: Int64? { perHour(events) }

        /// Oxygen desaturation index by the second fall (ODI4 by default), likewise.
        public var deepIndexHundredths: Int64? { perHour(deepEvents) }

        /// `stable`, `pending`, `ongoing` or `not-assessed`.
        public var decisionName: String {
            switch decision {
            case .stable: "stable"
            case .pending: "pending"
            case .ongoing: "ongoing"
            case .notAssessed: "not-assessed"
            }
        }

        /// Why the reading was not judged.
        public var refusal: Refusal? {
            if case .notAssessed(let refusal) = decision { refusal } else { nil }
        }

        /// Members in the order of their names; those of the event when there is one.
        public func trace(_ visit: (_ member: String, _ value: Int64) -> Void) {
            if let baseline { visit("baselineHundredths", Int64(baseline)) }
            if let event { visit("beginMicroseconds", event.begin.microseconds) }
            visit("deepEvents", deepEvents)
            if let deepIndexHundredths { visit("deepIndexHundredths", deepIndexHundredths) }
            if let end = event?.end { visit("endMicroseconds", end.microseconds) }
            visit("events", events)
            if let indexHundredths { visit("indexHundredths", indexHundredths) }
            if let event {
                visit("isDeep", event.isDeep ? 1 : 0)
                visit("nadirHundredths", Int64(event.nadir))
            }
            visit("validMicroseconds", validTime.microseconds)
            if let value { visit("valueHundredths", Int64(value)) }
        }

        /// A year of events in hundredths times the microseconds of an hour is below 2^63: 10^6 · 100 · 3.6 · 10^9.
        private func perHour(_ count: Int64) -> Int64? {
            guard validTime >= VitalsDetectionLimits.indexAfter else { return nil }
            let (product, overflow) = count.multipliedReportingOverflow(by: 360_000_000_000)
            return overflow ? nil : product / validTime.microseconds
        }
    }
}
