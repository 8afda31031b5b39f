import ArgumentParser
import VitalsTools

struct DoctorCommand: ToolCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor",
        abstract: "Check what the gateway needs of its machine, and say what mends it.",
        discussion: """
            Looks at the configuration, the adapter, rfkill, D-Bus and its policy, bluetoothd, the clock, the disk, the \
            journal and the broker. It changes nothing.

            Example:
              sudo -u vitalsd vitalsctl doctor --config /etc/vitalsd/vitalsd.toml

            Exit statuses: 69 something does not work.
            """)

    @Option(help: ArgumentHelp("The configuration of the service.", valueName: "file"))
    var config: String?

    @Flag(help: "Print a line of JSON for each check.")
    var json = false

    func perform() throws {
        let status = try Doctor(configuration: config).run(isJSON: json, to: DescriptorOutput.standard())
        if status != 0 { throw ExitCode(status) }
    }
}
