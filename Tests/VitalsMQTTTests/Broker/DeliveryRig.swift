import Foundation
import Testing
import VitalsCore
import VitalsModel
import VitalsTestKit

@testable import VitalsMQTT

/// A journal, an uplink and an auditing receiver on a real broker.
final class DeliveryRig {
    let broker: MosquittoBroker
    let journal = InMemoryJournal(identity: JournalIdentity(gateway: "g", epoch: "00000000000000e1"))
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
        uplink = try Uplink(journal: journal, ledger: journal, settings: settings, notify: { notices.add($0) })
        try self.receiver.start()
        try #require(waitUntil { self.receiver.isSubscribed })
        try uplink.start()
    }

    /// Makes records up to this one durable.
    func commit(upTo last: UInt64) throws {
        try journal.append(Record.samples(journal.head + 1...last))
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
func waitUntil(_ isDone: () -> Bool) -> Bool {
    for _ in 0..<6_000 {
        if isDone() { return true }
        usleep(5_000)
    }
    return false
}
