import ArgumentParser
import VitalsCore
import VitalsDaemon
import VitalsTools

struct ScanCommand: ToolCommand {
    static let configuration = CommandConfiguration(
        commandName: "scan",
        abstract: "Listen for sensors, and print who is around.",
        discussion: """
            Shows what advertises the Heart Rate or the Pulse Oximeter service, the strongest first. Nothing is \
            connected to. A sensor that somebody else is connected to does not advertise.

            Example:
              vitalsctl scan
              vitalsctl scan --seconds 30 --all
              vitalsctl scan --json | jq -r .address

            Exit statuses: 69 no adapter, no bluetoothd, or no permission; 'vitalsctl doctor' says which.
            """)

    @Option(help: ArgumentHelp("How long to listen, 1 to 600.", valueName: "s"))
    var seconds = 10

    @Option(help: ArgumentHelp("One adapter, such as hci0; all by default.", valueName: "name"))
    var adapter: String?

    @Option(help: "bluez: through bluetoothd; att: without it, with CAP_NET_ADMIN.")
    var backend = "bluez"

    @Flag(help: "Show everything that is heard, not only sensors.")
    var all = false

    @Flag(help: "Print a line of JSON for each instead of a table.")
    var json = false

    func validate() throws {
        guard (1...600).contains(seconds) else { throw ValidationError("--seconds must be 1 to 600") }
        guard adapter == nil || adapter.flatMap({ AdapterIndex(name: $0) }) != nil else {
            throw ValidationError("--adapter must be a name such as hci0")
        }
        guard BluetoothSource.Backend(rawValue: backend) != nil else {
            throw ValidationError("--backend must be bluez or att")
        }
    }

    func perform() throws {
        Interruption.watch()
        let options = ScanOptions(
            seconds: seconds, adapter: adapter.flatMap { AdapterIndex(name: $0) }, showsAll: all, isJSON: json,
            backend: BluetoothSource.Backend(rawValue: backend) ?? .bluez)
        try Scan(options).run()
    }
}
