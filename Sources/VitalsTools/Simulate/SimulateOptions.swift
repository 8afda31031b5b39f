public import VitalsSimulation

/// What `vitalsctl simulate` is to do.
public struct SimulateOptions: Sendable {
    /// The seeds, in order.
    public var seeds: ClosedRange<UInt64>
    /// Virtual hours of each run.
    public var hours = 1.0
    /// Sensors of each run.
    public var sensors = 8
    /// Bugs to be found, one after the other; empty: the product as it is.
    public var bugs: [PlantedBug] = []
    /// Whether everything that happens is told; for one seed.
    public var traces = false
    /// Whether the outcome is one JSON object.
    public var isJSON = false
    /// Seeds that failed once, a file: they come first, and new ones are added.
    public var regressions: String?

    /// The runs of some seeds.
    public init(seeds: ClosedRange<UInt64>) { self.seeds = seeds }
}
