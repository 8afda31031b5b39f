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
    /// Records a second that the backlog never exceeds.
    public var backlogRateMax = UplinkLimits.backlogRateMax
    /// How long the commit of an alarm may take before the alarm is published without.
    public var alarmBudget = UplinkLimits.alarmBudget
    /// How often the files of TLS and the password are looked at.
    public var fileWatchInterval = VitalsMQTTLimits.fileWatchInterval
    /// The file of the key that requests and receipts of the far side are signed with; nil: nobody may ask.
    public var requestKeyFile: String?

    /// Settings with the usual deadline.
    public init(mqtt: MQTTSettings) { self.mqtt = mqtt }

    /// The name under which the journal keeps what the far side says it has applied.
    public var appliedSink: String { "\(sink).applied" }
}
