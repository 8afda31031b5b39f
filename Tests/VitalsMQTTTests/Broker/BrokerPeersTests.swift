import Foundation
import Testing
import VitalsCore
import VitalsModel
import VitalsTestKit

@testable import VitalsMQTT

@Suite("The uplink and other peers than MQTT 5 brokers", .serialized, .enabled(if: MosquittoBroker.isInstalled))
struct BrokerPeersTests {
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
}
