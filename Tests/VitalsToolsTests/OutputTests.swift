import Testing
import VitalsDaemon
import VitalsModel

@testable import VitalsTools

@Suite("Output")
struct OutputTests {
    @Test("Columns are as wide as their widest cell, numbers to the right")
    func table() {
        var table = TextTable([("Sensor", .left), ("HR", .right), ("Alarms", .left)])
        table.add(["C0", "60", "—"])
        table.add(["C000", "160", ""])
        #expect(table.text == "Sensor   HR  Alarms\nC0       60  —\nC000    160\n")
    }

    @Test(
        "Durations read well",
        arguments: [
            (0, "0.0 s"), (3_449_999, "3.4 s"), (59_999_999, "59.9 s"), (60_000_000, "1:00"), (3_599_000_000, "59:59"),
            (28_805_000_000, "8:00:05"), (-1_500_000, "-1.5 s"), (.min, "-2562047788:00:54"),
        ])
    func durations(_ microseconds: Int64, _ text: String) {
        #expect(MonotonicTime.Span(microseconds: microseconds).text == text)
    }

    @Test("Progress shows after two seconds, four times a second, and goes without a trace")
    func progress() {
        let output = MemoryOutput()
        let clock = TestClock()
        let progress = ProgressLine(output: output) { clock.now }
        func work(_ milliseconds: Int64) {
            clock.now = clock.now + .milliseconds(milliseconds)
            for _ in 0..<3 { progress.update { "at \(clock.now.microseconds / 1_000)" } }
        }
        work(1_999)
        progress.clear()
        #expect(output.text.isEmpty)
        work(1)
        work(249)
        work(1)
        #expect(output.text == "\r\u{1B}[Jat 2000\r\u{1B}[Jat 2250")
        progress.clear()
        progress.clear()
        #expect(output.text.hasSuffix("at 2250\r\u{1B}[J"))
        #expect(output.text.count { $0 == "[" } == 3)
    }

    @Test("An error says what it is about, what is wrong and what to do")
    func error() {
        let error = ToolError("night.jsonl", "it is empty", remedy: "record it again", status: ExitStatus.badInput)
        #expect(error.description == "night.jsonl: it is empty; record it again")
        #expect(ToolError(error) == error)
    }

    private final class TestClock {
        var now = MonotonicTime(microseconds: 0)
    }
}
