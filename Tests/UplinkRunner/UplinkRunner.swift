import ArgumentParser

/// The production journal, commit writer and uplink without sensors, under the command of a fault suite; and the bare
/// loop over libmosquitto that the throughput is compared with. Run by scripts/torture and scripts/benchmark.
@main
struct UplinkRunner: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Run the journal and the uplink for a fault suite.",
        subcommands: [GatewayCommand.self, BareCommand.self, MessagesCommand.self])
}
