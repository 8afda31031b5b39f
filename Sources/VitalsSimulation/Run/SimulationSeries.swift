/// Many runs, one after the other: what was found, and how often every fault and every branch of recovery was reached.
public struct SimulationSeries: Sendable {
    /// Runs so far.
    public private(set) var runs = 0
    /// Runs with a violation: their seeds and what was found, in order.
    public private(set) var failures: [(seed: UInt64, violations: [Violation])] = []
    /// How often each fault happened, and each branch was taken, over all runs.
    public private(set) var reach: [String: Int] = [:]
    /// Moments at which something happened.
    public private(set) var steps = 0
    /// Records that were promised.
    public private(set) var records = 0
    /// Values of sensors that were promised.
    public private(set) var values = 0
    /// Copies that receivers discarded.
    public private(set) var copies = 0
    /// Virtual microseconds.
    public private(set) var virtualMicroseconds: Int64 = 0
    /// A hash over the hashes of all runs.
    public private(set) var trace: UInt64 = 0

    /// A series without runs.
    public init() {}

    /// Adds a run.
    public mutating func add(_ report: SimulationReport) {
        runs += 1
        if !report.violations.isEmpty { failures.append((report.seed, report.violations)) }
        for (name, count) in report.reach { reach[name, default: 0] += count }
        steps += report.steps
        records += report.records
        values += report.values
        copies += report.copies
        virtualMicroseconds += report.virtualMicroseconds
        var hash = TraceHash()
        hash.add(trace)
        hash.add(report.seed)
        hash.add(report.trace)
        trace = hash.value
    }

    /// Faults and branches by name, each with how often it was reached; those that never were have 0.
    public var reached: [(name: String, count: Int)] {
        (FaultKind.allCases.map(\.rawValue).sorted() + Reach.branches.sorted()).map { ($0, reach[$0] ?? 0) }
    }
}
