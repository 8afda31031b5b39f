import Foundation
import Testing
import VitalsSimulation

/// T1 to T4 in a form that a debug build can carry; scripts/torture runs `vitalsctl simulate` for the whole.
///
/// Each test in a process of its own: SQLite has one set of dice a process, and waits for no lock while a simulation runs.
@Suite("Simulated worlds (T1, T4)")
struct SimulationTests {
    /// Seeds of the short form.
    static let seeds = ProcessInfo.processInfo.environment["VITALS_SIMULATION_SEEDS"].flatMap(UInt64.init) ?? 4

    static func report(_ seed: UInt64, hours: Double = 0.05, bug: PlantedBug? = nil) throws -> SimulationReport {
        var settings = SimulationSettings(seed: seed)
        settings.hours = hours
        settings.sensors = 3
        settings.bug = bug
        return try Simulation(settings).run()
    }

    @Test("No world breaks a promise")
    func worlds() async {
        await #expect(processExitsWith: .success) {
            var series = SimulationSeries()
            for seed in 1...Self.seeds { series.add(try Self.report(seed)) }
            #expect(series.failures.isEmpty, "\(series.failures)")
            #expect(series.records > 0 && series.values > 0)
        }
    }

    @Test("The same seed does the same, to the last step")
    func deterministic() async {
        await #expect(processExitsWith: .success) {
            let first = try Self.report(2)
            let second = try Self.report(2)
            #expect(first.trace == second.trace)
            #expect(first.steps == second.steps)
            #expect(first.reach == second.reach)
            #expect(try Self.report(3).trace != first.trace)
        }
    }

    @Test("Planted bugs are found in a few worlds")
    func planted() async {
        await #expect(processExitsWith: .success) {
            for bug in [PlantedBug.publishesBeforeCommit, .doublesValues] {
                let isFound = try (1...12 as ClosedRange<UInt64>).contains { seed in
                    try !Self.report(seed, hours: 0.02, bug: bug).violations.isEmpty
                }
                #expect(isFound, "\(bug)")
            }
        }
    }

    @Test("What reads along is told of faults, starts and notices")
    func told() async {
        await #expect(processExitsWith: .success) {
            var settings = SimulationSettings(seed: 2)
            settings.hours = 0.02
            settings.sensors = 1
            let simulation = try Simulation(settings)
            var lines: [String] = []
            simulation.onEvent = { lines.append($0) }
            _ = simulation.run()
            #expect(lines.first?.hasPrefix("00:00:00.000  ") == true)
            #expect(lines.contains { $0.contains("process 1 starts on boot-1") })
        }
    }
}
