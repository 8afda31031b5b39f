import ArgumentParser
import Foundation
import VitalsJSON
import VitalsMQTT
import VitalsModel

/// Standard input: `prepare N`, `commit N`, `rate N` (records a second), `drain SECONDS`, `mark` (keep the times of new
/// records from now on), `latencies`, `stop MILLISECONDS`; its end stops too. Standard output: the state whenever it
/// changed, and what the uplink would have logged, as lines of JSON.
struct GatewayCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "gateway", abstract: "Keep a journal and publish it, as standard input says.")

    @Option(help: "The journal.") var journal: String
    @Option(help: "The gateway's name.") var gateway = "torture"
    @Option(help: "The broker's address.") var host = "127.0.0.1"
    @Option(help: "The broker's port.") var port: UInt16
    @Option(help: "Authorities to trust; TLS.") var caFile: String?
    @Option(help: "The client's certificate.") var certificateFile: String?
    @Option(help: "Its key.") var keyFile: String?
    @Option(help: "The key that requests are signed with.") var requestKeyFile: String?
    @Option(help: "How long the broker may leave a record unacknowledged.") var acknowledgeMs: Int64 = 10_000
    @Option(help: "How long an attempt to connect may take.") var connectMs: Int64 = 10_000
    @Option(help: "The ceiling of the first delay before a reconnect.") var reconnectMinMs: Int64 = 500
    @Option(help: "The ceiling of every delay before a reconnect.") var reconnectMaxMs: Int64 = 20_000
    @Option(help: "Seconds of silence before a ping.") var keepAlive: UInt16 = 30
    @Option(help: "Seeds the delays.") var seed: UInt64 = 1

    func run() throws {
        var mqtt = MQTTSettings(host: host, port: port, clientID: "vitalsd-\(gateway)", seed: seed)
        mqtt.keepAliveSeconds = keepAlive
        mqtt.connectDeadline = .milliseconds(connectMs)
        mqtt.reconnectDelayMin = .milliseconds(reconnectMinMs)
        mqtt.reconnectDelayMax = .milliseconds(reconnectMaxMs)
        if let caFile {
            mqtt.tls = .init(authorityFile: caFile, certificateFile: certificateFile, keyFile: keyFile)
        }
        var settings = UplinkSettings(mqtt: mqtt)
        settings.acknowledgementDeadline = .milliseconds(acknowledgeMs)
        settings.requestKeyFile = requestKeyFile
        let run = try GatewayRun(journal: journal, gateway: gateway, settings: settings)
        try run.start()
        while let line = readLine() {
            let words = line.split(separator: " ")
            let number = words.dropFirst().first.flatMap { Int($0) }
            switch (words.first, number) {
            case ("commit", let count?): run.commit(count)
            case ("prepare", let count?):
                run.prepare(count)
                Lines.write { $0.member("prepared", count) }
            case ("rate", let count?): run.set(perSecond: count)
            case ("drain", let seconds?):
                let isDrained = run.drain(seconds: Double(seconds))
                Lines.write { $0.member("drained", isDrained) }
            case ("mark", nil): run.mark()
            case ("latencies", nil): run.writeLatencies()
            case ("stop", let milliseconds?): return try run.stop(milliseconds: milliseconds)
            default: throw ValidationError("'\(line)' is no command")
            }
        }
        try run.stop(milliseconds: 1_000)
    }
}
