import Glibc
import Testing
import VitalsCore
import VitalsModel
import VitalsStore

@testable import VitalsTools

@Suite("Watching a journal")
struct WatchTests {
    let strap = SensorAddress(rawValue: 0xC000_0000_0001)
    var model = WatchModel()
    var sequence: UInt64 = 0

    private mutating func take(_ kind: RecordKind, _ subject: String = "", _ body: String) {
        take(kind, subject, Array(body.utf8))
    }

    private mutating func take(_ kind: RecordKind, _ subject: String, _ body: [UInt8]) {
        sequence += 1
        model.take(
            Record(sequence: sequence, kind: kind, sensor: strap, stamp: Self.stamp, subject: subject, body: body))
    }

    private mutating func heartRate(_ rate: UInt16, _ quality: Quality = .valid) {
        let sample = HeartRateSample(stamp: Self.stamp, heartRate: rate, contact: .detected, quality: quality)
        take(.samples, "heart-rate", SampleBlock(samples: .heartRate([sample])).encoded())
    }

    private mutating func oximetry(_ spO2: UInt16, pulseRate: UInt16, _ quality: Quality = .valid) {
        let pair = SpO2PulseRate(spO2: spO2, pulseRate: pulseRate)
        let sample = OximetrySample(stamp: Self.stamp, normal: pair, quality: quality)
        take(.samples, "oximetry", SampleBlock(samples: .oximetry([sample])).encoded())
    }

    private func row(isLive: Bool = true) -> WatchModel.Row? { model.rows(isLive: isLive).first }

    private static let stamp = Stamp(
        monotonic: MonotonicTime(microseconds: 40_000_000), wall: WallTime(microseconds: 1_795_246_240_250_000),
        isSynchronised: true)

    @Test("A value is shown while its stream is live, with the time of its last sample")
    mutating func live() {
        take(.absence, "heart-rate", #"{"state":"streaming"}"#)
        #expect(row()?.heartRate == "—")
        heartRate(61)
        #expect(
            row()
                == WatchModel.Row(
                    sensor: "C0:00:00:00:00:01", heartRate: "61", spO2: "—", signal: "streaming", alarms: "—",
                    lastSample: "2026-11-21T07:30:40"))
    }

