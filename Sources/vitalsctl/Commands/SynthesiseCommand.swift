import ArgumentParser
import VitalsTools

struct SynthesiseCommand: ToolCommand {
    static let configuration = CommandConfiguration(
        commandName: "synthesise",
        abstract: "Make a recording of simulated sensors, and the truth of what happened to them.",
        discussion: """
            The same scenario and seed give the same bytes on every machine.

            Example:
              vitalsctl synthesise --scenario fixtures/scenarios/demo-night.toml --seed 1 \\
                --output night.jsonl.gz --truth truth.jsonl

            Exit statuses: 78 the scenario is wrong, with the line; 73 an output cannot be created.
            """)

    @Option(help: ArgumentHelp("What happens to which sensors, TOML.", valueName: "file"))
    var scenario: String

    @Option(help: ArgumentHelp("The seed; left out, the scenario's own.", valueName: "n"))
    var seed: UInt64?

    @Option(
        name: .shortAndLong,
        help: ArgumentHelp("The capture to write, gzipped if it ends in .gz; - is standard output.", valueName: "file"))
    var output: String

    @Option(help: ArgumentHelp("The truth to write, JSON Lines, gzipped if it ends in .gz.", valueName: "file"))
    var truth: String?

    @Flag(help: "Tell every beat of every heart in the truth.")
    var beats = false

    @Flag(help: "Replace the files if they exist.")
    var force = false

    func validate() throws {
        guard truth == nil || truth != output else { throw ValidationError("--output and --truth must differ.") }
    }

    func perform() throws {
        var synthesis = Synthesis(output: output)
        synthesis.seed = seed
        synthesis.truth = truth
        synthesis.includesBeats = beats
        synthesis.replaces = force
        try synthesis.run(scenario: scenario, standard: DescriptorOutput.standard())
    }
}
