import Foundation
import Testing
import VitalsCore
import VitalsModel
import VitalsTestKit

@testable import VitalsMQTT

@Suite("A broker that loses what it acknowledged", .serialized, .enabled(if: MosquittoBroker.isInstalled))
struct BrokerReplayTests {
    private static func keyFile(_ folder: URL) throws -> String {
        let file = folder.appendingPathComponent("request.key")
        try Data("0123456789abcdef0123456789abcdef".utf8).write(to: file)
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: file.path)
        return file.path
    }

    private static func receiver(_ broker: MosquittoBroker, _ name: String, key: RequestKey? = nil) throws -> Receiver {
        let receiver = try Receiver(
            settings: broker.settings(clientID: name), receiptKey: key, notify: { _ in })
        try receiver.start()
        try #require(waitUntil { receiver.isSubscribed })
        return receiver
    }

    @Test("its store gone, a request brings back everything, and a second copy of it nothing (T22)")
    func storeLost() throws {
        let broker = try MosquittoBroker()
        let file = try Self.keyFile(broker.folder)
        let rig = try DeliveryRig(broker) { $0.requestKeyFile = file }
        try rig.commit(upTo: 300)
        #expect(waitUntil { rig.hasDelivered(300) })
        _ = rig.receiver.stop(deadline: .seconds(5))
        broker.stop()
        try broker.start()
        // A consumer that starts with nothing.
        let receiver = try Self.receiver(broker, "another")
        let key = try RequestKey(file: file)
        let ask = { (counter: UInt64) throws in
            try RequestCourier(settings: broker.settings(clientID: "asker"), gateway: "g", key: key)
                .send(within: .seconds(20)) { epoch in
                    ReplayRequest(
                        gateway: "g", epoch: epoch, counter: counter,
                        expires: WallTime(microseconds: 4_000_000_000_000_000),
                        scope: .records([1...300]))
                }
        }
        #expect(try ask(1) == .heard)
        #expect(waitUntil { receiver.report.journals.first?.records == 300 })
        #expect(waitUntil { rig.uplink.snapshot.replaying == 0 })
        let end = rig.uplink.stop(deadline: .seconds(20))
        #expect(end.isCleanlyStopped && end.published >= 600)
        let report = receiver.stop(deadline: .seconds(5))
        #expect(report.isClean && report.journals.first?.records == 300, "\(report)")
        var result = SuiteResult("store-lost", tests: ["T22"], seed: "0", isFull: true)
        result.count("records", 300)
        result.goal(
            "100 % of the grace window restored", "\(report.journals.first?.records ?? 0) of 300, \(report)",
            holds: report.isClean && report.journals.first?.records == 300)
        try result.report()
        #expect(try rig.journal.lastLedgerEntry(.replayRequest) != nil)
    }

    @Test("a receiver that sends receipts tells the gateway what has arrived")
    func receipts() throws {
        let broker = try MosquittoBroker()
        let file = try Self.keyFile(broker.folder)
        let rig = try DeliveryRig(broker) { $0.requestKeyFile = file }
        let receiver = try Self.receiver(broker, "applying", key: try RequestKey(file: file))
        try rig.commit(upTo: 120)
        #expect(waitUntil { rig.uplink.snapshot.applied == 120 })
        #expect(waitUntil { (try? rig.journal.acknowledged(sink: "mqtt.applied")) == [1...120] })
        _ = receiver.stop(deadline: .seconds(5))
        rig.expectNothingLost(120)
    }
}
