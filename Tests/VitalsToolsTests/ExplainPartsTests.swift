import Foundation
import Testing
import VitalsCore
import VitalsDaemon
import VitalsFiles
import VitalsGATT
import VitalsJSON
import VitalsModel
import VitalsStore
import VitalsTestKit

@testable import VitalsTools

@Suite("The parts of an explanation")
struct ExplainPartsTests {
    @Test("A reference is a sequence, alone or behind its epoch")
    func reference() throws {
        #expect(try RecordReference("4712").sequence == 4_712)
        #expect(try RecordReference("4712").epoch == nil)
        #expect(try RecordReference("28b396388e91587f:7").epoch == "28b396388e91587f")
        for text in ["", "0", "-1", "x", "a:b", "a:", ":7", "1:2:3", "18446744073709551616"] {
            #expect(throws: ToolError.self, "\(text)") { try RecordReference(text) }
        }
    }

    @Test(
        "The name of a number says how it reads",
        arguments: [
            ("valueHundredths", 9_780, "97.8", nil), ("sigmaHundredthsQ2", 800, "2", nil),
            ("ewmaHundredthsQ8", -408_752, "-15.9669", nil), ("gapMicroseconds", 3_988_000, "3.988", "s"),
            ("longestIntervalTicks", 1_024, "1000", "ms"), ("medianTicksQ16", 1_024 << 16, "1000", "ms"),
            ("thresholdThousandths", 639, "0.639", nil), ("beats", 5, "5", nil), ("scoreQ16", 32_768, "0.5", nil),
            ("distanceBits", Int64(bitPattern: (0.25).bitPattern), "0.25", nil), ("entropyQ20", 1 << 20, "1", nil),
            ("sdnnMillisecondsBits", Int64(bitPattern: (41.5).bitPattern), "41.5", "ms"),
            ("pulseTwoHundredths", 14_300, "71.5", nil), ("allowedTenThousandths", 100_000, "10", nil),
        ] as [(String, Int64, String, String?)])
    func numbers(_ member: String, _ raw: Int64, _ text: String, _ unit: String?) {
        #expect(NumberForm(member).text(raw) == text)
        #expect(NumberForm(member).unit == unit)
    }

    @Test(
        "A name without a unit, or with a letter alone, is a plain number", arguments: ["Q", "Q0", "Q63", "x", "IQ9x"])
    func plainNames(_ member: String) { #expect(NumberForm(member).text(7) == "7") }

    @Test("What went into a run is made again from its journal, in its order and with its stamps")
    func inputs() throws {
        let bench = try Workbench()
        for name in ["captures/two-sensors.btsnoop", "captures/faults.btsnoop", "captures/stored-spot-checks.btsnoop"] {
            let file = Workbench.fixture(name)
            let path = bench.path("\(name.count).db")
            _ = try bench.digest([file]) { $0.journal = path }
            let reader = try JournalReader(path: path)
            let end = try #require(try reader.record(reader.head))
            let run = try RecordedRun(of: end, in: reader)
            var source = JournalInputs(of: run, blockSeconds: 20, in: reader)
            var made: [SensorEvent] = []
            while let entry = try source.next() { if case .sensor(let event) = entry.input { made.append(event) } }
            let recording = try RecordedEvents(path: file)
            var played: [SensorEvent] = []
            while let event = recording.next() { played.append(event) }
            let kept = Self.measurements(played)
            #expect(Self.measurements(made) == kept && !kept.isEmpty, "\(name)")
            #expect(Self.others(made).isSubset(of: Self.others(played)), "\(name)")
        }
    }

    /// The values of streams with links between them, packets as what they decode to.
    private static func measurements(_ events: [SensorEvent]) -> [String] {
        events.compactMap { event in
            let time = event.stamp.monotonic.microseconds
            switch event.kind {
            case .value(let sensor, let characteristic, let bytes):
                guard SampleStream(characteristic) != nil,
                    let value = try? CharacteristicValue.decode(characteristic, bytes).value
                else { return nil }
                return "\(time) \(sensor) \(value)"
            case .linkUp(let sensor): return "\(time) \(sensor) up"
            case .linkDown(let sensor, let reason): return "\(time) \(sensor) down \(reason ?? "")"
            case .clock: return nil
            }
        }
    }

    private static func others(_ events: [SensorEvent]) -> Set<SensorEvent> {
        Set(
            events.filter { event in
                guard case .value(_, let characteristic, _) = event.kind else { return true }
                return SampleStream(characteristic) == nil
            })
    }

    @Test("A plot shows each sample where it stands, nothing where there is none, and the judged span below")
    func plot() {
        let events = [(0, 60), (10, 60), (20, 100), (40, 80)].map { second, rate in
            SensorEvent(
                stamp: Self.stamp(Int64(second)),
                kind: .value(
                    sensor: SensorAddress(rawValue: 1), characteristic: .heartRateMeasurement,
                    bytes: [0, UInt8(rate)]))
        }
        let plot = Plot(
            PlotSeries(.heartRate, events), over: Self.time(0)...Self.time(40), judged: Self.time(20)...Self.time(30),
            levels: [Plot.Level(value: 70, name: "limit")],
            style: Plot.Style(columns: 27, rows: 5, isUnicode: false))
        #expect(
            plot.lines == [
                "     heart rate, beats/min; - limit 70",
                "102 |           *",
                "    |",
                "    |                     *",
                " 70 |----------------------",
                " 58 |*    *",
                "    +----------------------",
                "                ======",
            ])
    }

