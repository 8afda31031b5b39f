/// The radio link of a sensor and the rhythm of its notifications.
public struct LinkParameters: Hashable, Sendable {
    /// Time between measurements, on the sensor's own clock.
    public var period = ScenarioSpan.seconds(1)
    /// Connection interval in milliseconds: a notification waits for the next connection event.
    public var connectionInterval: ScenarioNumber = 30
    /// Most that the host adds before the gateway stamps a notification, in milliseconds.
    public var jitter: ScenarioNumber = 8
    /// Share of notifications in % that the radio delivers only in a later connection event.
    public var retransmitted: ScenarioNumber = 1

    /// A link as BlueZ sets one up.
    public init() {}
}

extension LinkParameters: Decodable {
    /// The keys of a `[sensor.link]` table.
    enum CodingKeys: String, CodingKey, CaseIterable {
        case period
        case connectionInterval = "connection_interval"
        case jitter, retransmitted
    }

    /// Reads what is given and keeps the defaults of the rest.
    public init(from decoder: any Decoder) throws {
        let keys = try decoder.container(keyedBy: CodingKeys.self)
        self.init()
        period = try keys.span(.period, period)
        connectionInterval = try keys.number(.connectionInterval, connectionInterval)
        jitter = try keys.number(.jitter, jitter)
        retransmitted = try keys.number(.retransmitted, retransmitted)
    }
}
