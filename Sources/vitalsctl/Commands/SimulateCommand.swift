import ArgumentParser
import VitalsSimulation
import VitalsTools

struct SimulateCommand: ToolCommand {
    static let configuration = CommandConfiguration(
        commandName: "simulate",
        abstract: "Run the gateway in simulated worlds in which everything fails, and check its promises.",
        discussion: """
            Each seed is a world: the production engine, journal (real SQLite on a simulated disk), uplink and link
            supervisor with simulated clocks, sensors, radio and broker, in virtual time and on one thread. The seed
            chooses what fails and when: power cuts with torn writes, kills, full and failing disks, clock steps of ten
            years, brokers that refuse, never answer or answer wrongly, lost links. First anything may fail; then nothing
            does, and everything has to be delivered. What must never happen is looked at all the time (invariants I1 to
            I9, docs/simulation.md). The same seed and build do the same (two runs have the same trace).

            Examples:
              vitalsctl simulate --seed 7 --trace            one world, told line by line
              vitalsctl simulate --seeds 1..300              many, and what was reached
              vitalsctl simulate --plant all --seeds 1..200  does it find planted bugs?

            Ctrl-C ends a series after the seed that is under way; it says what it has run.

            A violation names the seed, the virtual time, the invariant, and the command that does it again.
            Exit statuses: 0 nothing was found (with --plant: every bug was), 70 something was.
            """)

    @Option(help: ArgumentHelp("One seed.", valueName: "n"))
    var seed: UInt64?

    @Option(help: ArgumentHelp("Seeds from a to b.", valueName: "a..b"))
    var seeds: SeedRange?

    @Option(help: ArgumentHelp("Virtual hours in which anything may fail, up to 24.", valueName: "hours"))
    var hours = 1.0

    @Option(help: ArgumentHelp("Sensors, up to 64.", valueName: "n"))
    var sensors = 8

    @Option(
        help: ArgumentHelp(
            "A bug to be found, or 'all': \(PlantedBug.allCases.map(\.rawValue).joined(separator: ", ")).",
            valueName: "bug"))
    var plant: String?

    @Flag(help: "Tell everything that happens, for a single seed.")
    var trace = false

    @Flag(help: "Say the outcome as one JSON object.")
    var json = false

    @Option(
        help: ArgumentHelp(
            "A file of seeds that failed once, perhaps empty: they run first, and a new one is added.",
            valueName: "file"))
    var regressions: String?

    func validate() throws {
        guard (seed == nil) != (seeds == nil) else { throw ValidationError("Give either --seed or --seeds.") }
        guard hours > 0, hours <= VitalsSimulationLimits.hoursMax else {
            throw ValidationError("--hours is above 0 and up to \(Int(VitalsSimulationLimits.hoursMax)).")
        }
        guard (1...VitalsSimulationLimits.sensorsMax).contains(sensors) else {
            throw ValidationError("--sensors is 1 to \(VitalsSimulationLimits.sensorsMax).")
        }
        guard !trace || seed != nil else { throw ValidationError("--trace needs --seed: it tells one world.") }
        guard plant == nil || plant == "all" || PlantedBug(rawValue: plant ?? "") != nil else {
            throw ValidationError("No bug is called '\(plant ?? "")'; see --help for the names.")
        }
    }

    func perform() throws {
        Interruption.watch()
        var options = SimulateOptions(seeds: seeds?.range ?? (seed ?? 1)...(seed ?? 1))
        options.hours = hours
        options.sensors = sensors
        options.bugs =
            plant == "all" ? PlantedBug.allCases : plant.flatMap { PlantedBug(rawValue: $0) }.map { [$0] } ?? []
        options.traces = trace
        options.isJSON = json
        options.regressions = regressions
        guard try Simulate(options, output: DescriptorOutput.standard()).run() else { throw ExitCode(70) }
    }
}

/// `1..300`.
struct SeedRange: ExpressibleByArgument {
    let range: ClosedRange<UInt64>

    init?(argument: String) {
        let parts = argument.split(separator: ".", omittingEmptySubsequences: true)
        guard parts.count == 2, let first = UInt64(parts[0]), let last = UInt64(parts[1]), first <= last,
            last - first < 1_000_000
        else { return nil }
        range = first...last
    }
}
