public import VitalsModel

/// Everything that decides how the gateway makes and keeps its links.
public struct LinkConfiguration: Hashable, Sendable {
    /// The adapters that may be used, by name (`hci0`) or address; empty: all.
    public var adapters: [AdapterChoice] = []
    /// Links that one adapter keeps at a time, 1 to 32.
    public var slots = 5
    /// When all slots are taken, how long a sensor keeps its link while another one of the same priority waits.
    public var rotation = MonotonicTime.Span.seconds(300)
    /// Sensors that are admitted because the gateway holds a bond with them.
    public var admitsBonded = false
    /// Sensors that are admitted because they advertise one of these services; empty: none for this reason.
    public var admittedServices: [BluetoothUUID] = []
    /// Silence of a subscribed stream after which it is subscribed to again; each further step takes as long again.
    public var stale = MonotonicTime.Span.seconds(10)
    /// Silence of an adapter that listens after which it is recovered, at most 90 s.
    public var adapterSilence = MonotonicTime.Span.seconds(60)
    /// Whether the controller may be reset as the last step.
    public var resetsAdapter = false
    /// How often the quality of a link is reported.
    public var qualityInterval = MonotonicTime.Span.seconds(300)
    /// What applies to every sensor without settings of its own.
    public var standard = SensorLink()
    /// The listed sensors, which are always admitted.
    public var sensors: [SensorAddress: SensorLink] = [:]

    /// The defaults.
    public init() {}

    /// The same within the bounds that the supervisor relies on.
    var bounded: LinkConfiguration {
        var bounded = self
        bounded.slots = min(max(slots, 1), LinkLimits.slotsMax)
        bounded.rotation = max(rotation, LinkLimits.spanMin)
        bounded.stale = max(stale, LinkLimits.spanMin)
        bounded.adapterSilence = min(
            max(adapterSilence, LinkLimits.spanMin), LinkLimits.adapterSilenceConfiguredMax)
        bounded.qualityInterval = max(qualityInterval, LinkLimits.spanMin)
        return bounded
    }

    /// What applies to a sensor.
    public func link(of sensor: SensorAddress) -> SensorLink { sensors[sensor] ?? standard }

    /// One adapter, by what does not change or by what is short.
    public enum AdapterChoice: Hashable, Sendable {
        /// By the kernel's index.
        case index(AdapterIndex)
        /// By its public address.
        case address(SensorAddress)
    }
}

/// How the link to one sensor is made and kept.
public struct SensorLink: Hashable, Sendable {
    /// Who gets a connection slot first: the higher number. 0 to 9.
    public var priority = 5
    /// Whether the sensor is read only over a bond.
    public var requiresBond = false
    /// How notifications are subscribed to first; the other way is tried when it fails, and remembered.
    public var method = SubscriptionMethod.startNotify
    /// Whether spot checks that the sensor stores are fetched at each connection.
    public var fetchesStoredRecords = true
    /// Whether fetched records are deleted on the sensor once they are durable here.
    public var deletesStoredRecords = false
    /// Whether the sensor's clock is set to the gateway's, when that one is synchronised.
    public var setsClock = false

    /// The defaults.
    public init() {}
}