    @Test("A plot marks what is no measurement and what is doubtful, and draws braille on a terminal")
    func marks() {
        let off: [UInt8] = [0b100, 0]
        let events = [([UInt8(0), 60]), off, [0, 61]].enumerated().map { index, bytes in
            SensorEvent(
                stamp: Self.stamp(Int64(index)),
                kind: .value(sensor: SensorAddress(rawValue: 1), characteristic: .heartRateMeasurement, bytes: bytes))
        }
        let series = PlotSeries(.heartRate, events)
        #expect(series.points.map(\.trust) == [.good, .none, .good])
        #expect(series.points[1].value == nil)
        let lines = Plot(
            series, over: Self.time(0)...Self.time(2), judged: Self.time(0)...Self.time(2), levels: [],
            style: Plot.Style(columns: 40, rows: 4, isUnicode: true)
        ).lines
        #expect(lines.contains { $0.contains("x") })
        #expect(lines.contains { $0.unicodeScalars.contains { (0x2801...0x28FF).contains($0.value) } })
        #expect(lines.allSatisfy { $0.count <= 40 })
    }

    @Test("A plot that is too narrow to show anything is left out")
    func narrow() {
        let plot = Plot(
            PlotSeries(.spO2, []), over: Self.time(0)...Self.time(1), judged: Self.time(0)...Self.time(1), levels: [],
            style: Plot.Style(columns: 10, rows: 4, isUnicode: true))
        #expect(plot.lines.isEmpty)
    }

    @Test("Every number that the detectors trace on the project's recordings has a meaning")
    func glossary() throws {
        let bench = try Workbench()
        try Synthesis(output: bench.path("quick.jsonl")).run(
            scenario: Workbench.fixture("scenarios/quick.toml"), standard: MemoryOutput(), progress: .hidden)
        var unknown: Set<String> = []
        for line in try bench.replay([bench.path("quick.jsonl")], { $0.isTracing = true }).split(separator: "\n") {
            guard line.contains(#""kind":"trace""#), let value = try? JSONParser.parse(Array(line.utf8)),
                let detector = value["detector"]?.string,
                case .object(let numbers)? = value["evaluation"]?["numbers"]
            else { continue }
            for number in numbers where Glossary.term(detector, number.name) == nil {
                unknown.insert("\(detector): \(number.name)")
            }
        }
        #expect(unknown.isEmpty, "\(unknown.sorted())")
    }

    @Test("Every alarm condition has words")
    func conditions() {
        for condition in AlarmCondition.allCases {
            #expect(ConditionText.of(condition.rawValue) != nil, "\(condition.rawValue)")
        }
    }

    private static func time(_ second: Int64) -> MonotonicTime { MonotonicTime(microseconds: second * 1_000_000) }

    private static func stamp(_ second: Int64) -> Stamp {
        Stamp(monotonic: time(second), wall: WallTime(microseconds: second * 1_000_000), isSynchronised: true)
    }
}
