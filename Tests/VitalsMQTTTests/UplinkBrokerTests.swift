import Foundation
import Testing
import VitalsCore
import VitalsModel
import VitalsTestKit

@testable import VitalsMQTT

/// A journal, an uplink and an auditing receiver on a real broker.
private final class DeliveryRig {
    let broker: MosquittoBroker
    let journal = FaultyJournal()
    let notices = Notices()
    let uplink: Uplink
    let receiver: Receiver

    /// `change` turns the settings that reach the broker into those of the uplink.
    init(
        _ broker: MosquittoBroker, change: (inout UplinkSettings) -> Void = { _ in },
        receiver: (inout MQTTSettings) -> Void = { _ in }
    ) throws {
        self.broker = broker
        var settings = UplinkSettings(mqtt: broker.settings(clientID: "gateway"))
        settings.acknowledgementDeadline = .seconds(1)
        settings.mqtt.connectDeadline = .seconds(1)
        change(&settings)
        var own = broker.settings(clientID: "receiver")
        own.sessionExpirySeconds = 600
        receiver(&own)
        let notices = notices
        self.receiver = try Receiver(settings: own, notify: { _ in })
        uplink = try Uplink(journal: journal, settings: settings, notify: { notices.add($0) })
        try self.receiver.start()
        try #require(waitUntil { self.receiver.isSubscribed })
        try uplink.start()
    }

    /// Makes records up to this one durable.
    func commit(upTo last: UInt64) throws {
        try journal.append(Record.samples(try journal.head + 1...last))
        uplink.committed(upTo: last)
    }

    /// Whether all is acknowledged and the connection is up.
    func hasDelivered(_ count: UInt64) -> Bool {
        let snapshot = uplink.snapshot
        return snapshot.lastCommitted == count && snapshot.backlog == 0 && snapshot.state == .delivering
    }

    /// Ends both; what was delivered must be all, once.
    func expectNothingLost(_ count: UInt64, sourceLocation: SourceLocation = #_sourceLocation) {
        #expect(waitUntil { self.hasDelivered(count) }, sourceLocation: sourceLocation)
        let end = uplink.stop(deadline: .seconds(20))
        #expect(end.isCleanlyStopped && end.state == .stopped, sourceLocation: sourceLocation)
        #expect(
            waitUntil {
                self.receiver.report.journals.first.map { $0.records == count && $0.isOnline == false } ?? false
            },
            "\(receiver.report)", sourceLocation: sourceLocation)
        let report = receiver.stop(deadline: .seconds(5))
        #expect(report.isClean, "\(report)", sourceLocation: sourceLocation)
        #expect(report.journals.first?.last == count, sourceLocation: sourceLocation)
        let saved = try? journal.acknowledged(sink: "mqtt")
        #expect(saved == [1...count], sourceLocation: sourceLocation)
    }
}

/// Looks again and again, for as long as a slow machine may need; what is looked for does not depend on how long.
private func waitUntil(_ isDone: () -> Bool) -> Bool {
    for _ in 0..<6_000 {
        if isDone() { return true }
        usleep(5_000)
    }
    return false
}

@Suite("The uplink and a real broker", .serialized, .enabled(if: MosquittoBroker.isInstalled))
struct UplinkBrokerTests {
    /// What a broker acknowledged and then loses itself, no gateway can make good: one that is ended in order keeps its
    /// sessions with what waits in them.
    private static let durable = [
        "allow_anonymous true", "persistence true", "persistence_location FOLDER/", "autosave_interval 3600",
    ]

    @Test("a quiet day: everything arrives once, the status says online and then offline")
    func quiet() throws {
        let rig = try DeliveryRig(try MosquittoBroker())
        try rig.commit(upTo: 200)
        rig.expectNothingLost(200)
        #expect(rig.uplink.snapshot.version == nil)
        #expect(rig.notices.list == [.connected(.v5)])
    }

