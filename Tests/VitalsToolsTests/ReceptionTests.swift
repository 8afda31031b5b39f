import Foundation
import Testing
import VitalsCore
import VitalsMQTT
import VitalsModel
import VitalsStore
import VitalsTestKit

@testable import VitalsTools

@Suite("Receiving")
struct ReceptionTests {
    private static func status(_ state: String, last: UInt64? = nil, epoch: String = "00000000000000aa") -> MQTTMessage
    {
        let end = last.map { #","last":\#($0)"# } ?? ""
        let payload = #"{"epoch":"\#(epoch)","gateway":"g"\#(end),"state":"\#(state)"}"#
        return MQTTMessage(topic: "vitals/v1/g/status", payload: Array(payload.utf8))
    }

    private static func report(records: UInt64, missing: [ClosedRange<UInt64>] = []) -> AuditReport {
        var audit = DeliveryAudit()
        _ = audit.receive(status("online"))
        var report = audit.report
        report.journals[0].records = records
        report.journals[0].last = records + missing.reduce(0) { $0 + UInt64($1.count) }
        report.journals[0].missing = missing
        return report
    }

    @Test("Only a clean goodbye with everything up to its last sequence ends a reception until stopped")
    func goodbyes() {
        var goal = ReceptionGoal()
        goal.isUntilStopped = true
        func isReached(_ messages: [MQTTMessage], _ report: AuditReport) -> Bool {
            var goodbyes = Goodbyes()
            for message in messages { goodbyes.take(message) }
            return goal.isReached(report, goodbyes: goodbyes, silence: .seconds(0))
        }
        let whole = Self.report(records: 10)
        #expect(isReached([Self.status("offline", last: 10)], whole))
        #expect(!isReached([], whole))
        #expect(!isReached([Self.status("offline")], whole), "a will is no goodbye")
        #expect(!isReached([Self.status("offline", last: 11)], whole), "the last record is still on its way")
        let late = [
            Self.status("offline", last: 10), Self.status("online"), Self.status("offline"),
            Self.status("offline", last: 9),
        ]
        #expect(isReached(late, whole), "a broker sends what came before the goodbye once more, after it")
        #expect(!isReached(late, Self.report(records: 11)), "the gateway works again")
        #expect(!isReached([Self.status("offline", last: 10)], Self.report(records: 9, missing: [4...4])))
        let other = Self.status("offline", last: 1, epoch: "00000000000000bb")
        #expect(!isReached([Self.status("offline", last: 10), other], whole), "a journal that the report lags behind")
        #expect(!isReached([Self.status("offline", last: 10)], DeliveryAudit().report))
        // Of the journal before this one the broker has retained an alarm, and nobody speaks for it any more.
        var audit = DeliveryAudit()
        for message in [Self.status("online", epoch: "00000000000000bb"), Self.status("online")] {
            _ = audit.receive(message)
        }
        var both = audit.report
        for index in both.journals.indices where both.journals[index].epoch == "00000000000000aa" {
            both.journals[index].records = 10
            both.journals[index].last = 10
        }
        #expect(both.journals.count == 2)
        #expect(isReached([Self.status("offline", last: 10)], both))
        #expect(!isReached([Self.status("online")], both))
        #expect(!isReached([other, Self.status("offline", last: 11)], both))
    }

    @Test("A count is reached when nothing before is missing, and silence ends what waits for it")
    func count() {
        var goal = ReceptionGoal()
        goal.records = 10
        func isReached(_ report: AuditReport, _ silence: MonotonicTime.Span = .seconds(0)) -> Bool {
            goal.isReached(report, goodbyes: Goodbyes(), silence: silence)
        }
        #expect(isReached(Self.report(records: 10)))
        #expect(!isReached(Self.report(records: 9)))
        #expect(!isReached(Self.report(records: 12, missing: [3...3])))
        #expect(!isReached(Self.report(records: 9), .seconds(100)))
        goal.idle = .seconds(5)
        #expect(!isReached(Self.report(records: 9), .milliseconds(4_999)))
        #expect(isReached(Self.report(records: 9), .seconds(5)))
    }

    @Test("A broker that leaves MQTT 5 unanswered is asked with 3.1.1 before `receive` gives up", arguments: 1...50)
    func patience(_ seed: UInt64) throws {
        var settings = ReceptionOptions().settings
        settings.seed = seed
        let began = MonotonicTime(microseconds: 0)
        var supervisor = ConnectionSupervisor(settings: settings, at: began)
        var now = began
        var versions: [MQTTVersion] = []
        while versions.last != .v311, versions.count < 10 {
            switch supervisor.advance(at: now) {
            case .connect(let version, _): versions.append(version)
            case .drop: supervisor.disconnected(at: now, isUnanswered: true)
            case .wait(let until): now = try #require(until)
            }
        }
        #expect(versions == [.v5, .v5, .v311])
        // Some seconds are left for the attempt itself.
        #expect(now + .seconds(3) <= began + VitalsToolsLimits.subscribeWithin)
    }

    @Test("What was wanted and did not come is told")
    func shortfalls() {
        var goal = ReceptionGoal()
        var goodbyes = Goodbyes()
        #expect(goal.shortfalls(Self.report(records: 0), goodbyes: goodbyes).isEmpty)
        goal.records = 10
        #expect(goal.shortfalls(Self.report(records: 9), goodbyes: goodbyes) == ["10 records were expected"])
        #expect(goal.shortfalls(Self.report(records: 10), goodbyes: goodbyes).isEmpty)
        goal.isUntilStopped = true
        #expect(
            goal.shortfalls(Self.report(records: 10), goodbyes: goodbyes)
                == ["not every gateway has said goodbye and sent everything up to it"])
        goodbyes.take(Self.status("offline", last: 10))
        #expect(goal.shortfalls(Self.report(records: 10), goodbyes: goodbyes).isEmpty)
    }

