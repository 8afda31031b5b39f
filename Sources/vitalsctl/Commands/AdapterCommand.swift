import ArgumentParser
import VitalsCore
import VitalsTools

struct AdapterCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "adapter", abstract: "Bring a Bluetooth adapter back that answers no more.",
        subcommands: [Reset.self])

    struct Reset: ToolCommand {
        static let configuration = CommandConfiguration(
            abstract: "Switch an adapter off and on; if that does not help, reset its controller.",
            discussion: """
                Every link on it is lost. It needs CAP_NET_ADMIN, and works with and without bluetoothd. \
                vitalsd-adapter-reset.service runs it for requests that vitalsd leaves as files.

                Example:
                  vitalsctl adapter reset hci0
                  vitalsctl adapter reset --requests /run/vitalsd/adapter-reset

                Exit statuses: 69 the adapter is not there, does not answer, or permission is missing.
                """)

        @Argument(help: ArgumentHelp("The adapter, such as hci0.", valueName: "name"))
        var adapter: String?

        @Option(help: ArgumentHelp("Every adapter that a file in this folder is named after.", valueName: "folder"))
        var requests: String?

        func validate() throws {
            guard (adapter == nil) != (requests == nil) else {
                throw ValidationError("give an adapter, or a folder with --requests")
            }
            guard adapter == nil || adapter.flatMap({ AdapterIndex(name: $0) }) != nil else {
                throw ValidationError("the adapter must be a name such as hci0")
            }
        }

        func perform() throws {
            if let requests {
                try AdapterReset.serve(requests: requests)
            } else if let adapter = adapter.flatMap({ AdapterIndex(name: $0) }) {
                try AdapterReset.reset(adapter)
            }
        }
    }
}
