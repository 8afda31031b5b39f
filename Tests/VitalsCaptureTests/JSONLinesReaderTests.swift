import Testing
import VitalsModel

@testable import VitalsCapture

@Suite("JSON Lines captures")
struct JSONLinesReaderTests {
    private static let header = #"{"format":"vitals-capture","version":1,"start":"2026-11-21T07:30:00.000Z"}"#
    private static let value =
        #"{"t":1.024,"sensor":"C0:00:00:00:00:01","characteristic":"2A37","value":"160048e803"}"#

    private static func read(_ lines: String...) -> Reading {
        Reading(Array((header + "\n" + lines.joined(separator: "\n") + "\n").utf8))
    }

    @Test("the lines of the format's description are read")
    func description() throws {
        let reading = Self.read(
            Self.value, #"{"t":0.5,"sensor":"C0:00:00:00:00:01","link":"up"}"#,
            #"{"t":7,"sensor":"C0:00:00:00:00:01","link":"down","reason":"supervision-timeout"}"#,
            #"{"t":8,"sensor":"C0:00:00:00:00:01","link":"down"}"#,
            #"{"t":9.0,"clock":{"step":3600.0,"synchronised":true}}"#)
        #expect(reading.error == nil)
        #expect(
            reading.story == [
                "01 2A37 160048e803", "01 up", "01 down supervision-timeout", "01 down -", "clock 3600000000 true",
            ])
        let first = try #require(reading.events.first?.stamp)
        #expect(first.monotonic.microseconds == 1_024_000)
        #expect(first.wall.rfc3339 == "2026-11-21T07:30:01.024Z")
        #expect(reading.events.last?.stamp.wall.rfc3339 == "2026-11-21T08:30:09.000Z")
        #expect(reading.statistics.records == 6)
        #expect(reading.statistics.events == 5)
    }

