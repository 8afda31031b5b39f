import VitalsDaemon
import VitalsJSON
import VitalsModel
import VitalsSimulation

/// Runs simulated worlds and says what was found.
public struct Simulate {
    private let options: SimulateOptions
    private let output: any ByteOutput
    private let progress: ProgressLine
    private let began = Clock.now

    /// Runs that a series needs before a fault or a branch that was never reached counts as a fault of the simulation.
    private static let runsForReach = 200

    /// A simulation that writes to an output.
    public init(_ options: SimulateOptions, output: any ByteOutput, progress: ProgressLine? = nil) {
        self.options = options
        self.output = output
        self.progress = progress ?? ProgressLine(isBesideOutput: true)
    }

    /// Runs all; false when something was found that must not be, or a planted bug was not found.
    public func run() throws -> Bool {
        defer { progress.clear() }
        return options.bugs.isEmpty ? try runSeries() : try runBugs()
    }

    private func settings(_ seed: UInt64, _ bug: PlantedBug? = nil) -> SimulationSettings {
        var settings = SimulationSettings(seed: seed)
        settings.hours = options.hours
        settings.sensors = options.sensors
        settings.bug = bug
        return settings
    }

    private func command(_ seed: UInt64, _ bug: PlantedBug? = nil) -> String {
        "vitalsctl simulate --seed \(seed) --hours \(options.hours) --sensors \(options.sensors)"
            + (bug.map { " --plant \($0.rawValue)" } ?? "")
    }

    // MARK: The product as it is

    private func runSeries() throws -> Bool {
        var regressions = try options.regressions.map { try RegressionSeeds(path: $0) }
        let earlier = regressions?.seeds ?? []
        var series = SimulationSeries()
        let all = earlier + options.seeds.filter { !earlier.contains($0) }
        var last: UInt64?
        // A series of hours that is interrupted says what it has run.
        for seed in all where !Interruption.isPending {
            if options.seeds.contains(seed) { last = seed }
            let count = series.runs
            let found = series.failures.count
            progress.update { "simulating seed \(seed): \(count) of \(all.count) runs, \(found) with violations" }
            let simulation = try Simulation(settings(seed))
            if options.traces { simulation.onEvent = { [output] line in try? output.write(line + "\n") } }
            let report = simulation.run()
            series.add(report)
            guard let first = report.violations.first else { continue }
            try regressions?.add(seed, "\(first.invariant) \(first.text)")
            progress.clear()
            guard !options.isJSON else { continue }
            for violation in report.violations {
                try output.write("seed \(seed)  \(violation.invariant)  \(violation.clock)  \(violation.text)\n")
            }
            try output.write("  again: \(command(seed)) --trace\n")
        }
        progress.clear()
        let seeds = options.seeds.lowerBound...max(options.seeds.lowerBound, last ?? options.seeds.lowerBound)
        try output.write(options.isJSON ? json(series, seeds) : text(series))
        if Interruption.isPending, !options.isJSON { try output.write("interrupted after seed \(seeds.upperBound)\n") }
        return series.failures.isEmpty && unreached(series).isEmpty
    }

    /// What was never reached, in a series that is long enough to say so.
    private func unreached(_ series: SimulationSeries) -> [String] {
        series.runs < Self.runsForReach ? [] : series.reached.filter { $0.count == 0 }.map(\.name)
    }

    private func text(_ series: SimulationSeries) -> String {
        var table = TextTable([("fault or branch of recovery", .left), ("reached", .right)])
        for (name, count) in series.reached { table.add([name, "\(count)"]) }
        let hours = series.virtualMicroseconds / 3_600_000_000
        return table.text
            + """
            \(series.runs) runs, \(hours) virtual hours, \(series.steps) steps, trace \(Self.digits(series.trace))
            \(series.records) records and \(series.values) values promised, \(series.copies) second copies discarded
            \(series.failures.count) runs with violations

            """
    }

