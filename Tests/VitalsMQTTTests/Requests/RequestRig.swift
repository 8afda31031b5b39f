import Foundation
import VitalsCore
import VitalsModel
import VitalsTestKit

@testable import VitalsMQTT

/// An uplink that hears requests, a broker in memory, an auditing receiver and somebody who asks, on a clock that the
/// test turns.
final class RequestRig {
    static let secret = "0123456789abcdef0123456789abcdef"

    let broker = InMemoryBroker(TestBrokerOptions())
    var journal: InMemoryJournal
    let notices = Notices()
    let directory: TemporaryDirectory
    var now = MonotonicTime.seconds(0)
    var wall = WallTime(microseconds: 1_795_246_200_000_000)
    var loop: UplinkLoop
    private(set) var audit = DeliveryAudit()
    private(set) var messages: [MQTTMessage] = []
    private let receiver: InMemoryTransport
    private let settings: UplinkSettings

    init(records: Int = 0) throws {
        directory = try TemporaryDirectory()
        let file = directory.file("request.key")
        try Data(Self.secret.utf8).write(to: URL(fileURLWithPath: file))
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: file)
        journal = InMemoryJournal(identity: JournalIdentity(gateway: "g", epoch: "00000000000000e1"))
        var settings = UplinkSettings(mqtt: broker.settings(clientID: "g"))
        settings.requestKeyFile = file
        self.settings = settings
        receiver = InMemoryTransport(broker: broker, settings: broker.settings(clientID: "receiver"))
        loop = try Self.loop(broker, journal, settings, wall, now, notices)
        try listen()
        if records > 0 { try commit(records) }
    }

    private static func loop(
        _ broker: InMemoryBroker, _ journal: InMemoryJournal, _ settings: UplinkSettings, _ wall: WallTime,
        _ now: MonotonicTime, _ notices: Notices
    ) throws -> UplinkLoop {
        try UplinkLoop(
            journal: journal, ledger: journal, settings: settings,
            transport: InMemoryTransport(broker: broker, settings: settings.mqtt), at: now, wallClock: { wall },
            notify: { notices.add($0) })
    }

    private func listen() throws {
        try receiver.connect(MQTTConnectRequest(version: .v5, will: nil))
        try receiver.subscribe("vitals/v1/#")
    }

    /// The daemon is killed and starts again with what was durable.
    func restart() throws {
        broker.cutConnections()
        _ = receiver.takeEvents()
        try listen()
        journal = InMemoryJournal(copyOf: journal)
        loop = try Self.loop(broker, journal, settings, wall, now, notices)
        run(seconds: 5)
    }

    func commit(_ count: Int) throws {
        let first = journal.nextSequence
        try journal.append((first..<first + UInt64(count)).map { .sample($0) })
        loop.committed(upTo: journal.head)
    }

    /// Publishes as the far side does.
    func ask(_ message: MQTTMessage) throws { try receiver.publish(message, token: 7) }

    /// Lets this time pass, turn by turn.
    func run(seconds: Int64) {
        let end = now + .seconds(seconds)
        while now < end {
            let next = loop.turn(at: now)
            for case .message(let message) in receiver.takeEvents() {
                messages.append(message)
                _ = audit.receive(message)
            }
            now = min(end, max(now + .milliseconds(1), min(next ?? end, now + .milliseconds(50))))
        }
    }

    /// How often each record has arrived, without what the broker kept for whoever subscribes.
    var copies: [UInt64: Int] {
        var copies: [UInt64: Int] = [:]
        for message in messages where !message.isRetained {
            guard let id = message.property("id").flatMap({ UInt64($0) }) else { continue }
            copies[id, default: 0] += 1
        }
        return copies
    }

    func request(
        _ scope: ReplayRequest.Scope, counter: UInt64, epoch: String = "00000000000000e1", gateway: String = "g",
        lifetime: Int64 = 600, secret: String = RequestRig.secret
    ) throws -> MQTTMessage {
        let request = ReplayRequest(
            gateway: gateway, epoch: epoch, counter: counter,
            expires: WallTime(microseconds: wall.microseconds + lifetime * 1_000_000), scope: scope)
        var message = try request.message(key: RequestKey(Array(secret.utf8))!)
        message.topic = "vitals/v1/g/request/replay"
        return message
    }

    func receipt(_ applied: UInt64, secret: String = RequestRig.secret) throws -> MQTTMessage {
        try AppliedReceipt(gateway: "g", epoch: "00000000000000e1", applied: applied)
            .message(key: RequestKey(Array(secret.utf8))!)
    }
}
