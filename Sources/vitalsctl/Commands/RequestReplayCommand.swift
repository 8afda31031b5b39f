import ArgumentParser
import Foundation
import VitalsModel
import VitalsTools

struct RequestReplayCommand: ToolCommand {
    static let configuration = CommandConfiguration(
        commandName: "request-replay",
        abstract: "Ask a gateway to send delivered records once more.",
        discussion: """
            For a broker or a consumer that lost what it had acknowledged. The gateway keeps delivered records for at least \
            24 hours (journal.retention). The request is signed with the key that the gateway has as \
            mqtt.request_key_file; the gateway carries each request out once, and notes it in its ledger. What comes \
            once too often is told apart by its identity.

            Example:
              vitalsctl request-replay --gateway ward-3 --request-key-file request.key \\
                --last-hours 24
              vitalsctl request-replay --gateway ward-3 --request-key-file request.key \\
                --records 1-100,250-300

            Exit statuses: 0 the gateway heard it, 1 it did not answer, 64 usage, 69 no broker.
            """)

    @Option(help: ArgumentHelp("The gateway.", valueName: "id"))
    var gateway: String

    @Option(help: ArgumentHelp("The file of the request key, mode 0600.", valueName: "file"))
    var requestKeyFile: String

    @Option(help: ArgumentHelp("Sequences, such as 1-100,250-300.", valueName: "ranges"))
    var records: String?

    @Option(help: ArgumentHelp("Everything of the last so many hours.", valueName: "n"))
    var lastHours: Double?

    @Option(help: ArgumentHelp("Everything from this time, RFC 3339.", valueName: "time"))
    var from: String?

    @Option(help: ArgumentHelp("Everything up to this time, RFC 3339.", valueName: "time"))
    var until: String?

    @OptionGroup(title: "Broker") var broker: BrokerOptions

    func validate() throws {
        let ways = [records != nil, lastHours != nil, from != nil && until != nil].count { $0 }
        guard ways == 1, (from == nil) == (until == nil) else {
            throw ValidationError("Give one of --records, --last-hours, or --from with --until.")
        }
    }

    func perform() throws {
        let wanted: ReplayAsking.Wanted
        if let records {
            wanted = .records(records)
        } else if let lastHours {
            wanted = .lastHours(lastHours)
        } else {
            wanted = .time(from: from ?? "", until: until ?? "")
        }
        let now = WallTime(microseconds: Int64(Date().timeIntervalSince1970 * 1e6))
        let isHeard = try ReplayAsking(
            broker.reception(gateway: gateway), keyFile: requestKeyFile, wanted, now: now
        ).run(output: DescriptorOutput.standard())
        if !isHeard { throw ExitCode(1) }
    }
}