    @Test("No value is shown without a state", arguments: [true, false])
    mutating func unknown(_ hasState: Bool) {
        if hasState { take(.absence, "heart-rate", #"{"state":"waiting"}"#) }
        heartRate(61)
        #expect(row()?.heartRate == "—")
    }

    @Test("An absence takes the value away, and its end does not bring the old one back (lessons 21 and 28)")
    mutating func absence() {
        take(.absence, "heart-rate", #"{"state":"streaming"}"#)
        heartRate(61)
        for state in ["stale", "frozen", "no-contact", "questionable"] {
            take(.absence, "heart-rate", #"{"state":"\#(state)"}"#)
            #expect(row()?.heartRate == "—")
            #expect(row()?.signal == state)
        }
        take(.absence, "heart-rate", #"{"state":"streaming"}"#)
        #expect(row()?.heartRate == "—")
        heartRate(62)
        #expect(row()?.heartRate == "62")
    }

    @Test(
        "A sample that is no measurement is not shown as one", arguments: [Quality.invalid, .noContact, .questionable])
    mutating func quality(_ quality: Quality) {
        take(.absence, "heart-rate", #"{"state":"streaming"}"#)
        heartRate(61, quality)
        #expect(row()?.heartRate == "—")
        #expect(row()?.signal == quality.name)
    }

    @Test("An oximeter shows what it sent, and its pulse where there is no strap")
    mutating func oximeter() {
        take(.absence, "oximetry", #"{"state":"streaming"}"#)
        oximetry(0xF3D2, pulseRate: 0x0048)
        #expect(row()?.spO2 == "97.8")
        #expect(row()?.heartRate == "72")
        oximetry(0x07FF, pulseRate: 0x0048, .invalid)
        #expect(row()?.spO2 == "—" && row()?.heartRate == "—")
        take(.absence, "heart-rate", #"{"state":"streaming"}"#)
        heartRate(61)
        #expect(row()?.heartRate == "61")
        #expect(row()?.signal == "HR streaming, SpO2 invalid")
    }

    @Test("Alarms stand until they are cleared or given up; a new run begins with nothing")
    mutating func alarms() {
        take(.alarm, "pause", #"{"state":"raised"}"#)
        take(.alarm, "spo2-low", #"{"state":"raised"}"#)
        #expect(row()?.alarms == "pause, spo2-low")
        take(.alarm, "pause", #"{"state":"cleared"}"#)
        take(.alarm, "spo2-low", #"{"state":"abandoned"}"#)
        #expect(row()?.alarms == "—")
        take(.start, "", "{}")
        #expect(model.rows(isLive: true).isEmpty)
    }

    @Test("A sensor without values shows its link")
    mutating func link() {
        take(.link, "", #"{"state":"down"}"#)
        #expect(row()?.signal == "link-down")
        take(.absence, "", #"{"state":"connected-without-data"}"#)
        #expect(row()?.signal == "connected-without-data")
    }

    @Test("Nothing is live when nobody writes any more")
    mutating func notLive() {
        take(.absence, "heart-rate", #"{"state":"streaming"}"#)
        heartRate(61)
        #expect(row(isLive: false)?.heartRate == "—" && row(isLive: false)?.signal == "—")
    }

    @Test("Frames are drawn over each other, cut to the terminal, and the cursor comes back")
    func screen() throws {
        let output = MemoryOutput()
        let size = TestSize()
        let screen = WatchScreen(output) { size.value }
        try screen.draw(["abc", "def"], isLast: false)
        try screen.draw(["abcdefghijklm", "2", "3", "4", "last"], isLast: false)
        size.value.rows = 3
        try screen.draw(["x"], isLast: true)
        let frames = [
            "\u{1B}[?25l\r\u{1B}[Jabc\r\ndef\r\n", "\u{1B}[2A\r\u{1B}[Jabcdefghijkl\r\n2\r\n… and 2 more\r\nlast\r\n",
            "\u{1B}[2J\u{1B}[H\r\u{1B}[Jx\r\n\u{1B}[?25h",
        ]
        #expect(output.text == frames.joined())
    }

    @Test("Without a terminal only the last frame is printed, without any escape")
    func noTerminal() throws {
        let output = MemoryOutput()
        let screen = WatchScreen(output, size: nil)
        try screen.draw(["first"], isLast: false)
        try screen.draw(["last", "line"], isLast: true)
        screen.restore()
        #expect(output.text == "last\nline\n")
    }

    @Test("The watch ends with its process, and shows no value as live then")
    func end() throws {
        let bench = try Workbench()
        _ = try bench.replay([Workbench.fixture("captures/two-sensors.btsnoop")]) {
            $0.journal = bench.path("journal.db")
        }
        let output = MemoryOutput()
        let watch = JournalWatch(
            path: bench.path("journal.db"), process: WatchedProcess(Self.endedProcess()),
            screen: WatchScreen(output, size: nil))
        try watch.run()
        let lines = output.lines
        #expect(lines.first?.hasPrefix("Sensor             HR /min  SpO2 %  Signal") == true)
        #expect(lines.last == "19 records, 0 acknowledged, backlog 19; no longer watched")
        #expect(lines[1].split(separator: " ")[1...2] == ["—", "—"])
    }

    @Test("What a journal held before the watch is history: values are live from its next record on (lesson 28)")
    func history() throws {
        let bench = try Workbench()
        let journal = try Journal(
            path: bench.path("journal.db"), gateway: "gateway", created: WallTime(microseconds: 0))
        func append(_ sequence: UInt64, _ kind: RecordKind, _ body: [UInt8]) throws {
            let record = Record(
                sequence: sequence, kind: kind, sensor: strap, stamp: Self.stamp, subject: "heart-rate", body: body)
            try journal.append([record])
        }
        func block(_ rate: UInt16) -> [UInt8] {
            let sample = HeartRateSample(stamp: Self.stamp, heartRate: rate, contact: .detected, quality: .valid)
            return SampleBlock(samples: .heartRate([sample])).encoded()
        }
        let watch = JournalWatch(
            path: bench.path("journal.db"), process: nil, screen: WatchScreen(MemoryOutput(), size: nil))
        #expect(watch.frame(isLast: false) == ["waiting for the journal \(bench.path("journal.db"))"])
        try append(1, .absence, Array(#"{"state":"streaming"}"#.utf8))
        try append(2, .samples, block(61))
        try watch.look(isLast: false)
        #expect(watch.frame(isLast: false)[1].split(separator: " ")[1] == "—")
        #expect(watch.frame(isLast: false).last == "2 records, 0 acknowledged, backlog 2; nothing new")
        try append(3, .samples, block(62))
        try watch.look(isLast: false)
        #expect(watch.frame(isLast: false)[1].split(separator: " ")[1] == "62")
        #expect(watch.frame(isLast: false).last == "3 records, 0 acknowledged, backlog 3")
        try journal.close()
    }

    @Test("A journal that never came is told when the process has ended")
    func never() throws {
        let bench = try Workbench()
        let watch = JournalWatch(
            path: bench.path("none.db"), process: WatchedProcess(Self.endedProcess()),
            screen: WatchScreen(MemoryOutput(), size: nil))
        let failure = Workbench.failure { try watch.run() }
        #expect(failure?.text == "journal \(bench.path("none.db")): open: no such file; check the path")
    }

    @Test("A process is there, and one that only waits for its parent is gone")
    func processes() {
        #expect(!WatchedProcess(getpid()).isGone)
        #expect(WatchedProcess(.max).isGone)
        var number = pid_t()
        var arguments: [UnsafeMutablePointer<CChar>?] = unsafe [strdup("true"), nil]
        #expect(unsafe posix_spawn(&number, "/bin/true", nil, nil, &arguments, nil) == 0)
        unsafe free(arguments[0])
        let child = WatchedProcess(number)
        while !child.isGone { usleep(1_000) }
        #expect(waitpid(number, nil, 0) == number)
        #expect(child.isGone)
    }

    private final class TestSize {
        var value = (rows: 5, columns: 12)
    }

    /// The number of a process that has ended.
    private static func endedProcess() -> pid_t { .max }
}
