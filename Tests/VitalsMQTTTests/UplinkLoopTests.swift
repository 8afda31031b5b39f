import Synchronization
import Testing
import VitalsCore
import VitalsModel
import VitalsTestKit

@testable import VitalsMQTT

/// An uplink without a thread, a broker in memory and a subscriber with an audit, on a clock that the test turns.
private final class UplinkRig {
    let broker: InMemoryBroker
    let journal: FaultyJournal
    let notices = Notices()
    var now = MonotonicTime.seconds(0)
    var loop: UplinkLoop
    private let subscriber: InMemoryTransport
    private(set) var audit = DeliveryAudit()
    private(set) var messages: [MQTTMessage] = []

    init(_ options: TestBrokerOptions = TestBrokerOptions(), records: UInt64 = 0, subscribes: Bool = true) throws {
        broker = InMemoryBroker(options)
        journal = FaultyJournal()
        if records > 0 { try journal.append(Record.samples(1...records)) }
        var settings = broker.settings(clientID: "subscriber")
        settings.sessionExpirySeconds = 60
        subscriber = InMemoryTransport(broker: broker, settings: settings)
        loop = try Self.loop(broker, journal, notices, now)
        if subscribes { try subscribe() }
    }

    private static func loop(
        _ broker: InMemoryBroker, _ journal: FaultyJournal, _ notices: Notices, _ now: MonotonicTime
    ) throws -> UplinkLoop {
        let settings = UplinkSettings(mqtt: broker.settings(clientID: "g"))
        let transport = InMemoryTransport(broker: broker, settings: settings.mqtt)
        return try UplinkLoop(
            journal: journal, ledger: nil, settings: settings, transport: transport, at: now,
            wallClock: { WallTime(microseconds: 0) }, notify: { notices.add($0) })
    }

    /// The daemon is killed and starts again.
    func restart() throws {
        broker.cutConnections()
        loop = try Self.loop(broker, journal, notices, now)
    }

    func subscribe() throws {
        // A refusal that the broker had in store for the uplink may hit the subscriber.
        for _ in 0..<4 {
            try subscriber.connect(MQTTConnectRequest(version: broker.speaksV5 ? .v5 : .v311, will: nil))
            listen()
            if (try? subscriber.subscribe("vitals/v1/#")) != nil { break }
        }
        listen()
    }

    func listen() {
        for case .message(let message) in subscriber.takeEvents() {
            messages.append(message)
            _ = audit.receive(message)
        }
    }

    func commit(_ records: [Record]) throws {
        try journal.append(records)
        loop.committed(upTo: records.last?.sequence ?? 0)
    }

    /// Turns until nothing is due now.
    func settle() {
        for _ in 0..<1_000 {
            let next = loop.turn(at: now)
            listen()
            if let next, next <= now { continue }
            if loop.isFinished { return }
            // An event that came during the turn makes another turn due.
            let before = loop.snapshot
            _ = loop.turn(at: now)
            if loop.snapshot == before { return }
        }
    }

    /// Turns, letting time pass to each next deadline, until `isDone`.
    func run(until isDone: (UplinkRig) -> Bool) -> Bool {
        for _ in 0..<2_000 {
            settle()
            if isDone(self) { return true }
            guard let next = loop.turn(at: now) else { return isDone(self) }
            now = max(now, next)
        }
        return false
    }
}

/// Notices of a loop, from whichever thread.
final class Notices: Sendable {
    private let all = Mutex<[UplinkNotice]>([])

    func add(_ notice: UplinkNotice) { all.withLock { $0.append(notice) } }

    var list: [UplinkNotice] { all.withLock(\.self) }

    func contains(_ matches: (UplinkNotice) -> Bool) -> Bool { list.contains(where: matches) }
}

