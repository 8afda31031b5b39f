import ArgumentParser
import VitalsDaemon

/// The tools' command line: arguments and exit statuses, nothing else.
@main
struct VitalsctlCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "vitalsctl",
        abstract: "Tools around vitalsd: replay recordings, read captures and journals, check what arrives.",
        discussion: """
            Try it, in this order:
              vitalsctl synthesise --scenario fixtures/scenarios/quick.toml \\
                --output night.jsonl.gz
              vitalsctl capture info night.jsonl.gz
              vitalsctl replay night.jsonl.gz | head
              vitalsctl replay night.jsonl.gz --digest

            Exit statuses: 0 done, 64 usage, 65 bad input, 69 service unavailable, 70 internal, 73 cannot create, \
            74 I/O, 78 configuration. What a command was asked for goes to standard output, everything else to \
            standard error.
            """,
        version: Version.text,
        subcommands: [
            ReplayCommand.self, DecodeCommand.self, CaptureCommand.self, SynthesiseCommand.self, JournalCommand.self,
            ReceiveCommand.self, RequestReplayCommand.self, ScanCommand.self, SensorsCommand.self, DoctorCommand.self,
            RecordCommand.self, AdapterCommand.self, ExplainCommand.self, JudgeSeriesCommand.self, SimulateCommand.self,
        ])
}