    @Test("steps of the clock add up, and its synchronisation holds until it is said to change")
    func clock() {
        let reading = Self.read(
            Self.value, #"{"t":2,"clock":{"step":0,"synchronised":false}}"#, Self.value,
            #"{"t":3,"clock":{"step":-1.5,"synchronised":true}}"#, #"{"t":3,"clock":{"step":10,"synchronised":true}}"#,
            Self.value)
        #expect(reading.events.map(\.stamp.isSynchronised) == [true, false, false, true, true, true])
        let start = SnoopBuilder.start
        #expect(
            reading.events.map { $0.stamp.wall.microseconds - start }
                == [1_024_000, 2_000_000, 1_024_000, 1_500_000, 11_500_000, 9_524_000])
    }

    @Test("white space, any order, CRLF, blank lines and a last line without its end are read")
    func liberties() {
        let text = """
            \n  \r
            { "version" : 1, "start":"2026-11-21T08:30:00.000+01:00", "format":"vitals-capture" }\r

            {"value":"","characteristic":"2a37","sensor":"c0:00:00:00:00:01","t":0}\r
            \t {"t":1e-3,"sensor":"C0:00:00:00:00:01","characteristic":"0000\
            2A3700001000800000805F9B34FB","value":"0A"}
            """
        for chunk in [1, 5, 1_000] {
            let reading = Reading(Array(text.utf8), by: CaptureReader(), chunk: chunk)
            #expect(reading.error == nil)
            #expect(reading.values == ["2A37 ", "2A37 0a"])
            #expect(reading.events.map(\.stamp.monotonic.microseconds) == [0, 1_000])
            #expect(reading.start?.microseconds == SnoopBuilder.start)
        }
    }

    @Test(
        "a line that is not of the format is an error that names it and says what to do",
        arguments: [
            (
                #"{"t":1"#,
                "this is no JSON: ',' or '}' is expected at byte 6; correct the line; everything before it was read"
            ),
            ("[]", "an event is no JSON object; write {…} with the members of the format"),
            (
                #"{"sensor":"C0:00:00:00:00:01","link":"up"}"#,
                "the member 't' of an event is missing; add it: seconds since the start, not negative, such as 1.024"
            ),
            (
                #"{"t":-0.001,"sensor":"C0:00:00:00:00:01","link":"up"}"#,
                "the member 't' of an event is not valid; write seconds since the start, not negative, such as 1.024"
            ),
            (
                #"{"t":1,"sensor":"C0","link":"up"}"#,
                #"the member 'sensor' of an event is not valid; write the address, such as "C0:00:00:00:00:01""#
            ),
            (
                #"{"t":1,"sensor":"C0:00:00:00:00:01","link":"gone"}"#,
                #"the member 'link' of an event is not valid; write "up" or "down""#
            ),
            (
                #"{"t":1,"sensor":"C0:00:00:00:00:01","link":"up","reason":"x"}"#,
                "an event has no member 'reason'; remove it, or correct its name"
            ),
            (
                #"{"t":1,"sensor":"C0:00:00:00:00:01","characteristic":"2A3","value":""}"#,
                #"the member 'characteristic' of an event is not valid; write 4 or 32 hexadecimal digits, such as "2A37""#
            ),
            (
                #"{"t":1,"sensor":"C0:00:00:00:00:01","characteristic":"2A37","value":"abc"}"#,
                "the member 'value' of an event is not valid; write an even number of hexadecimal digits"
            ),
            (
                #"{"t":1,"sensor":"C0:00:00:00:00:01","characteristic":"2A37"}"#,
                "the member 'value' of an event is missing; add it: an even number of hexadecimal digits"
            ),
            (
                #"{"t":1,"sensor":"C0:00:00:00:00:01","characteristic":"2A37","value":"00","valu":1}"#,
                "an event has no member 'valu'; remove it, or correct its name"
            ),
            (
                #"{"t":1,"clock":{"step":1}}"#,
                "the member 'synchronised' of 'clock' is missing; add it: true or false"
            ),
            (
                #"{"t":1,"clock":{"step":1,"synchronised":true,"by":"ntp"}}"#,
                "'clock' has no member 'by'; remove it, or correct its name"
            ),
            (
                #"{"t":1,"sensor":"C0:00:00:00:00:01","clock":{"step":1,"synchronised":true}}"#,
                "an event has no member 'sensor'; remove it, or correct its name"
            ),
            (
                #"{"t":3155760001,"sensor":"C0:00:00:00:00:01","link":"up"}"#,
                "the member 't' of an event is not valid; write seconds since the start, not negative, such as 1.024"
            ),
        ])
    func strict(line: String, message: String) {
        let reading = Self.read(Self.value, line, Self.value)
        #expect(reading.values.count == 1)
        #expect(reading.error?.description == "line 3: " + message)
    }

    @Test(
        "a first line that is not the header is an error",
        arguments: [
            (value, "the member 'format' of the first line is missing; add it: \"vitals-capture\""),
            (
                #"{"format":"other","version":1,"start":"2026-11-21T07:30:00Z"}"#,
                "the format is not vitals-capture; give a capture, not another kind of file"
            ),
            (
                #"{"format":"vitals-capture","version":2,"start":"2026-11-21T07:30:00Z"}"#,
                "version 2 of the format is not known; convert it to version 1"
            ),
            (
                #"{"format":"vitals-capture","version":1,"start":"yesterday"}"#,
                "the member 'start' of the first line is not valid; write a time such as \"2026-11-21T07:30:00.000Z\""
            ),
            (
                #"{"format":"vitals-capture","version":1,"start":"2026-11-21T07:30:00Z","by":"me"}"#,
                "the first line has no member 'by'; remove it, or correct its name"
            ),
        ])
    func headers(line: String, message: String) {
        #expect(Reading(Array((line + "\n").utf8)).error?.description == "line 1: " + message)
    }

    @Test("a text that breaks off inside a line gives what stood before, and names the line")
    func brokenOff() {
        let reading = Reading(Array((Self.header + "\n" + Self.value + "\n" + Self.value.dropLast(4)).utf8))
        #expect(reading.values.count == 1)
        #expect(reading.error?.location == .line(3))
    }

    @Test("a line beyond the bound is refused before it is kept")
    func longLine() {
        let bytes =
            Array((Self.header + "\n").utf8) + [UInt8](repeating: 0x20, count: VitalsCaptureLimits.lineBytesMax + 1)
        for chunk in [1_000, Int.max] {
            let reading = Reading(bytes, by: JSONLinesReader(), chunk: chunk)
            #expect(
                reading.error?.description
                    == "line 2: the line is longer than 65536 bytes; "
                    + "end it earlier; is this a text of one event or interval a line?")
        }
    }

    @Test("a clock that leaves the years that can be written is refused")
    func beyondYears() {
        let step = #"{"t":0,"clock":{"step":3155760000,"synchronised":true}}"#
        let reading = Reading(
            Array((Self.header + "\n" + [String](repeating: step, count: 100).joined(separator: "\n")).utf8))
        #expect(reading.events.count == 79)
        #expect(reading.error?.location == .line(81))
        #expect(reading.error?.fault == "the time lies outside years 0 to 9999")
    }
}
