import ArgumentParser
import VitalsTools

struct ReceiveCommand: ToolCommand {
    static let configuration = CommandConfiguration(
        commandName: "receive",
        abstract: "Subscribe to gateways, and check that every record arrives, once.",
        discussion: """
            At its end it prints "N records, 0 lost, 0 duplicated" for each journal, or what is missing. Copies that \
            were sent again are told apart by their identity and counted. Without a goal it receives until ^C. Start \
            it before the gateway: what was published earlier, and not kept for this client by the broker, counts as \
            missing.

            Example:
              vitalsctl receive --gateway ward-3 --until-stopped
              vitalsctl receive --gateway ward-3 --receipts request.key
              vitalsctl receive --host broker.example --tls --username audit \\
                --password-file secret --idle 60

            Exit statuses: 0 everything arrived once, 1 something is lost or doubled, 69 no broker, or it refuses.
            """)

    @Option(help: ArgumentHelp("One gateway alone. (default: all)", valueName: "id"))
    var gateway: String?

    @Option(help: ArgumentHelp("The client identifier. (default: vitalsctl- and a random number)", valueName: "name"))
    var clientID: String?

    @OptionGroup(title: "Broker") var broker: BrokerOptions

    @Option(help: ArgumentHelp("End when so many records have arrived and none is missing.", valueName: "n"))
    var expect: UInt64?

    @Flag(help: "End when every gateway seen has said goodbye and all of its records have arrived.")
    var untilStopped = false

    @Option(help: ArgumentHelp("End when nothing has arrived for so many seconds.", valueName: "seconds"))
    var idle: Double?

    @Option(
        help: ArgumentHelp(
            "Send receipts, signed with the key in this file: the gateway learns what has arrived here.",
            valueName: "file"))
    var receipts: String?

    @Flag(name: .customLong("print"), help: "Print each message as a line of JSON; the result goes to standard error.")
    var printsMessages = false

    func validate() throws {
        if let idle, !(idle > 0 && idle <= 1e9) { throw ValidationError("--idle must be above 0.") }
    }

    func perform() throws {
        var options = broker.reception(gateway: gateway)
        options.clientID = clientID
        options.expected = expect
        options.isUntilStopped = untilStopped
        options.idleSeconds = idle
        options.receiptKeyFile = receipts
        options.printsMessages = printsMessages
        Interruption.watch()
        let isClean = try Reception(options).run(
            output: DescriptorOutput.standard(), notes: DescriptorOutput.standardError())
        if !isClean { throw ExitCode(1) }
    }
}
