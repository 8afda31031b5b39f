import Foundation
import GRDB
import Testing
import VitalsCore
import VitalsModel
import VitalsStore
import VitalsTestKit
import VitalsTools

@Suite("Journal commands")
struct JournalCommandsTests {
    let bench: Workbench
    let capture = Workbench.fixture("captures/two-sensors.btsnoop")

    init() throws { bench = try Workbench() }

    private func fill() throws -> String { try bench.replay([capture]) { $0.journal = bench.path("journal.db") } }

    private func edit(_ sql: String) throws {
        let database = try DatabaseQueue(path: bench.path("journal.db"))
        try database.writeWithoutTransaction { try $0.execute(sql: sql) }
        try database.close()
    }

    @Test("A good journal is verified in one line, and its anchor holds")
    func verify() throws {
        _ = try fill()
        let anchor = try bench.journal("journal.db") { try $0.anchor(to: $1) }
        let hash = try #require(anchor.split(separator: " ").last)
        let line = try bench.journal("journal.db") { try $0.verify(anchor: anchor, to: $1) }
        #expect(line == "19 records, chain OK, head \(hash), 1 checkpoint")
    }

    @Test("The first fault of a journal is named, with what stands before it")
    func fault() throws {
        _ = try fill()
        try edit("UPDATE record SET body = x'7B7D' WHERE sequence = 2")
        let failure = Workbench.failure { _ = try bench.journal("journal.db") { try $0.verify(to: $1) } }
        #expect(
            failure?.text
                == "\(bench.path("journal.db")): record 2 is not the one that was written; 1 record before it is as "
                + "written; keep the file as it is, and go on with a copy or a new path")
        #expect(failure?.status == 65)
    }

    @Test("A journal that was cut off shows against its anchor")
    func cutOff() throws {
        _ = try fill()
        let anchor = try bench.journal("journal.db") { try $0.anchor(to: $1) }
        try edit("DELETE FROM record WHERE sequence > 15")
        let failure = Workbench.failure {
            _ = try bench.journal("journal.db") { try $0.verify(anchor: anchor, to: $1) }
        }
        #expect(failure?.text.contains("records 16 to 19 are missing; 15 records before it are as written") == true)
    }

    @Test("A text that is no anchor is a usage error")
    func notAnAnchor() throws {
        _ = try fill()
        let failure = Workbench.failure {
            _ = try bench.journal("journal.db") { try $0.verify(anchor: "12", to: $1) }
        }
        #expect(
            failure?.text
                == "--anchor: '12' is no anchor; give \"GATEWAY EPOCH SEQUENCE HASH\", as 'journal verify "
                + "--print-anchor' writes it")
        #expect(failure?.status == 64)
    }

    @Test("A journal that is not there is told")
    func absent() {
        let failure = Workbench.failure { _ = try bench.journal("none.db") { try $0.verify(to: $1) } }
        #expect(failure?.text == "journal \(bench.path("none.db")): open: no such file; check the path")
        #expect(failure?.status == 65)
    }

    @Test("An export is what the replay printed, and a digest may begin anywhere")
    func export() throws {
        let lines = try fill()
        #expect(try bench.journal("journal.db") { try $0.export(to: $1) } + "\n" == lines)
        let tail = lines.split(separator: "\n").dropFirst(4).map { $0 + "\n" }.joined()
        #expect(try bench.journal("journal.db") { try $0.export(from: 5, to: $1) } + "\n" == tail)
        let whole = try bench.journal("journal.db") { try $0.digest(to: $1) }
        #expect(try bench.journal("journal.db") { try $0.digest(from: 0, to: $1) } == whole)
        #expect(try bench.journal("journal.db") { try $0.digest(from: 5, to: $1) } != whole)
    }

    @Test("The statistics count records by kind, samples, bytes and what was acknowledged")
    func statistics() throws {
        _ = try fill()
        let journal = try Journal(
            path: bench.path("journal.db"), gateway: "gateway", created: WallTime(microseconds: 0))
        try journal.acknowledge([1...10, 12...12], sink: "mqtt")
        try journal.close()
        let words = try bench.journal("journal.db") { try $0.statistics(to: $1) }.split(separator: "\n")
            .map { $0.split(separator: " ").joined(separator: " ") }
        for line in [
            "Gateway gateway", "Records 19", "start 1", "samples 4", "absence 8", "link 4", "device 2",
            "First 2026-11-21T09:14:34.622Z", "Last 2026-11-21T09:14:47.236094Z", "Span 12.6 s", "Samples 62",
            "Blocks 240 bytes, 3.87 a sample", "Acknowledged 11 by sink mqtt, backlog 8",
        ] {
            #expect(words.contains(line), "no line '\(line)'")
        }
    }

    @Test("Alarms are a table from their raising to their end")
    func alarms() throws {
        let journal = try Journal(
            path: bench.path("journal.db"), gateway: "gateway", created: WallTime(microseconds: 0))
        let strap = SensorAddress(rawValue: 0xC000_0000_0001)
        func record(_ sequence: UInt64, _ second: Int64, _ subject: String, _ body: String) -> VitalsCore.Record {
            VitalsCore.Record(
                sequence: sequence, kind: .alarm, sensor: strap,
                stamp: Stamp(
                    monotonic: MonotonicTime(microseconds: second * 1_000_000),
                    wall: WallTime(microseconds: 1_795_246_200_000_000 + second * 1_000_000), isSynchronised: true),
                subject: subject, body: Array(body.utf8))
        }
        try journal.append([
            record(1, 10, "pause", #"{"priority":"medium","state":"raised"}"#),
            record(2, 20, "spo2-low", #"{"priority":"medium","state":"raised"}"#),
            record(3, 75, "pause", #"{"priority":"medium","state":"cleared"}"#),
            record(4, 80, "pause", #"{"priority":"medium","state":"raised"}"#),
            record(5, 81, "pause", #"{"priority":"medium","state":"abandoned"}"#),
        ])
        try journal.close()
        #expect(
            try bench.journal("journal.db") { try $0.alarms(to: $1) } == """
                Raised                    Ended                     Duration  Sensor             Condition  Priority  State
                2026-11-21T07:30:10.000Z  2026-11-21T07:31:15.000Z      1:05  C0:00:00:00:00:01  pause      medium    cleared
                2026-11-21T07:30:20.000Z  —                                —  C0:00:00:00:00:01  spo2-low   medium    raised
                2026-11-21T07:31:20.000Z  2026-11-21T07:31:21.000Z     1.0 s  C0:00:00:00:00:01  pause      medium    abandoned
                """)
    }

    @Test("A journal without alarms says so")
    func noAlarms() throws {
        _ = try fill()
        #expect(try bench.journal("journal.db") { try $0.alarms(to: $1) } == "no alarms")
    }
}