    @Test("a broker killed with a full window unanswered, five times: 0 lost, 0 doubled (lesson 32)")
    func killed() throws {
        let broker = try MosquittoBroker()
        let rig = try DeliveryRig(broker)
        for round: UInt64 in 1...5 {
            try rig.commit(upTo: round * 100 - 50)
            let before = round * 100 - 50
            #expect(waitUntil { rig.hasDelivered(before) && rig.receiver.report.journals.first?.records == before })
            // Frozen first: what it takes into its memory and dies with is then what it never acknowledged.
            broker.freeze(true)
            try rig.commit(upTo: round * 100)
            #expect(waitUntil { rig.uplink.snapshot.inFlight == 20 })
            broker.stop()
            try broker.start()
        }
        rig.expectNothingLost(500)
        #expect(rig.uplink.snapshot.reconnects >= 5)
    }

    @Test("a broker ended in order and started again in mid-stream, five times: 0 lost, 0 doubled")
    func restarted() throws {
        let broker = try MosquittoBroker(lines: Self.durable)
        let rig = try DeliveryRig(broker)
        for round: UInt64 in 1...5 {
            try rig.commit(upTo: round * 80)
            // At another moment of the stream each time.
            #expect(waitUntil { rig.uplink.snapshot.acknowledged >= (round - 1) * 80 + 7 * round })
            broker.terminate()
            try broker.start()
        }
        rig.expectNothingLost(400)
    }

    @Test("a frozen broker is dropped at the acknowledgement deadline, and all is delivered when it thaws (lesson 34)")
    func frozen() throws {
        let broker = try MosquittoBroker()
        let rig = try DeliveryRig(broker)
        try rig.commit(upTo: 30)
        #expect(waitUntil { rig.hasDelivered(30) })
        broker.freeze(true)
        try rig.commit(upTo: 90)
        #expect(waitUntil { rig.notices.contains { $0 == .unanswered(unprovedTopics: 0) } })
        #expect(waitUntil { rig.uplink.snapshot.state == .offline && rig.uplink.snapshot.inFlight == 0 })
        #expect(rig.uplink.snapshot.backlog == 60)
        broker.freeze(false)
        rig.expectNothingLost(90)
    }

