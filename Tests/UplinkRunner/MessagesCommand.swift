import ArgumentParser
import VitalsCore
import VitalsJSON
import VitalsMQTT

/// The messages that the gateway would publish, for those that publish the same.
struct MessagesCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "messages", abstract: "Write messages as lines of JSON: topic and payload.")

    @Option(help: "How many.") var count: UInt64

    func run() throws {
        for message in try Self.messages(count) {
            Lines.write { json in
                json.member("payload", String(decoding: message.payload, as: UTF8.self))
                json.member("topic", message.topic)
            }
        }
    }

    /// The messages of the first so many records.
    static func messages(_ count: UInt64) throws -> [MQTTMessage] {
        let encoder = try RecordEncoder(identity: JournalIdentity(gateway: "torture", epoch: "00000000000000e1"))
        return (1...max(1, count)).map { encoder.message(of: RecordSource.record($0)) }
    }
}
