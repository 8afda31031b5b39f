import VitalsDisk
import VitalsModel

/// What goes wrong in one run, and how often: the seed chooses (swarm testing: Groce and others, ISSTA 2012), since a run
/// in which everything fails all the time never reaches what lies behind a success.
struct SimulationPlan: Sendable {
    /// The mean time between two faults of a kind that is on.
    private(set) var intervals: [FaultKind: MonotonicTime.Span] = [:]
    /// How long a lasting fault lasts at most.
    let spanMax: MonotonicTime.Span

    init(seed: UInt64, hours: Double) {
        var random = DiskRandom(seed: seed ^ 0x5157_4152_4D00_0001)
        spanMax = .seconds(Int64([20, 60, 180, 600][random.below(4)]))
        // One run in twelve has no faults at all: what is wrong there is wrong always.
        guard !random.once(in: 12) else { return }
        let share = 1 + random.below(3)
        for kind in FaultKind.allCases where random.below(4) < share {
            let seconds = [45.0, 120, 400, 1_200][random.below(4)]
            // A short run has its faults closer together, or it would have none.
            intervals[kind] = .milliseconds(Int64(seconds * 1_000 * min(1, max(hours, 0.05))))
        }
    }
}
