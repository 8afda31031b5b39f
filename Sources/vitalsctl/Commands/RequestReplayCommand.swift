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
              vitalsctl request-replay --gateway ward-3 --request-key-file request.key --last-hours 24
              vitalsctl request-replay --gateway ward-3 --request-key-file request.key --records 1-100,250-300

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

    @Option(help: ArgumentHelp("The broker's name or address.", valueName: "name"))
    var host = "127.0.0.1"

    @Option(help: ArgumentHelp("Its port. (default: 1883, with TLS 8883)", valueName: "n"))
    var port: UInt16?

    @Option(help: ArgumentHelp("The user name.", valueName: "name"))
    var username: String?

    @Option(help: ArgumentHelp("A file that holds the password alone, mode 0600.", valueName: "file"))
    var passwordFile: String?

    @Flag(help: "Use TLS, and check the broker's name against its certificate.")
    var tls = false

    @Option(help: ArgumentHelp("The authorities to trust, PEM; implies --tls.", valueName: "file"))
    var caFile: String?

    @Option(help: ArgumentHelp("The client's certificate, PEM; implies --tls.", valueName: "file"))
    var certificateFile: String?

    @Option(help: ArgumentHelp("The key of that certificate, PEM; implies --tls.", valueName: "file"))
    var keyFile: String?

    func validate() throws {
        let ways = [records != nil, lastHours != nil, from != nil && until != nil].count { $0 }
        guard ways == 1, (from == nil) == (until == nil) else {
            throw ValidationError("Give one of --records, --last-hours, or --from with --until.")
        }
    }

    func perform() throws {
        var options = ReceptionOptions()
        options.host = host
        options.port = port
        options.gateway = gateway
        options.username = username
        options.passwordFile = passwordFile
        options.usesTLS = tls
        options.authorityFile = caFile
        options.certificateFile = certificateFile
        options.keyFile = keyFile
        let wanted: ReplayAsking.Wanted
        if let records {
            wanted = .records(records)
        } else if let lastHours {
            wanted = .lastHours(lastHours)
        } else {
            wanted = .time(from: from ?? "", until: until ?? "")
        }
        let now = WallTime(microseconds: Int64(Date().timeIntervalSince1970 * 1e6))
        let isHeard = try ReplayAsking(options, keyFile: requestKeyFile, wanted, now: now)
            .run(output: DescriptorOutput.standard())
        if !isHeard { throw ExitCode(1) }
    }
}
