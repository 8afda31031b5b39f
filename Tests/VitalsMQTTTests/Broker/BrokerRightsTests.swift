import Foundation
import Testing
import VitalsCore
import VitalsModel
import VitalsTestKit

@testable import VitalsMQTT

@Suite("The uplink and what a real broker allows", .serialized, .enabled(if: MosquittoBroker.isInstalled))
struct BrokerRightsTests {
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
}
