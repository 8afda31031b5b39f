import Foundation
import Testing
import VitalsCore
import VitalsModel
import VitalsTestKit

@testable import VitalsMQTT

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
            for name in ["client", "renewed", "receiver"] {
                try TestCertificates.certificate(name, by: "ca", alternativeName: "DNS:\(name)", in: folder)
            }
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

    @Test("a renewed client certificate is in use without a restart, and nothing is lost by it")
    func renewal() throws {
        let broker = try Self.broker(lines: [
            "require_certificate true", "use_identity_as_username true", "log_type all",
        ])
        let log = { (try? String(contentsOf: broker.folder.appendingPathComponent("log"), encoding: .utf8)) ?? "" }
        let rig = try DeliveryRig(broker) { settings in
            settings.mqtt.tls = Self.tls(broker, authority: "ca", client: "client")
            settings.fileWatchInterval = .milliseconds(20)
        } receiver: { settings in
            settings.tls = Self.tls(broker, authority: "ca", client: "receiver")
        }
        try rig.commit(upTo: 50)
        #expect(waitUntil { rig.hasDelivered(50) })
        #expect(log().contains("u'client'") && !log().contains("u'renewed'"))
        for suffix in ["key", "crt"] {
            try Data(contentsOf: broker.folder.appendingPathComponent("renewed.\(suffix)"))
                .write(to: broker.folder.appendingPathComponent("client.\(suffix)"), options: .atomic)
            try rig.commit(upTo: rig.journal.head + 50)
        }
        #expect(waitUntil { log().contains("u'renewed'") })
        #expect(rig.notices.contains { $0 == .credentialsRenewed })
        try rig.commit(upTo: 200)
        rig.expectNothingLost(200)
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