@Suite("The uplink, turn by turn")
struct UplinkLoopTests {
    @Test("every record arrives once, the journal knows it, and a clean stop says the last sequence")
    func delivers() throws {
        let rig = try UplinkRig(records: 100)
        #expect(rig.run { $0.loop.snapshot.backlog == 0 })
        #expect(rig.loop.snapshot.state == .delivering)
        rig.loop.stop(by: rig.now + .seconds(5))
        #expect(rig.run { $0.loop.isFinished })
        #expect(rig.loop.snapshot.isCleanlyStopped)
        #expect(rig.loop.snapshot.acknowledged == 100)
        #expect(try rig.journal.acknowledged(sink: "mqtt") == [1...100])
        #expect(rig.audit.report.isClean)
        let journal = try #require(rig.audit.report.journals.first)
        #expect(journal.records == 100 && journal.last == 100 && journal.isOnline == false)
        #expect(rig.audit.report.description.hasSuffix("100 records, 0 lost, 0 duplicated"))
        let states = rig.messages.filter { $0.topic == "vitals/v1/g/status" }.map {
            String(decoding: $0.payload, as: UTF8.self)
        }
        #expect(
            states == [
                #"{"epoch":"00000000000000e1","gateway":"g","state":"online"}"#,
                #"{"epoch":"00000000000000e1","gateway":"g","last":100,"state":"offline"}"#,
            ])
    }

    @Test("the status goes before the first record")
    func statusFirst() throws {
        let rig = try UplinkRig(records: 3)
        #expect(rig.run { $0.loop.snapshot.backlog == 0 })
        #expect(rig.messages.first?.topic == "vitals/v1/g/status")
        #expect(rig.messages.count == 4)
    }

    @Test("nobody subscribed: the records stay until somebody is (0x10)")
    func noSubscribers() throws {
        let rig = try UplinkRig(records: 30, subscribes: false)
        #expect(rig.run { $0.loop.snapshot.refused >= 22 })
        #expect(rig.loop.snapshot.state == .refused(.noMatchingSubscribers))
        #expect(rig.loop.snapshot.backlog == 30)
        #expect(rig.notices.contains { $0 == .recordRefused(sequence: 2, .noMatchingSubscribers) })
        try rig.subscribe()
        #expect(rig.run { $0.loop.snapshot.backlog == 0 })
        #expect(rig.notices.contains { $0 == .deliveryResumed })
        #expect(rig.audit.report.isClean)
    }

    @Test("a broker that stops acknowledging is dropped after ten seconds, and nothing is lost or doubled (lesson 34)")
    func silence() throws {
        let rig = try UplinkRig(records: 50)
        rig.broker.holdAcknowledgements(true)
        rig.settle()
        #expect(rig.loop.snapshot.inFlight == 19 && rig.loop.snapshot.acknowledged == 0)
        let start = rig.now
        #expect(rig.run { $0.notices.contains { $0 == .unanswered(unprovedTopics: 0) } })
        #expect(rig.now - start == .seconds(10))
        rig.broker.holdAcknowledgements(false)
        #expect(rig.run { $0.loop.snapshot.backlog == 0 })
        let report = rig.audit.report
        #expect(report.isClean && report.journals.first?.redelivered == 19)
        #expect(report.journals.first?.isOnline == true, "the will said offline, the new connection online")
    }

    @Test("a broker that takes connections and says nothing is given up after the connect deadline")
    func silentConnect() throws {
        let rig = try UplinkRig(records: 5)
        rig.broker.keepSilent(true)
        rig.settle()
        #expect(rig.loop.snapshot.state == .offline)
        rig.broker.keepSilent(false)
        #expect(rig.run { $0.loop.snapshot.backlog == 0 })
        #expect(rig.now >= .seconds(10))
    }

    @Test("wrong credentials are told and tried again until they are right", arguments: [0x86, 0x87] as [UInt8])
    func credentials(_ code: UInt8) throws {
        let rig = try UplinkRig(records: 5)
        let reason = MQTTReason(rawValue: code)
        rig.broker.refuseConnections([reason, reason, reason])
        #expect(rig.run { $0.loop.snapshot.backlog == 0 })
        #expect(rig.notices.list.filter { $0 == .connectionRefused(reason) }.count == 3)
    }

    @Test("a broker without retained messages gets none, and a plain will")
    func noRetain() throws {
        let rig = try UplinkRig(TestBrokerOptions(isRetainAvailable: false), records: 10)
        #expect(rig.run { $0.loop.snapshot.backlog == 0 })
        #expect(rig.broker.violations.isEmpty)
        #expect(rig.audit.report.isClean)
    }

    @Test("a broker that supports no QoS 1 gets nothing, since it could acknowledge nothing")
    func noQoS1() throws {
        let rig = try UplinkRig(TestBrokerOptions(maximumQoS: 0), records: 10)
        rig.settle()
        #expect(rig.loop.snapshot.state == .unsupported)
        #expect(rig.loop.snapshot.published == 0 && rig.broker.received.isEmpty)
        #expect(rig.notices.contains { $0 == .unsupportedQoS })
    }

    @Test("the broker's Receive Maximum is never exceeded", arguments: [1, 2, 7, 20, 100])
    func receiveMaximum(_ maximum: UInt16) throws {
        let rig = try UplinkRig(TestBrokerOptions(receiveMaximum: maximum), records: 60)
        rig.broker.holdAcknowledgements(true)
        rig.settle()
        // Nine of the sixty are alarms, which may fill the window; samples leave one slot of a large one.
        #expect(rig.loop.snapshot.inFlight == min(19, Int(maximum)))
        rig.broker.holdAcknowledgements(false)
        rig.broker.release()
        #expect(rig.run { $0.loop.snapshot.backlog == 0 })
        #expect(rig.broker.violations.isEmpty)
    }

    @Test("a broker without MQTT 5 is spoken to in 3.1.1, and acknowledgements count once a topic is proved")
    func version311() throws {
        let rig = try UplinkRig(TestBrokerOptions(speaksV5: false), records: 60)
        #expect(rig.run { $0.loop.snapshot.backlog == 0 })
        #expect(rig.loop.snapshot.version == .v311)
        #expect(rig.audit.report.isClean)
        #expect(rig.audit.report.journals.first?.records == 60, "identities stand in the payload alone")
    }

    @Test("under 3.1.1 a denied topic is acknowledged and dropped by the broker, and yet nothing is lost")
    func deniedUnder311() throws {
        let rig = try UplinkRig(TestBrokerOptions(speaksV5: false), records: 30)
        rig.broker.deny(["vitals/v1/g/c00000000001/samples"])
        #expect(rig.run { $0.notices.contains { $0 == .unanswered(unprovedTopics: 1) } })
        #expect(rig.loop.snapshot.backlog > 0)
        #expect(rig.audit.report.journals.first?.missing.isEmpty == false)
        rig.broker.deny([])
        #expect(rig.run { $0.loop.snapshot.backlog == 0 })
        #expect(rig.audit.report.isClean)
    }

    @Test("acknowledgements are kept in batches, and a journal that fails is told again")
    func batches() throws {
        let rig = try UplinkRig(records: 640)
        #expect(rig.run { $0.loop.snapshot.backlog == 0 })
        #expect(rig.run { (try? $0.journal.acknowledged(sink: "mqtt")) == [1...640] })
        #expect(rig.journal.acknowledgeCalls <= 12)
        try rig.journal.append(Record.samples(641...650))
        rig.journal.fail(2)
        rig.loop.committed(upTo: 650)
        #expect(rig.run { (try? $0.journal.acknowledged(sink: "mqtt")) == [1...650] })
        #expect(rig.notices.contains { if case .journalFailed = $0 { true } else { false } })
    }

    @Test("a stop while the broker is away waits for its deadline, keeps the backlog and is not clean")
    func stopOffline() throws {
        let rig = try UplinkRig(records: 5)
        rig.broker.stop()
        rig.settle()
        rig.loop.stop(by: .seconds(3))
        #expect(rig.run { $0.loop.isFinished })
        #expect(rig.now == .seconds(3))
        #expect(!rig.loop.snapshot.isCleanlyStopped && rig.loop.snapshot.backlog == 5)
        #expect(rig.loop.snapshot.state == .stopped)
    }

    @Test("a stop while the broker hangs ends at its deadline")
    func stopHanging() throws {
        let rig = try UplinkRig(records: 5)
        rig.broker.holdAcknowledgements(true)
        rig.settle()
        rig.loop.stop(by: .seconds(3))
        #expect(rig.run { $0.loop.isFinished })
        #expect(rig.now <= .seconds(3))
        #expect(rig.loop.snapshot.backlog == 5)
    }

    /// Everything at once, from one seed.
    @Test("under random faults 0 are lost and 0 doubled", arguments: 0..<60)
    func chaos(_ seed: Int) throws {
        var random = SplitMix64(seed: UInt64(seed))
        let options = TestBrokerOptions(
            receiveMaximum: random.int(0...2) == 0 ? UInt16(random.int(1...30)) : nil,
            isRetainAvailable: random.int(0...3) != 0, speaksV5: random.int(0...3) != 0)
        let rig = try UplinkRig(options)
        // Under 3.1.1 a broker can say neither that it dropped a message nor that nobody wanted it: there a subscriber
        // is never away for good, and rights change between connections.
        let isSilent = !options.speaksV5
        var committed: UInt64 = 0
        for _ in 0..<150 {
            switch random.int(0...11) {
            case 0...2:
                let next = committed + UInt64(random.int(1...9))
                try rig.commit(Record.samples(committed + 1...next))
                committed = next
            case 3: rig.broker.cutConnections()
            case 4:
                // What a broker acknowledged and then loses itself, no gateway can make good: this one is durable.
                rig.broker.stop(isDurable: true)
                rig.settle()
                if random.int(0...1) == 0 { rig.now = rig.now + .seconds(30) }
                rig.broker.start()
                if isSilent { try rig.subscribe() }
            case 5: rig.broker.holdAcknowledgements(random.int(0...1) == 0)
            case 6: rig.broker.release(random.int(1...10))
            case 7 where !isSilent:
                rig.broker.answer(
                    (0..<random.int(1...5)).map { _ in random.int(0...1) == 0 ? .quotaExceeded : .success })
            case 8: rig.broker.refuseConnections([.serverUnavailable, .badUserNameOrPassword])
            case 9: try rig.restart()
            case 10:
                rig.broker.deny(random.int(0...1) == 0 ? ["vitals/v1/g/c00000000001/findings"] : [])
                rig.broker.cutConnections()
            default: rig.now = rig.now + .milliseconds(Int64(random.int(0...4_000)))
            }
            if random.int(0...2) > 0 { try rig.subscribe() }
            for _ in 0..<3 { rig.settle() }
        }
        rig.broker.start()
        rig.broker.holdAcknowledgements(false)
        rig.broker.release()
        rig.broker.refuseConnections([])
        rig.broker.deny([])
        try rig.subscribe()
        #expect(rig.run { $0.loop.snapshot.backlog == 0 }, "seed \(seed)")
        rig.loop.stop(by: rig.now + .seconds(60))
        #expect(rig.run { $0.loop.isFinished })
        #expect(rig.broker.violations.isEmpty)
        let report = rig.audit.report
        #expect(report.isClean, "seed \(seed) v5 \(options.speaksV5): \(report)")
        #expect(report.journals.first?.records ?? 0 == committed)
        #expect(try rig.journal.acknowledged(sink: "mqtt") == (committed == 0 ? [] : [1...committed]))
    }
}
