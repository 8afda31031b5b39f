public import VitalsModel

/// What is known of a link beyond that it is up or down. Recordings hold none of these.
public enum LinkReport: Hashable, Sendable {
    /// A trouble of the sensor's link, of the adapter or of the Bluetooth service began or ended. The detail names the
    /// adapter, the missing characteristic or the service's own words; never a value.
    case condition(LinkCondition, isPresent: Bool, detail: String?)
    /// A step of recovery is taken; `count` is how often this step was taken since the gateway started, this one included.
    case recovery(LinkRecovery, count: Int, detail: String?)
    /// How good the link was since the last such report.
    case quality(LinkQuality)
}

/// A trouble with links that somebody may have to mend. The names stand in records and topics.
public enum LinkCondition: String, CaseIterable, Hashable, Sendable {
    /// The Bluetooth service does not run (its name on the bus has no owner).
    case serviceDown = "bluetooth-service-down"
    /// A configured adapter is not there, or is off and cannot be switched on.
    case adapterMissing = "adapter-missing"
    /// The adapter hears nothing, and no step of recovery mended it.
    case adapterSilent = "adapter-silent"
    /// Discovery cannot be started, or goes on although nobody here asked for it.
    case discoveryStuck = "discovery-stuck"
    /// All connection slots of the adapter are taken by others.
    case noSlot = "no-connection-slot"
    /// The sensor lost its bond, or refuses it: it has to be paired again.
    case pairingNeeded = "pairing-needed"
    /// The sensor's GATT table lacks what it should offer, also after it was read anew.
    case tableIncomplete = "gatt-table-incomplete"
    /// Connected and subscribed, and all steps of recovery brought no value.
    case silent = "connected-without-data"
    /// The sensor refuses to be subscribed to.
    case subscriptionRefused = "subscription-refused"
    /// Connecting to this sensor ends the Bluetooth service again and again; it is tried at growing intervals.
    case crashesService = "crashes-bluetooth-service"
}

/// A step of recovery, from the mildest up. The names stand in records.
public enum LinkRecovery: String, CaseIterable, Hashable, Sendable {
    /// Unsubscribe, subscribe again.
    case resubscribe
    /// Disconnect, connect again.
    case reconnect
    /// Forget what the Bluetooth service remembers of the sensor, so that its GATT table is read anew.
    case rediscover
    /// Stop discovery, start it again.
    case restartDiscovery = "restart-discovery"
    /// Switch the adapter off and on.
    case powerCycle = "power-cycle"
    /// Reset the controller.
    case reset
}

/// How good a link was over a span of time.
public struct LinkQuality: Hashable, Sendable {
    /// The last received signal strength, dBm; nil when none was heard.
    public var rssi: Int8?
    /// The adapter that the link is on, such as `hci0`.
    public var adapter: String
    /// Values received in the span.
    public var values: Int
    /// Connections made since the gateway started.
    public var connections: Int
    /// Attempts that failed since the gateway started.
    public var failures: Int
    /// From the decision to connect to the last subscription, for the current connection.
    public var setup: MonotonicTime.Span?

    /// A report.
    public init(
        rssi: Int8?, adapter: String, values: Int, connections: Int, failures: Int, setup: MonotonicTime.Span?
    ) {
        self.rssi = rssi
        self.adapter = adapter
        self.values = values
        self.connections = connections
        self.failures = failures
        self.setup = setup
    }
}
