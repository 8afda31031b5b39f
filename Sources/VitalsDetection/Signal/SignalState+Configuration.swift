public import VitalsModel

extension SignalState {
    /// The bounds of the states.
    public struct Configuration: Hashable, Sendable {
        /// The gap that makes a stream stale, unless 3 RR are longer.
        public var staleAfter: MonotonicTime.Span
        /// How long a stream may be without a first notification after the link came up.
        public var firstNotificationWithin: MonotonicTime.Span
        /// How long one packet may repeat when it carries fields that always vary: RR, pulse amplitude index.
        public var frozenAfter: MonotonicTime.Span
        /// How long it may repeat when it carries a smoothed number alone.
        public var frozenAfterWithoutVaryingField: MonotonicTime.Span
        /// How long equal RR intervals have to last, in sum, to be flat.
        public var flatAfter: MonotonicTime.Span
        /// How many of them there have to be: the resolution of 1/1024 s makes 2 or 3 equal ones common.
        public var flatBeats: Int

        /// Bounds, by default those of a heart-rate stream.
        public init(
            staleAfter: MonotonicTime.Span = .seconds(3), firstNotificationWithin: MonotonicTime.Span = .seconds(10),
            frozenAfter: MonotonicTime.Span = .seconds(60),
            frozenAfterWithoutVaryingField: MonotonicTime.Span = .seconds(300),
            flatAfter: MonotonicTime.Span = .seconds(10), flatBeats: Int = 8
        ) {
            self.staleAfter = staleAfter
            self.firstNotificationWithin = firstNotificationWithin
            self.frozenAfter = frozenAfter
            self.frozenAfterWithoutVaryingField = frozenAfterWithoutVaryingField
            self.flatAfter = flatAfter
            self.flatBeats = flatBeats
        }

        /// Heart Rate Measurement.
        public static let heartRate = Configuration()
        /// PLX Continuous Measurement: SpO2 and pulse rate are smoothed over seconds and stand still for minutes.
        public static let oximetry = Configuration(
            frozenAfter: .seconds(300), frozenAfterWithoutVaryingField: .seconds(600))

        func frozenBound(_ repetition: Repetition) -> MonotonicTime.Span {
            repetition.hasVaryingField ? frozenAfter : frozenAfterWithoutVaryingField
        }
    }

    /// What a stream can be in; see the table at `SignalState`.
    public enum State: UInt8, CaseIterable, Hashable, Sendable {
        /// Numbers are live.
        case streaming
        /// The link is up and nothing came yet.
        case waiting
        /// The sensor does not touch the skin.
        case noContact
        /// Not a measurement.
        case invalid
        /// The sensor has contact or cannot tell, and sends a rate of 0.
        case noReading
        /// The sensor repeats one packet.
        case frozen
        /// RR intervals without any variation.
        case flat
        /// The sensor doubts its value.
        case questionable
        /// Notifications stopped while the link is up.
        case stale
        /// No link.
        case linkDown

        /// The name in records and in text.
        public var name: String {
            switch self {
            case .streaming: "streaming"
            case .waiting: "waiting"
            case .noContact: "no-contact"
            case .invalid: "invalid"
            case .noReading: "no-reading"
            case .frozen: "frozen"
            case .flat: "flat"
            case .questionable: "questionable"
            case .stale: "stale"
            case .linkDown: "link-down"
            }
        }

        /// What the detectors of this stream's numbers are told; nil while the numbers are live.
        public var refusal: Refusal? {
            switch self {
            case .streaming: nil
            case .waiting: .noDataYet
            case .noContact: .sensorOff
            case .invalid: .invalidValue
            case .noReading, .stale: .signalLost
            case .frozen: .frozenSignal
            case .flat: .flatSignal
            case .questionable: .questionableSignal
            case .linkDown: .linkDown
            }
        }
    }

    /// The stream's state after one event with everything that it was made from.
    public struct Output: Hashable, Sendable, DetectorOutput {
        /// The state.
        public var state: State
        /// The state before, when this event changed it.
        public var previous: State?
        /// When the state began, in data time.
        public var since: MonotonicTime
        /// How long the stream was silent before this notification, when that is an interruption; negative when time
        /// stepped back.
        public var gap: MonotonicTime.Span?
        /// When the packet that the sensor has been sending since came first; nil without a packet.
        public var repeatedSince: MonotonicTime?
        /// How many RR intervals in a row, up to the last, are equal.
        public var repeatedIntervals: Int
        /// When the stream becomes stale if nothing arrives.
        public var deadline: MonotonicTime?

        /// The state's name.
        public var decisionName: String { state.name }

        /// What the detectors of this stream's numbers are told.
        public var refusal: Refusal? { state.refusal }

        /// `deadlineMicroseconds`, `equalIntervals`, `gapMicroseconds`, `repeatedSinceMicroseconds`,
        /// `sinceMicroseconds`.
        public func trace(_ visit: (_ member: String, _ value: Int64) -> Void) {
            if let deadline { visit("deadlineMicroseconds", deadline.microseconds) }
            visit("equalIntervals", Int64(repeatedIntervals))
            if let gap { visit("gapMicroseconds", gap.microseconds) }
            if let repeatedSince { visit("repeatedSinceMicroseconds", repeatedSince.microseconds) }
            visit("sinceMicroseconds", since.microseconds)
        }
    }
}