    @Test("a broker that is not there yet: connected when it is")
    func late() throws {
        let broker = try MosquittoBroker()
        let rig = try DeliveryRig(broker)
        broker.stop()
        try rig.commit(upTo: 10)
        #expect(
            waitUntil {
                rig.notices.contains {
                    if case .disconnected(let error?) = $0 { error.code == .unreachable } else { false }
                }
            })
        try broker.start()
        rig.expectNothingLost(10)
    }

    @Test("a wrong password is refused, told, and replaced without a restart")
    func password() throws {
        let broker = try MosquittoBroker(lines: ["allow_anonymous false", "password_file FOLDER/passwords"]) { folder in
            let child = Process()
            child.executableURL = URL(fileURLWithPath: "/usr/bin/mosquitto_passwd")
            child.arguments = ["-b", "-c", folder.appendingPathComponent("passwords").path, "g", "right"]
            try child.run()
            child.waitUntilExit()
        }
        let file = broker.folder.appendingPathComponent("password")
        try Data("right\n".utf8).write(to: file)
        try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: file.path)
        let receiverFile = broker.folder.appendingPathComponent("receiver-password")
        try Data("right".utf8).write(to: receiverFile)
        try Data("wrong\n".utf8).write(to: file)
        let rig = try DeliveryRig(broker) { settings in
            settings.mqtt.username = "g"
            settings.mqtt.passwordFile = file.path
        } receiver: { settings in
            settings.username = "g"
            settings.passwordFile = receiverFile.path
        }
        try rig.commit(upTo: 20)
        #expect(
            waitUntil {
                rig.notices.list.filter {
                    $0 == .connectionRefused(.notAuthorized) || $0 == .connectionRefused(.badUserNameOrPassword)
                }
                .count >= 3
            })
        #expect(rig.uplink.snapshot.published == 0, "nothing is handed over while offline")
        #expect(
            rig.notices.contains { $0 == .warning("others may read the password file \(file.path); chmod 0600 it") })
        try Data("right\n".utf8).write(to: file)
        rig.expectNothingLost(20)
        #expect(!rig.notices.list.contains { "\($0)".contains("wrong") })
    }

    @Test("an access list that denies a topic: refused with 0x87, kept, delivered when it allows (lesson 40)")
    func accessList() throws {
        let broker = try MosquittoBroker(lines: ["allow_anonymous true", "acl_file FOLDER/acl"]) { folder in
            try "topic read #\ntopic write vitals/v1/g/status\n".write(
                to: folder.appendingPathComponent("acl"), atomically: true, encoding: .utf8)
        }
        let rig = try DeliveryRig(broker)
        try rig.commit(upTo: 25)
        #expect(waitUntil { rig.uplink.snapshot.state == .refused(.notAuthorized) })
        #expect(rig.uplink.snapshot.acknowledged == 0 && rig.uplink.snapshot.backlog == 25)
        try "topic readwrite #\n".write(
            to: broker.folder.appendingPathComponent("acl"), atomically: true, encoding: .utf8)
        broker.reload()
        rig.expectNothingLost(25)
        #expect(rig.notices.contains { $0 == .deliveryResumed })
    }

    @Test("a broker with a Receive Maximum of 2 and without retained messages is respected")
    func restrictedBroker() throws {
        let broker = try MosquittoBroker(TestBrokerOptions(receiveMaximum: 2, isRetainAvailable: false))
        let rig = try DeliveryRig(broker)
        try rig.commit(upTo: 60)
        rig.expectNothingLost(60)
        #expect(rig.notices.contains { $0 == .connectionRefused(.retainNotSupported) })
    }

    @Test("a broker without QoS 1 refuses the will: told, tried again, nothing handed over")
    func noQoS1() throws {
        let broker = try MosquittoBroker(TestBrokerOptions(maximumQoS: 0))
        let journal = FaultyJournal()
        try journal.append(Record.samples(1...5))
        let notices = Notices()
        let settings = UplinkSettings(mqtt: broker.settings(clientID: "gateway"))
        let uplink = try Uplink(journal: journal, settings: settings, notify: { notices.add($0) })
        try uplink.start()
        #expect(waitUntil { notices.list.count { $0 == .connectionRefused(.qosNotSupported) } >= 2 })
        let end = uplink.stop(deadline: .milliseconds(50))
        #expect(end.published == 0 && end.backlog == 5)
    }

    @Test("a broker of 3.1.1 is spoken to in 3.1.1: 0 lost, 0 doubled")
    func version311() throws {
        let broker = try MosquittoBroker()
        let relay = try FaultyRelay(to: broker.port)
        defer { relay.stop() }
        relay.behave(.refuseVersion5)
        let rig = try DeliveryRig(broker) { $0.mqtt.port = relay.port }
        try rig.commit(upTo: 60)
        rig.expectNothingLost(60)
        #expect(rig.notices.contains { $0 == .connectionRefused(.unsupportedProtocolVersion) })
        #expect(rig.notices.contains { $0 == .connected(.v311) })
    }

    @Test("mosquitto acknowledges under 3.1.1 what its access list denies, and yet nothing is lost")
    func denied311() throws {
        let broker = try MosquittoBroker(lines: ["allow_anonymous true", "acl_file FOLDER/acl"]) { folder in
            try "topic read #\ntopic write vitals/v1/g/status\n".write(
                to: folder.appendingPathComponent("acl"), atomically: true, encoding: .utf8)
        }
        let relay = try FaultyRelay(to: broker.port)
        defer { relay.stop() }
        relay.behave(.refuseVersion5)
        let rig = try DeliveryRig(broker) { $0.mqtt.port = relay.port }
        try rig.commit(upTo: 15)
        #expect(waitUntil { rig.notices.contains { if case .unanswered(1...) = $0 { true } else { false } } })
        #expect(rig.uplink.snapshot.acknowledged == 0)
        try "topic readwrite #\n".write(
            to: broker.folder.appendingPathComponent("acl"), atomically: true, encoding: .utf8)
        broker.reload()
        rig.expectNothingLost(15)
    }

    @Test("hostile peers do not end the uplink for good: refusals, garbage, silence, closed doors (lesson 34)")
    func hostilePeers() throws {
        let broker = try MosquittoBroker()
        let relay = try FaultyRelay(to: broker.port)
        defer { relay.stop() }
        var behaviours: [FaultyRelay.Behaviour] = [
            .close, .answer([0xFF, 0xFF, 0xFF, 0xFF, 0xFF]), .answer(Array("HTTP/1.1 400 Bad Request\r\n\r\n".utf8)),
            .answer([0x20, 0x7F]), .answer([0x20, 0x03, 0x00, 0x00, 0x7F]), .answer([0x40, 0x02, 0x00, 0x01]), .silence,
        ]
        behaviours += (UInt8(0x80)...0x9F).map { .answer([0x20, 0x03, 0x00, $0, 0x00]) }
        behaviours += (UInt8(1)...5).map { .answer([0x20, 0x02, 0x00, $0]) }
        relay.behave { [behaviours] in $0 < behaviours.count ? behaviours[$0] : .pass }
        let rig = try DeliveryRig(broker) { settings in
            settings.mqtt.port = relay.port
            settings.mqtt.reconnectDelayMin = .milliseconds(1)
            settings.mqtt.reconnectDelayMax = .milliseconds(2)
            settings.mqtt.connectDeadline = .milliseconds(300)
        }
        try rig.commit(upTo: 40)
        rig.expectNothingLost(40)
        #expect(relay.connections > behaviours.count)
        #expect(rig.notices.list.count { if case .connectionRefused = $0 { true } else { false } } >= 32)
    }

    @Test("a link cut after every so many bytes, in both directions: 0 lost, 0 doubled", arguments: [true, false])
    func cuts(_ isFromClient: Bool) throws {
        let broker = try MosquittoBroker()
        let relay = try FaultyRelay(to: broker.port)
        defer { relay.stop() }
        // Through CONNECT, status and the first records, and through CONNACK and PUBACKs.
        let cuts = Array(stride(from: 0, to: isFromClient ? 1_200 : 60, by: isFromClient ? 41 : 3))
        relay.behave { number in
            guard number < cuts.count else { return .pass }
            return isFromClient ? .cutFromClient(after: cuts[number]) : .cutFromBroker(after: cuts[number])
        }
        let rig = try DeliveryRig(broker) { settings in
            settings.mqtt.port = relay.port
            settings.mqtt.reconnectDelayMin = .milliseconds(1)
            settings.mqtt.reconnectDelayMax = .milliseconds(2)
        }
        try rig.commit(upTo: 400)
        rig.expectNothingLost(400)
        #expect(relay.connections > cuts.count)
    }

    @Test("a thousand failed attempts leave no descriptors behind")
    func descriptors() throws {
        let open = { try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").count }
        let nobody = MQTTSettings(host: "127.0.0.1", port: try LoopbackPort.free(), clientID: "g", seed: 1)
        let transport = MosquittoTransport(settings: nobody)
        let wakeup = try Wakeup()
        let before = try open()
        var failures = 0
        for _ in 0..<1_000 {
            do {
                try transport.connect(MQTTConnectRequest(version: .v5, will: nil))
                transport.wait(milliseconds: 10, wakeup: wakeup)
                failures += transport.takeEvents().count
            } catch {
                failures += 1
            }
        }
        #expect(failures >= 1_000)
        // Other tests run beside this one, and a leak of one a time would be a thousand.
        #expect(try open() < before + 300)
    }

    @Test("a killed uplink leaves its will, and the next one delivers what it left")
    func killedUplink() throws {
        let rig = try DeliveryRig(try MosquittoBroker())
        try rig.commit(upTo: 50)
        #expect(waitUntil { rig.uplink.snapshot.acknowledged > 10 })
        // The same client identifier takes the session over, as after a restart.
        let other = try TransportDriver(rig.broker, "gateway", will: nil)
        #expect(waitUntil { rig.notices.contains { if case .disconnected(.some) = $0 { true } else { false } } })
        other.transport.disconnect()
        rig.expectNothingLost(50)
    }
}

