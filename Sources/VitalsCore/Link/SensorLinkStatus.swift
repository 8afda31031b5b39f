public import VitalsModel

/// How the link to one sensor stands, for health output.
public struct SensorLinkStatus: Hashable, Sendable {
    /// The sensor.
    public var sensor: SensorAddress
    /// The adapter of its link, or of the attempt to make one.
    public var adapter: AdapterIndex?
    /// What is done with it.
    public var phase: LinkPhase
    /// What it waits for, in the phase `waiting`.
    public var wait: LinkWait?
    /// The conditions that are present.
    public var conditions: [LinkCondition]
    /// The strength that it was heard with last, dBm.
    public var rssi: Int8?
    /// Whether the gateway holds a bond with it.
    public var isBonded: Bool
    /// When it was heard last without a link.
    public var lastHeard: MonotonicTime?
    /// When its last value came.
    public var lastValue: MonotonicTime?
    /// What was counted since the gateway started.
    public var counters: LinkCounters
}