    @Test("TLS files imply TLS, and the port follows")
    func options() {
        var options = ReceptionOptions()
        #expect(options.settings.port == 1_883 && options.settings.tls == nil)
        options.authorityFile = "ca.pem"
        #expect(options.settings.port == 8_883 && options.settings.tls?.authorityFile == "ca.pem")
        options.port = 9_000
        #expect(options.settings.port == 9_000)
        #expect(options.settings.clientID != ReceptionOptions().settings.clientID)
    }

    @Test("A password file that cannot be read ends the reception at once")
    func passwordFile() {
        var options = ReceptionOptions()
        options.username = "audit"
        options.passwordFile = "/nowhere/secret"
        let failure = Workbench.failure {
            _ = try Reception(options).run(output: MemoryOutput(), notes: MemoryOutput())
        }
        #expect(
            failure?.text
                == "read the password file /nowhere/secret: it cannot be opened: No such file or directory")
        #expect(failure?.status == 78)
    }

    @Test("A gateway's name that cannot stand in a topic is a usage error")
    func gatewayName() {
        var options = ReceptionOptions()
        options.gateway = "a/b"
        let failure = Workbench.failure {
            _ = try Reception(options).run(output: MemoryOutput(), notes: MemoryOutput())
        }
        #expect(failure?.text == "gateway name: it must be 1 to 64 of A-Z a-z 0-9 _ -")
        #expect(failure?.status == 64)
    }

    @Test(
        "What an uplink delivers is received once, and the goodbye ends it", .enabled(if: MosquittoBroker.isInstalled))
    func uplink() async throws {
        let broker = try MosquittoBroker()
        let bench = try Workbench()
        let journal = try Journal(
            path: bench.path("journal.db"), gateway: "ward-3", created: WallTime(microseconds: 0),
            epoch: "00000000000000aa")
        var maker = RecordMaker(seed: 3)
        try journal.append(maker.records(200))

        var options = ReceptionOptions()
        options.port = broker.port
        options.gateway = "ward-3"
        options.isUntilStopped = true
        options.printsMessages = true
        let output = MemoryOutput()
        let notes = MemoryOutput()
        let reception = Reception(options)
        let result = Task.detached { try reception.run(output: output, notes: notes) }
        while !notes.text.contains("connected to the broker") { try await Task.sleep(for: .milliseconds(5)) }

        let uplink = try Uplink(
            journal: journal, settings: UplinkSettings(mqtt: broker.settings(clientID: "gateway"))
        ) { _ in }
        try uplink.start()
        uplink.committed(upTo: journal.head)
        while uplink.snapshot.acknowledged < 200 { try await Task.sleep(for: .milliseconds(5)) }
        _ = uplink.stop(deadline: .seconds(5))

        #expect(try await result.value)
        #expect(
            notes.lines.last?.hasPrefix("gateway ward-3, epoch 00000000000000aa: 200 records, 0 lost, 0 duplicated")
                == true)
        #expect(output.lines.filter { $0.hasSuffix(#""verdict":"first"}"#) }.count == 200)
        #expect(output.lines.allSatisfy { $0.hasPrefix(#"{"payload":"#) })
    }
}
