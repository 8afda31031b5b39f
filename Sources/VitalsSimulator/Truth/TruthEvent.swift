public import VitalsModel

/// What really happened, whether or not anything of it was sent: what detectors, gaps and counters are checked against.
public struct TruthEvent: Hashable, Sendable {
    /// When, since the start of the scenario, on the clock that never steps.
    public var time: MonotonicTime
    /// To which sensor; nil for the gateway.
    public var sensor: SensorAddress?
    /// What.
    public var kind: Kind

    /// A truth.
    public init(time: MonotonicTime, sensor: SensorAddress?, kind: Kind) {
        self.time = time
        self.sensor = sensor
        self.kind = kind
    }

    /// What really happened.
    public enum Kind: Hashable, Sendable {
        /// An episode began; `id` numbers the episodes of a sensor, and of the gateway, from 1.
        case episodeBegan(id: Int, EpisodeKind)
        /// An episode ended, with what was counted over it: packets by the time of measurement, which is up to a few
        /// connection intervals before the stamp of their reception. The interval of a pause is in 1/1024 s.
        case episodeEnded(id: Int, EpisodeKind, SensorTally, interval: Int64?)
        /// SpO2 reached the nadir of a desaturation, in hundredths of a percent, without noise.
        case nadir(id: Int, spO2Hundredths: Int64)
        /// The heart beat, and the interval that it ended in 1/1024 s.
        case beat(BeatKind, Rhythm, interval: Int64)
        /// The link came up.
        case linkUp
        /// The link went down.
        case linkDown(reason: String)
        /// A packet was made and did not arrive.
        case dropped(BluetoothUUID, DropCause, intervals: Int, bytes: [UInt8])
        /// A packet arrived too short for what it declares.
        case malformed(BluetoothUUID, intervals: Int, bytes: [UInt8], intended: [UInt8])
        /// The gateway's wall clock stepped or changed its state.
        case clock(stepMicroseconds: Int64, isSynchronised: Bool)
        /// The scenario is over.
        case summary(SensorTally)
    }

    /// Why a packet did not arrive.
    public enum DropCause: String, CaseIterable, Sendable {
        /// An episode of dropped notifications.
        case episode = "dropped-notifications"
        /// The link went down before the next connection event.
        case linkLoss = "link-loss"
        /// The scenario ended first.
        case end = "scenario-end"
    }
}