@Suite("TLS to a real broker", .serialized, .enabled(if: MosquittoBroker.isInstalled && TestCertificates.isAvailable))
struct UplinkTLSTests {
    private static func broker(certificate: String = "server", lines: [String] = []) throws -> MosquittoBroker {
        let usual = [
            "allow_anonymous true", "cafile FOLDER/ca.crt", "certfile FOLDER/\(certificate).crt",
            "keyfile FOLDER/\(certificate).key",
        ]
        return try MosquittoBroker(lines: usual + lines) { folder in
            try TestCertificates.authority("ca", in: folder)
            try TestCertificates.authority("other", in: folder)
            try TestCertificates.certificate("server", by: "ca", alternativeName: "IP:127.0.0.1", in: folder)
            try TestCertificates.certificate("stranger", by: "ca", alternativeName: "DNS:stranger.invalid", in: folder)
            try TestCertificates.certificate("client", by: "ca", alternativeName: "DNS:client", in: folder)
        }
    }

    private static func tls(_ broker: MosquittoBroker, authority: String, client: String? = nil) -> MQTTSettings.TLS {
        let path = { (name: String) in broker.folder.appendingPathComponent(name).path }
        return MQTTSettings.TLS(
            authorityFile: path("\(authority).crt"), certificateFile: client.map { path("\($0).crt") },
            keyFile: client.map { path("\($0).key") })
    }

