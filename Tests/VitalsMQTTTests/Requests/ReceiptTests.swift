import Testing
import VitalsCore
import VitalsModel
import VitalsTestKit

@testable import VitalsMQTT

@Suite("Receipts of the far side, and the ledger on its way there")
struct ReceiptTests {
    @Test("what the far side has applied is kept, shown and noted; less than before, or unsigned, changes nothing")
    func applied() throws {
        let rig = try RequestRig(records: 30)
        rig.run(seconds: 5)
        try rig.ask(try rig.receipt(20))
        rig.run(seconds: 2)
        #expect(rig.loop.snapshot.applied == 20)
        #expect(try rig.journal.acknowledged(sink: "mqtt.applied") == [1...20])
        #expect(try rig.journal.lastLedgerEntry(.receipt)?.body == Array(#"{"applied":20}"#.utf8))
        try rig.ask(try rig.receipt(10))
        try rig.ask(try rig.receipt(31))
        try rig.ask(try rig.receipt(25, secret: "not the secret of both"))
        rig.run(seconds: 2)
        #expect(rig.loop.snapshot.applied == 20 && rig.loop.snapshot.requestsRefused == 2)
        try rig.restart()
        #expect(rig.loop.snapshot.applied == 20)
        for through: UInt64 in 21...30 {
            try rig.ask(try rig.receipt(through))
            rig.run(seconds: 1)
        }
        #expect(try rig.journal.acknowledged(sink: "mqtt.applied") == [1...30])
        #expect(
            try rig.journal.ledger(after: 0, limit: .max).count { $0.kind == .receipt } == 2,
            "the ledger notes one in ten minutes, and the first of a run")
    }

    @Test("every entry of the ledger is published once, in order, and the checkpoint is kept by the broker")
    func ledger() throws {
        let rig = try RequestRig(records: 5)
        for number in 1...40 {
            try rig.journal.note(number % 10 == 0 ? .checkpoint : .retention, body: Array("{\"n\":\(number)}".utf8))
        }
        rig.run(seconds: 10)
        let entries = rig.messages.filter { $0.topic.hasPrefix("vitals/v1/g/journal/") }
        #expect(entries.compactMap { $0.property("entry") } == (1...40).map { "\($0)" })
        #expect(entries[9].topic == "vitals/v1/g/journal/checkpoint" && entries[0].topic.hasSuffix("/retention"))
        #expect(try rig.journal.ledgerAcknowledged(sink: "mqtt") == 40)
        #expect(rig.audit.report.isClean)
        #expect(rig.audit.report.journals.first?.ledgerEntries == 40)
        let late = InMemoryTransport(broker: rig.broker, settings: rig.broker.settings(clientID: "late"))
        try late.connect(MQTTConnectRequest(version: .v5, will: nil))
        try late.subscribe("vitals/v1/g/journal/#")
        let kept = late.takeEvents().compactMap { event in
            if case .message(let message) = event { message.property("entry") } else { nil }
        }
        #expect(kept == ["40"])
        try rig.restart()
        try rig.journal.note(.opened, body: Array("{}".utf8))
        rig.run(seconds: 5)
        #expect(rig.messages.filter { $0.topic.hasPrefix("vitals/v1/g/journal/") && !$0.isRetained }.count >= 37)
        #expect(rig.messages.last { $0.topic.hasPrefix("vitals/v1/g/journal/") }?.property("entry") == "41")
    }

    @Test("a receiver does not call lost what the ledger says was dropped, and waits for everything else")
    func told() throws {
        let rig = try RequestRig(records: 10)
        rig.journal.drop(3...4)
        rig.journal.drop(7...7)
        rig.run(seconds: 5)
        #expect(rig.audit.report.journals.first?.missing == [3...4, 7...7])
        try rig.journal.note(.retention, body: Array(#"{"unacknowledged":[[3,4]]}"#.utf8))
        rig.run(seconds: 3)
        let report = try #require(rig.audit.report.journals.first)
        #expect(report.missing == [7...7] && report.dropped == 2 && !rig.audit.report.isClean)
        #expect(report.description.contains("1 lost, 0 duplicated, 2 dropped as the ledger tells"))
        #expect(rig.audit.applied.first?.through == 6)
    }

    @Test("an alarm whose commit takes longer than the budget is published at once, and once")
    func late() throws {
        let rig = try RequestRig(records: 1)
        rig.run(seconds: 3)
        let alarm = Record.sample(2)
        rig.loop.submitted([alarm], at: rig.now)
        rig.run(seconds: 2)
        #expect(rig.copies[2] == 1 && rig.loop.snapshot.early == 1)
        #expect(rig.notices.contains { $0 == .publishedEarly(1) })
        #expect(InMemoryJournal(copyOf: rig.journal).nextSequence == 3, "the sequence is never given again")
        try rig.commit(5)
        rig.run(seconds: 2)
        #expect(rig.copies == [1: 1, 2: 1, 3: 1, 4: 1, 5: 1, 6: 1])
        rig.loop.submitted([Record.sample(9)], at: rig.now)
        try rig.commit(5)
        rig.run(seconds: 2)
        #expect(rig.loop.snapshot.early == 1, "a commit in time needs no exception")
        #expect(rig.audit.report.isClean)
    }
}