    private static func digits(_ number: UInt64) -> String {
        let digits = String(number, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }

    /// One line for docs/reliability.md, as every suite writes it.
    private func json(_ series: SimulationSeries, _ seeds: ClosedRange<UInt64>) -> String {
        var writer = JSONWriter()
        let unreached = unreached(series)
        let seconds = (Clock.now - began).microseconds / 1_000_000
        writer.object { json in
            json.name("counts")
            json.object { json in
                let counts: [(String, Int)] =
                    [
                        ("records", series.records), ("runs", series.runs), ("second copies", series.copies),
                        ("steps", series.steps), ("values", series.values),
                        ("violations", series.failures.reduce(0) { $0 + $1.violations.count }),
                        ("virtual hours", Int(series.virtualMicroseconds / 3_600_000_000)),
                    ] + series.reached.map { ("reached " + $0.name, $0.count) }
                for (name, count) in counts.sorted(by: { $0.0 < $1.0 }) { json.member(name, count) }
            }
            json.name("goals")
            json.array { json in
                json.object { json in
                    json.member("holds", series.failures.isEmpty)
                    json.member("line", "\(series.runs) runs of \(options.hours) virtual hours: 0 violations")
                    json.member("value", "\(series.failures.count) runs with violations")
                }
                json.object { json in
                    json.member("holds", unreached.isEmpty)
                    json.member("line", "every fault and every branch of recovery was reached")
                    json.member("value", unreached.isEmpty ? "all" : "not: \(unreached.joined(separator: ", "))")
                }
            }
            json.member("seconds", seconds)
            json.member("seed", "\(seeds.lowerBound)..\(seeds.upperBound)")
            json.member("suite", "simulation")
            json.name("tests")
            json.array { json in ["T1", "T3"].forEach { json.value($0) } }
            json.member("trace", Self.digits(series.trace))
        }
        return String(decoding: writer.bytes, as: UTF8.self) + "\n"
    }

    // MARK: Planted bugs

    private func runBugs() throws -> Bool {
        var found: [(bug: PlantedBug, seed: UInt64?, text: String)] = []
        for bug in options.bugs {
            var answer: (UInt64, String)?
            for seed in options.seeds {
                progress.update { "looking for \(bug.rawValue): seed \(seed)" }
                guard let first = try Simulation(settings(seed, bug)).run().violations.first else { continue }
                answer = (seed, "\(first.invariant) \(first.text)")
                break
            }
            progress.clear()
            found.append((bug, answer?.0, answer?.1 ?? "not found"))
            guard !options.isJSON else { continue }
            let place = answer.map { "found with seed \($0.0)" } ?? "NOT FOUND"
            try output.write("\(bug.rawValue): \(place): \(answer?.1 ?? "")\n")
        }
        if options.isJSON { try output.write(json(found)) }
        return found.allSatisfy { $0.seed != nil }
    }

    private func json(_ found: [(bug: PlantedBug, seed: UInt64?, text: String)]) -> String {
        var writer = JSONWriter()
        let count = found.count { $0.seed != nil }
        writer.object { json in
            json.name("counts")
            json.object { json in
                for entry in found.sorted(by: { $0.bug.rawValue < $1.bug.rawValue }) {
                    json.member(entry.bug.rawValue, entry.seed.map { "seed \($0): \(entry.text)" } ?? "not found")
                }
            }
            json.name("goals")
            json.array { json in
                json.object { json in
                    json.member("holds", count == found.count)
                    json.member("line", "every planted bug is found within \(options.seeds.count) seeds")
                    json.member("value", "\(count) of \(found.count)")
                }
            }
            json.member("seconds", (Clock.now - began).microseconds / 1_000_000)
            json.member("seed", "\(options.seeds.lowerBound)..\(options.seeds.upperBound)")
            json.member("suite", "planted-bugs")
            json.name("tests")
            json.array { json in json.value("T4") }
        }
        return String(decoding: writer.bytes, as: UTF8.self) + "\n"
    }
}
