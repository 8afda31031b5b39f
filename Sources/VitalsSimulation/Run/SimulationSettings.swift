/// What a simulation is to be.
public struct SimulationSettings: Hashable, Sendable {
    /// What everything is drawn from.
    public var seed: UInt64
    /// Virtual hours of the phase in which anything may fail.
    public var hours = 1.0
    /// Sensors.
    public var sensors = 8
    /// A bug to be found; nil for the product as it is.
    public var bug: PlantedBug?
    /// What the journal may take, in bytes.
    public var maxBytes: Int64 = 64 << 20

    /// A run of one virtual hour with eight sensors.
    public init(seed: UInt64) { self.seed = seed }
}
