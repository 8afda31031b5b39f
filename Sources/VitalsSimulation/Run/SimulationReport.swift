/// What became of one run.
public struct SimulationReport: Sendable {
    /// The seed.
    public let seed: UInt64
    /// What must never happen and did, in order of time.
    public internal(set) var violations: [Violation] = []
    /// A hash over everything that happened: equal for equal settings.
    public internal(set) var trace: UInt64 = 0
    /// Moments of virtual time at which something happened.
    public internal(set) var steps = 0
    /// Virtual microseconds.
    public internal(set) var virtualMicroseconds: Int64 = 0
    /// Records that were promised.
    public internal(set) var records = 0
    /// Values of sensors that were promised.
    public internal(set) var values = 0
    /// Copies that the receiver discarded.
    public internal(set) var copies = 0
    /// How often each fault happened, and each branch of recovery was taken, by name.
    public internal(set) var reach: [String: Int] = [:]

    init(seed: UInt64) { self.seed = seed }
}
