import Testing
import VitalsCore
import VitalsJSON
import VitalsKernels
import VitalsModel

/// What the engine keeps of links, and of the runs before it.
@Suite("Link reports and history")
struct LinkReportTests {
    private static let sensor = SensorAddress(rawValue: 0xC000_0000_0001)

    private static func stamp(_ seconds: Int64) -> Stamp {
        Stamp(
            monotonic: MonotonicTime(microseconds: seconds * 1_000_000),
            wall: WallTime(microseconds: 1_700_000_000_000_000 + seconds * 1_000_000), isSynchronised: true)
    }

    private static func run(_ inputs: [EngineInput], history: EngineHistory = EngineHistory()) -> [Record] {
        var engine = Engine(
            configuration: EngineConfiguration(), digest: "d", version: "v", kernels: .best, nextSequence: 8,
            history: history)
        var effects: [Effect] = []
        for input in inputs { engine.handle(input, into: &effects) }
        return effects.compactMap { if case .append(let record) = $0 { record } else { nil } }
    }

    private static func body(_ record: Record) throws -> JSONValue { try JSONParser.parse(record.body) }

    @Test(
        "A trouble of a link is recorded, raised as an alarm of the same name, and cleared once",
        arguments: [sensor, nil])
    func condition(sensor: SensorAddress?) throws {
        for condition in LinkCondition.allCases {
            let report = { (isPresent: Bool) in LinkReport.condition(condition, isPresent: isPresent, detail: "hci0") }
            let records = Self.run([
                .start(Self.stamp(0)), .link(Self.stamp(1), sensor: sensor, report(true)),
                .link(Self.stamp(2), sensor: sensor, report(true)),
                .link(Self.stamp(3), sensor: sensor, report(false)),
            ])
            let alarms = records.filter { $0.kind == .alarm }
            #expect(alarms.map(\.subject) == [condition.rawValue, condition.rawValue])
            #expect(try alarms.map { try Self.body($0)["state"]?.string } == ["raised", "cleared"])
            #expect(alarms.allSatisfy { $0.sensor == sensor })
            #expect(try Self.body(alarms[0])["kind"]?.string == "technical")
            #expect(records.filter { $0.kind == .link && $0.subject == "condition" }.count == 3)
            #expect(try Self.body(alarms[0])["cause"]?.number?.integer == Int64(records[1].sequence))
        }
    }

    @Test(
        "A trouble of the gateway's own journal is recorded, raised as an alarm of the same name, and cleared once (T12)",
        arguments: JournalTrouble.allCases)
    func journal(trouble: JournalTrouble) throws {
        let records = Self.run([
            .start(Self.stamp(0)), .journal(Self.stamp(1), trouble, isPresent: true),
            .journal(Self.stamp(2), trouble, isPresent: true), .journal(Self.stamp(3), trouble, isPresent: false),
        ])
        #expect(records.map(\.kind) == [.start, .absence, .alarm, .absence, .absence, .alarm])
        let alarms = records.filter { $0.kind == .alarm }
        #expect(alarms.map(\.subject) == [trouble.rawValue, trouble.rawValue])
        #expect(try alarms.map { try Self.body($0)["state"]?.string } == ["raised", "cleared"])
        #expect(try Self.body(alarms[0])["kind"]?.string == "technical")
        #expect(try Self.body(alarms[0])["cause"]?.number?.integer == Int64(records[1].sequence))
        #expect(alarms.allSatisfy { $0.sensor == nil })
        #expect(
            String(decoding: records[1].body, as: UTF8.self) == #"{"present":true,"state":"\#(trouble.rawValue)"}"#)
    }

    @Test("Recovery and quality of a link are recorded with their counts, and raise nothing")
    func telemetry() throws {
        let quality = LinkQuality(
            rssi: -61, adapter: "hci1", values: 300, connections: 2, failures: 1, setup: .milliseconds(700))
        let records = Self.run([
            .start(Self.stamp(0)),
            .link(Self.stamp(1), sensor: Self.sensor, .recovery(.resubscribe, count: 3, detail: nil)),
            .link(Self.stamp(2), sensor: Self.sensor, .quality(quality)),
        ])
        #expect(records.map(\.kind) == [.start, .link, .link])
        #expect(String(decoding: records[1].body, as: UTF8.self) == #"{"count":3,"step":"resubscribe"}"#)
        #expect(
            String(decoding: records[2].body, as: UTF8.self)
                == #"{"adapter":"hci1","connections":2,"failures":1,"rssi":-61,"setup":700000,"values":300}"#)
    }

    @Test("A new run says for how long there was no gateway, and gives up the alarms that the last one left")
    func history() throws {
        var history = EngineHistory()
        history.boot = "5f0e"
        history.last = Self.stamp(-90)
        history.openAlarms = [
            .init(sensor: Self.sensor, condition: .linkLost, sequence: 4, since: MonotonicTime(microseconds: 7)),
            .init(sensor: nil, condition: .adapterMissing, sequence: 6, since: MonotonicTime(microseconds: 9)),
        ]
        let records = Self.run([.start(Self.stamp(0))], history: history)
        #expect(records.map(\.sequence) == [8, 9, 10, 11])
        #expect(records.map(\.kind) == [.start, .absence, .alarm, .alarm])
        #expect(try Self.body(records[0])["boot"]?.string == "5f0e")
        #expect(try Self.body(records[1])["gap"]?.number?.integer == 90_000_000)
        #expect(try Self.body(records[1])["state"]?.string == "gateway-down")
        #expect(records[2].sensor == Self.sensor && records[2].subject == "link-lost")
        #expect(records[3].sensor == nil && records[3].subject == "adapter-missing")
        #expect(try records[2...].map { try Self.body($0)["state"]?.string } == ["abandoned", "abandoned"])
        #expect(try records[2...].map { try Self.body($0)["raised"]?.number?.integer } == [4, 6])
    }

    @Test("Names of link conditions are names of alarms")
    func names() {
        for condition in LinkCondition.allCases {
            #expect(AlarmCondition(rawValue: condition.rawValue)?.kind == .technical)
        }
    }
}
