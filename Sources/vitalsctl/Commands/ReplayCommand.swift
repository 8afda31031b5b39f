import ArgumentParser
import VitalsTools

struct ReplayCommand: ToolCommand {
    static let configuration = CommandConfiguration(
        commandName: "replay",
        abstract: "Play recordings through the engine and print every record as a line of JSON.",
        discussion: """
            The same recordings give the same bytes, on any processor, with any kernels and at any speed. Several \
            files are played one after the other, each as a run of its own; sequences go on. A damaged recording is \
            played up to the damage; then the error is told and the exit status is 65.

            The digest is the SHA-256 of the record lines, each with the line feed at its end. Trace lines are never \
            in it.

            With --journal the records are also kept in a journal, durably. What it holds of these runs already is \
            compared and skipped, so that an interrupted replay can be given again.

            Example:
              vitalsctl replay night.jsonl.gz --kernels scalar --digest

            Exit statuses: 65 damaged or unknown recording, or a journal with other records; 64 unknown kernels; \
            78 wrong configuration.
            """)

    @Argument(help: ArgumentHelp("Captures: btsnoop, JSON Lines, or either gzipped.", valueName: "file"))
    var files: [String]

    @Option(
        help: ArgumentHelp("A configuration of vitalsd, for its detection, sensors and gateway.", valueName: "file"))
    var config: String?

    @Option(
        help: ArgumentHelp(
            "The vector code: auto, scalar, baseline, x86-64-v3, x86-64-v4 or arm64. It changes no byte.",
            valueName: "name"))
    var kernels: String?

    @Flag(help: "Print every evaluation of a detector too, between the records.")
    var trace = false

    @Option(
        help: ArgumentHelp(
            "Print the evaluations of this detector only; repeat it for several.", valueName: "name"))
    var traceDetector: [String] = []

    @Flag(help: "Print the digest of the record lines alone.")
    var digest = false

    @Option(help: ArgumentHelp("Keep the records in this journal too.", valueName: "file"))
    var journal: String?

    @Option(help: ArgumentHelp("Times real time; 0 is as fast as possible.", valueName: "n"))
    var speed = 0.0

    func validate() throws {
        guard speed >= 0, speed.isFinite else { throw ValidationError("--speed must be 0 or more.") }
        let known = ReplayOptions.detectors
        for name in traceDetector where !known.contains(name) {
            throw ValidationError("There is no detector \"\(name)\"; there are: \(known.joined(separator: ", ")).")
        }
    }

    func perform() throws {
        var options = ReplayOptions(files: files)
        options.configuration = config
        options.kernels = kernels
        options.isTracing = trace || !traceDetector.isEmpty
        options.tracedDetectors = traceDetector
        options.wantsDigest = digest
        options.journal = journal
        options.speed = speed
        try Replay(options, output: DescriptorOutput.standard(), notes: DescriptorOutput.standardError()).run()
    }
}