    @Test("with the right authority everything arrives, and large packets do not stick in TLS's buffer")
    func delivers() throws {
        let broker = try Self.broker()
        let tls = Self.tls(broker, authority: "ca")
        let rig = try DeliveryRig(broker, change: { $0.mqtt.tls = tls }, receiver: { $0.tls = tls })
        try rig.commit(upTo: 150)
        rig.expectNothingLost(150)
    }

    @Test("a client certificate is shown to a broker that asks for one")
    func clientCertificate() throws {
        let broker = try Self.broker(lines: ["require_certificate true"])
        let tls = Self.tls(broker, authority: "ca", client: "client")
        let rig = try DeliveryRig(broker, change: { $0.mqtt.tls = tls }, receiver: { $0.tls = tls })
        try rig.commit(upTo: 20)
        rig.expectNothingLost(20)
    }

    @Test(
        "a wrong authority, a wrong name and a missing client certificate are refused",
        arguments: ["authority", "name", "certificate"])
    func refused(_ fault: String) throws {
        let broker = try Self.broker(
            certificate: fault == "name" ? "stranger" : "server",
            lines: fault == "certificate" ? ["require_certificate true"] : [])
        var settings = UplinkSettings(mqtt: broker.settings(clientID: "gateway"))
        settings.mqtt.tls = Self.tls(broker, authority: fault == "authority" ? "other" : "ca")
        let journal = FaultyJournal()
        try journal.append(Record.samples(1...5))
        let notices = Notices()
        let uplink = try Uplink(journal: journal, settings: settings, notify: { notices.add($0) })
        try uplink.start()
        #expect(
            waitUntil {
                notices.list.count { if case .disconnected(.some) = $0 { true } else { false } } >= 3
            })
        let end = uplink.stop(deadline: .milliseconds(100))
        #expect(end.published == 0 && end.backlog == 5 && !end.isCleanlyStopped)
        #expect(!notices.contains { if case .connected = $0 { true } else { false } })
        if fault != "certificate" {
            #expect(
                notices.contains { if case .disconnected(let error?) = $0 { error.code == .tls } else { false } },
                "\(notices.list)")
        }
    }

    @Test("a TLS broker is not spoken to in the clear, and a plain one not in TLS")
    func mismatch() throws {
        for isBrokerTLS in [true, false] {
            let broker =
                isBrokerTLS ? try Self.broker() : try MosquittoBroker { try TestCertificates.authority("ca", in: $0) }
            var settings = broker.settings(clientID: "gateway")
            if !isBrokerTLS { settings.tls = Self.tls(broker, authority: "ca") }
            let transport = broker.makeTransport(settings)
            let wakeup = try Wakeup()
            try transport.connect(MQTTConnectRequest(version: .v5, will: nil))
            var events: [MQTTEvent] = []
            for _ in 0..<500 where events.isEmpty {
                transport.wait(milliseconds: 20, wakeup: wakeup)
                events = transport.takeEvents()
            }
            guard case .disconnected(.some)? = events.first, events.count == 1 else {
                Issue.record("\(events)")
                continue
            }
        }
    }

    @Test("a certificate file that cannot be read is named")
    func missingFile() throws {
        let broker = try MosquittoBroker()
        var settings = broker.settings(clientID: "gateway")
        settings.tls = .init(authorityFile: "/absent/ca.crt")
        let transport = broker.makeTransport(settings)
        let error = #expect(throws: MQTTError.self) {
            try transport.connect(MQTTConnectRequest(version: .v5, will: nil))
        }
        #expect(error?.code == .unreadableFile)
        #expect(error?.message == "/absent/ca.crt cannot be read; check path and mode")
    }
}
