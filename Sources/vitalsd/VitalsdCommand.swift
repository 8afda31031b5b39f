import ArgumentParser
import VitalsDaemon

/// The daemon's command line: arguments and exit statuses, nothing else.
@main
struct VitalsdCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "vitalsd",
        abstract: "The wearable-sensor gateway: reads sensors, judges them, keeps everything, publishes over MQTT.",
        discussion: """
            Runs until it gets SIGTERM or SIGINT, or, with a recorded source, until all of it is published. \
            A stop is clean: what is received is kept, and the exit status is 0.

            Try it:
              vitalsd --print-config > vitalsd.toml   add a [[sensor]], or set source.path
              vitalsd --config vitalsd.toml --check   says what is wrong with it
              vitalsd --config vitalsd.toml

            Exit statuses: 0 clean, 64 usage, 65 bad input, 69 service unavailable, 70 internal, 73 cannot create, \
            74 I/O, 78 configuration.
            """,
        version: Version.text)

    @Option(name: .long, help: ArgumentHelp("The configuration, TOML.", valueName: "file"))
    var config: String?

    @Option(
        name: .long,
        help: ArgumentHelp(
            "Overrides kernels.level: auto, scalar, baseline, x86-64-v3, x86-64-v4 or arm64.", valueName: "level"))
    var kernels: String?

    @Flag(name: .long, help: "Read the configuration, say what is wrong with it, and stop.")
    var check = false

    @Flag(name: .long, help: "Print a configuration with every key, its default and its unit, and stop.")
    var printConfig = false

    func validate() throws {
        guard printConfig || config != nil else {
            throw ValidationError("--config FILE is needed; vitalsd --print-config writes one to start from.")
        }
    }

    func run() throws {
        if printConfig {
            print(ConfigurationTemplate.text, terminator: "")
            return
        }
        guard let config else { return }
        let status = DaemonMain.run(configurationFile: config, kernels: kernels, checkOnly: check)
        if check && status == ExitStatus.ok { print("\(config): OK") }
        throw ExitCode(status)
    }
}
