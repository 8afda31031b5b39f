import ArgumentParser
import VitalsTools

struct ExplainCommand: ToolCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain",
        abstract: "Say why a finding or an alarm came to be, and judge it again from the journal.",
        discussion: """
            Shows the window that was judged, every number of the judgement with its unit and meaning, the detector's \
            version and the configuration. Then the engine is given again what the journal shows that it was given, \
            and what it makes is compared with what stands there, bit for bit.

            The settings of the run stand in the journal; with --config they have to be the same. It works while the \
            daemon writes, and changes nothing.

            Example:
              vitalsctl journal alarms journal.db
              vitalsctl explain 4712 --journal journal.db

            Exit statuses: 0 the same bits, 1 not the same or not judged again; 65 there is no such finding or alarm; \
            64 usage; 78 wrong configuration.
            """)

    @Argument(help: ArgumentHelp("The finding or alarm: SEQUENCE, or EPOCH:SEQUENCE.", valueName: "id"))
    var record: String

    @Option(help: ArgumentHelp("The journal. Left out, that of the configuration.", valueName: "file"))
    var journal: String?

    @OptionGroup var key: JournalKeyOption

    @Option(help: ArgumentHelp("The configuration that the run was made with.", valueName: "file"))
    var config: String?

    @Option(
        help: ArgumentHelp(
            "The vector code: auto, scalar, baseline, x86-64-v3, x86-64-v4 or arm64. It changes no bit.",
            valueName: "name"))
    var kernels: String?

    @Flag(help: "Print one JSON object.")
    var json = false

    func perform() throws {
        var options = ExplainOptions(record: record)
        options.journal = journal
        options.protection = try key.protection()
        options.configuration = config
        options.kernels = kernels
        options.wantsJSON = json
        guard try Explain(options, output: DescriptorOutput.standard()).run() else { throw ExitCode.failure }
    }
}
