import Testing
import VitalsModel

@testable import VitalsCapture

@Suite("SpO2 tables")
struct SpO2CSVReaderTests {
    private static let start = WallTime(microseconds: SnoopBuilder.start)

    private static func read(_ text: String) -> Reading {
        Reading(Array(text.utf8), by: SpO2CSVReader(sensor: .second, start: start))
    }

    @Test("rows become PLX Continuous Measurements that keep the decimals that were written")
    func rows() {
        let reading = Self.read("0,97,72\n1,97.8,72.0\n2.5,100,60\n")
        #expect(reading.error == nil)
        #expect(reading.values == ["2A5F 0061004800", "2A5F 00d2f3d0f2", "2A5F 0064003c00"])
        #expect(reading.events.map(\.stamp.monotonic.microseconds) == [0, 1_000_000, 2_500_000])
        #expect(reading.start == Self.start)
        #expect(reading.statistics.records == 3)
    }

    @Test("missing values are NaN, never a number (lesson 25)", arguments: ["", "-", "---", "\"\"", " "])
    func missing(text: String) {
        #expect(Self.read("0,\(text),72\n1,97,\(text)").values == ["2A5F 00ff074800", "2A5F 006100ff07"])
    }

    @Test(
        "a header names the columns, in any order and among others",
        arguments: [
            "Pulse Rate;Motion;SpO2 (%);Time [s]\n72;0;97;1\n", "time,spo2,pulse\r\n1,97,72\r\n",
            "\"Timestamp\",\"SpO2\",\"HR\"\n\"1\",\"97\",\"72\"\n", "# export\n\nt\tSaO2\tbpm\n1\t97\t72\n",
        ])
    func header(text: String) {
        let reading = Self.read(text)
        #expect(reading.error == nil)
        #expect(reading.values == ["2A5F 0061004800"])
        #expect(reading.events.first?.stamp.monotonic.microseconds == 1_000_000)
    }

    @Test("times with date and zone start the recording at the first row")
    func wallTimes() {
        let reading = Self.read("2026-11-21T08:30:00.2505+01:00,97,72\n2026-11-21 07:30:02Z,96,70\n")
        #expect(reading.error == nil)
        #expect(reading.start?.rfc3339 == "2026-11-21T07:30:00.250Z")
        #expect(reading.events.map(\.stamp.monotonic.microseconds) == [500, 1_750_000])
        #expect(reading.events.last?.stamp.wall.rfc3339 == "2026-11-21T07:30:02.000Z")
    }

    @Test(
        "a row that cannot be read ends the reading, after what stood before it",
        arguments: [
            ("1,97", "the row has too few columns; leave a missing value empty, but keep its column"),
            ("1,abc,72", "the SpO2 is no number that a sensor could send; leave it empty if it is missing"),
            ("1,97,1e30", "the pulse is no number that a sensor could send; leave it empty if it is missing"),
            ("0.5,97,72", "the time goes back; sort the rows by time"),
            (
                "-1,97,72",
                "the time is not valid; write all times as seconds since the start, or all as 2026-11-21T07:30:00Z "
                    + "with the zone"
            ),
            (
                "2026-11-21T07:30:00Z,97,72",
                "the time is not valid; write all times as seconds since the start, or all as 2026-11-21T07:30:00Z "
                    + "with the zone"
            ),
        ])
    func faults(line: String, message: String) {
        let reading = Self.read("1,97,72\n\(line)\n2,97,72\n")
        #expect(reading.values.count == 1)
        #expect(reading.error?.description == "line 2: " + message)
    }

    @Test("a header that does not name the columns, and a table without rows, are errors")
    func noTable() {
        #expect(
            Self.read("time,pulse\n").error?.description
                == "line 1: this is neither a row nor a header that names time, SpO2 and pulse; "
                + "begin with the line 'time,spo2,pulse'")
        #expect(
            Self.read("time,spo2,pulse\n").error?.description
                == "line 1: the table has no row; give rows of time, SpO2 and pulse")
    }
}
