public import VitalsModel

/// What a new run has to know of the journal that it goes on with.
public struct EngineHistory: Hashable, Sendable {
    /// The machine's boot that the monotonic clock belongs to; nil where the clock is that of a recording.
    public var boot: String?
    /// The stamp of the journal's last record, when the gateway was away since; nil where time is that of a recording.
    public var last: Stamp?
    /// The alarms that an earlier run raised and never ended. The new run gives them up: nobody watches them any more.
    public var openAlarms: [OpenAlarm] = []
    /// What earlier runs received and had not in a block when they were killed, in the order in which it came.
    public var arrivals: [Arrival] = []

    /// No history.
    public init() {}

    /// An alarm without an end.
    public struct OpenAlarm: Hashable, Sendable {
        /// The sensor; nil for the gateway.
        public var sensor: SensorAddress?
        /// What it is about.
        public var condition: AlarmCondition
        /// The record that raised it.
        public var sequence: UInt64
        /// Since when it held, on the clock of its own run.
        public var since: MonotonicTime

        /// An alarm.
        public init(sensor: SensorAddress?, condition: AlarmCondition, sequence: UInt64, since: MonotonicTime) {
            self.sensor = sensor
            self.condition = condition
            self.sequence = sequence
            self.since = since
        }
    }
}
