import Testing
import VitalsGATT
import VitalsModel
import VitalsTestKit

@testable import VitalsCapture

@Suite("RR text")
struct RRTextReaderTests {
    private static let start = WallTime(microseconds: SnoopBuilder.start)

    private static func read(_ text: String, _ unit: RRUnit?, chunk: Int = .max) -> Reading {
        Reading(Array(text.utf8), by: RRTextReader(sensor: .first, start: start, unit: unit), chunk: chunk)
    }

    private static func measurements(_ reading: Reading) throws -> [HeartRateMeasurement] {
        try reading.events.map { event in
            guard case .value(.first, .heartRateMeasurement, let bytes) = event.kind else {
                throw CaptureError(at: .line(0), "another event", remedy: "none")
            }
            let decoded = try HeartRateMeasurement.decode(bytes)
            #expect(decoded.warnings.isEmpty)
            #expect(bytes.count <= 20)
            return decoded.value
        }
    }

    @Test("the intervals that ended in a second come at its end, with their mean rate")
    func seconds() throws {
        // Beats at 0.5, 1.0, 1.75, 3.75 s: none fell into the third second.
        let reading = Self.read("500\n500\n# a remark\n\n750\n2000\n", .milliseconds)
        #expect(reading.error == nil)
        let measurements = try Self.measurements(reading)
        #expect(measurements.map(\.rrIntervals) == [[512], [512, 768], [2_048]])
        #expect(measurements.map(\.heartRate) == [120, 96, 30])
        #expect(measurements.allSatisfy { $0.contact == .unsupported && $0.energyExpended == nil })
        #expect(reading.events.map(\.stamp.monotonic.microseconds) == [1_000_000, 2_000_000, 4_000_000])
        #expect(reading.start == Self.start)
    }

    @Test(
        "the same beats in every unit are the same measurements",
        arguments: [("750\n1000\n", RRUnit.milliseconds), ("0.75\n1.0\n", .seconds), ("768\n1024\n", .ticks)])
    func units(text: String, unit: RRUnit) throws {
        #expect(try Self.measurements(Self.read(text, unit)).flatMap(\.rrIntervals) == [768, 1_024])
    }

    @Test("no interval is lost or invented, and times do not drift, over a day of beats")
    func complete() throws {
        var random = SplitMix64(seed: 3)
        let beats = (0..<20_000).map { _ in random.int(300_000...2_000_000) }
        let text = beats.map { "\($0 / 1_000).\(String(1_000 + $0 % 1_000).dropFirst())" }.joined(separator: "\n")
        let reading = Self.read(text, .milliseconds, chunk: 1_000)
        let intervals = try Self.measurements(reading).flatMap(\.rrIntervals)
        #expect(intervals == beats.map { UInt16(($0 * 1_024 + 500_000) / 1_000_000) })
        let end = Int64(beats.reduce(0, +))
        #expect(reading.events.last?.stamp.monotonic.microseconds == (end / 1_000_000 + 1) * 1_000_000)
        #expect(reading.statistics.records == beats.count)
    }

    @Test("more intervals than a packet holds come in several, in order")
    func many() throws {
        let fast = Self.read([String](repeating: "100", count: 9).joined(separator: "\n"), .milliseconds)
        #expect(try Self.measurements(fast).map(\.rrIntervals.count) == [8, 1])
        #expect(try Self.measurements(fast).map(\.heartRate) == [602, 602])
        #expect(fast.events.map(\.stamp.monotonic.microseconds) == [1_000_000, 1_000_000])
    }

    @Test("a unit that is not given is guessed, and the guess is stated")
    func guess() throws {
        let seconds = Self.read((0..<40).map { "0.8\($0)" }.joined(separator: "\n"), nil)
        #expect(seconds.statistics.guessedUnit == .seconds)
        #expect(try Self.measurements(seconds).flatMap(\.rrIntervals).count == 40)
        let milliseconds = Self.read("12\n810\n790\n", nil)
        #expect(milliseconds.statistics.guessedUnit == .milliseconds)
        #expect(try Self.measurements(milliseconds).flatMap(\.rrIntervals) == [12, 829, 809])
        #expect(Self.read("810\n", .milliseconds).statistics.guessedUnit == nil)
        let neither = Self.read("# x\n50\n50\n", nil)
        #expect(
            neither.error?.description
                == "line 2: the unit of the intervals cannot be guessed; give it: ms, s or 1/1024 s")
    }

    @Test(
        "a line that is no interval ends the reading, after what stood before it",
        arguments: [
            ("abc", "this is no interval; write one number a line, such as 976.6"),
            ("0,8", "this is no interval; write one number a line, such as 976.6"),
            ("1 2", "this is no interval; write one number a line, such as 976.6"),
            ("0", "the interval is not at least 1/1024 s; if the unit is another, give it"),
            ("-800", "the interval is not at least 1/1024 s; if the unit is another, give it"),
            (
                "64000",
                "the interval is longer than 65535/1024 s, the longest that a strap can send; "
                    + "if it is a gap, split the text there; if the unit is another, give it"
            ),
            (
                "999999999999999",
                "the interval is longer than 65535/1024 s, the longest that a strap can send; "
                    + "if it is a gap, split the text there; if the unit is another, give it"
            ),
        ], [RRUnit.milliseconds, nil])
    func faults(fault: (line: String, message: String), unit: RRUnit?) throws {
        let reading = Self.read("800\n810\n\(fault.line)\n820\n", unit)
        #expect(try Self.measurements(reading).flatMap(\.rrIntervals) == [819, 829])
        #expect(reading.error?.description == "line 3: " + fault.message)
    }

    @Test("the longest interval that a strap can send is taken")
    func longest() throws {
        #expect(try Self.measurements(Self.read("65535\n", .ticks)).map(\.rrIntervals) == [[65_535]])
        #expect(Self.read("65536\n", .ticks).error?.location == .line(1))
    }

    @Test("a text without intervals is an error")
    func empty() {
        #expect(
            Self.read("# nothing\n", .seconds).error?.description
                == "line 1: the text holds no interval; give one interval a line")
    }

    @Test("what it makes can be written and read again")
    func roundTrip() throws {
        let reading = Self.read("800\n810\n790\n805\n", .milliseconds)
        var writer = try CaptureWriter(start: Self.start)
        for event in reading.events { try writer.write(event) }
        #expect(Reading(writer.takeBytes()).events == reading.events)
    }
}
