import VitalsCore
public import VitalsModel

/// How the journal is published.
public struct UplinkSettings: Hashable, Sendable {
    /// The broker.
    public var mqtt: MQTTSettings
    /// The name under which the journal keeps what was acknowledged: another name publishes everything anew.
    public var sink = "mqtt"
    /// How long the broker may leave a record unacknowledged before the connection is dropped.
    public var acknowledgementDeadline = UplinkLimits.acknowledgementDeadline

    /// Settings with the usual deadline.
    public init(mqtt: MQTTSettings) { self.mqtt = mqtt }
}
