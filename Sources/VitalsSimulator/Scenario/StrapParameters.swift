/// What a strap puts into its Heart Rate Measurement (2A37).
public struct StrapParameters: Hashable, Sendable {
    /// The contact bits are supported.
    public var contact = true
    /// RR intervals are sent.
    public var intervals = true
    /// Most intervals of a packet; when more are due, a further packet follows one connection interval later.
    public var intervalsMax: Int64 = 9
    /// Energy expended is sent in every tenth packet.
    public var energyExpended = false
    /// The heart rate is sent in 16 bits instead of 8.
    public var wide = false
    /// The heart rate falls while no beat comes, instead of being held.
    public var decay = false

    /// A chest strap.
    public init() {}
}

extension StrapParameters: Decodable {
    /// The keys of a `[sensor.strap]` table.
    enum CodingKeys: String, CodingKey, CaseIterable {
        case contact, intervals, wide, decay
        case intervalsMax = "intervals_max"
        case energyExpended = "energy_expended"
    }

    /// Reads what is given and keeps the defaults of the rest.
    public init(from decoder: any Decoder) throws {
        let keys = try decoder.container(keyedBy: CodingKeys.self)
        self.init()
        contact = try keys.flag(.contact, contact)
        intervals = try keys.flag(.intervals, intervals)
        intervalsMax = try keys.whole(.intervalsMax, intervalsMax)
        energyExpended = try keys.flag(.energyExpended, energyExpended)
        wide = try keys.flag(.wide, wide)
        decay = try keys.flag(.decay, decay)
    }
}
