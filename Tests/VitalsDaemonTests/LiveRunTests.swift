import Testing
import VitalsCore
import VitalsKernels
import VitalsModel
import VitalsStore
import VitalsTestKit

@testable import VitalsDaemon

@Suite("A run on live sensors")
struct LiveRunTests {
    private static let sensor = SensorAddress(rawValue: 0xC000_0000_0001)

    private static func stamp(_ milliseconds: Int64) -> Stamp {
        Stamp(
            monotonic: MonotonicTime(microseconds: milliseconds * 1_000),
            wall: WallTime(microseconds: 1_795_000_000_000_000 + milliseconds * 1_000), isSynchronised: true)
    }

    private static func value(_ rate: UInt8, at milliseconds: Int64) -> EngineInput {
        .sensor(
            SensorEvent(
                stamp: stamp(milliseconds),
                kind: .value(sensor: sensor, characteristic: .heartRateMeasurement, bytes: [0, rate])))
    }

    private static func run(_ journal: Journal, at milliseconds: Int64, _ outcome: inout EngineRun.Outcome) throws
        -> EngineRun
    {
        try EngineRun(
            live: EngineConfiguration(), kernels: .best, start: stamp(milliseconds), boot: "b1", journal: journal,
            into: &outcome)
    }

    @Test("keeps first what a killed one had received, and hands over what it receives itself (lesson 38)")
    func recovered() throws {
        let folder = try TemporaryDirectory()
        let journal = try Journal(path: folder.file("journal.db"), gateway: "test", created: WallTime(microseconds: 0))
        var outcome = EngineRun.Outcome()
        var first = try Self.run(journal, at: 0, &outcome)
        // All in one microsecond: each is one of its own.
        for rate in UInt8(60)..<65 { try first.handle(Self.value(rate, at: 1_000), into: &outcome) }
        #expect(outcome.arrivals.map(\.value) == (60..<65).map { [0, $0] })
        #expect(Set(outcome.arrivals.map(\.stamp.monotonic)).count == 5)
        try journal.append(outcome.records, arrivals: outcome.arrivals)

        var next = EngineRun.Outcome()
        _ = try Self.run(journal, at: 9_000, &next)
        #expect(next.records.map(\.kind).prefix(3) == [.start, .samples, .start])
        #expect(next.arrivals.isEmpty)
        try journal.append(next.records, arrivals: next.arrivals)
        #expect(try journal.arrivals().isEmpty)
        let block = try #require(next.records.first { $0.kind == .samples })
        guard case .heartRate(let samples) = try SampleBlock(decoding: block.body).samples else {
            Issue.record("not a block of heart rates")
            return
        }
        #expect(samples.map(\.heartRate) == Array(60..<65))
        #expect(samples.map(\.stamp) == outcome.arrivals.map(\.stamp))
    }

    @Test("holds for a journal that takes nothing no more arrivals than open blocks do")
    func held() throws {
        let folder = try TemporaryDirectory()
        let journal = try Journal(path: folder.file("journal.db"), gateway: "test", created: WallTime(microseconds: 0))
        var outcome = EngineRun.Outcome()
        var run = try Self.run(journal, at: 0, &outcome)
        var most = 0
        for second in 1...600 as ClosedRange<Int64> {
            try run.handle(Self.value(UInt8(60 + second % 3), at: second * 1_000), into: &outcome)
            outcome.forgetSettled()
            most = max(most, outcome.arrivals.count)
        }
        #expect((19...21).contains(most))
        try run.handle(.stop(Self.stamp(601_000)), into: &outcome)
        outcome.forgetSettled()
        #expect(outcome.arrivals.isEmpty)
        try journal.append(outcome.records, arrivals: outcome.arrivals)
        let counts = try outcome.records.filter { $0.kind == .samples }.map { try SampleBlock(decoding: $0.body).count }
        #expect(counts.reduce(0, +) == 600)
        outcome.didSubmit()
        #expect(outcome.isEmpty)
    }

    @Test("on a recording notes nothing, and what a live one left stays for the next live one")
    func recording() throws {
        let folder = try TemporaryDirectory()
        let journal = try Journal(path: folder.file("journal.db"), gateway: "test", created: WallTime(microseconds: 0))
        var outcome = EngineRun.Outcome()
        var live = try Self.run(journal, at: 0, &outcome)
        try live.handle(Self.value(60, at: 1_000), into: &outcome)
        try journal.append(outcome.records, arrivals: outcome.arrivals)
        let left = outcome.arrivals

        outcome = EngineRun.Outcome()
        var run = try EngineRun(
            configuration: EngineConfiguration(), kernels: .best, start: Self.stamp(0), journal: journal,
            into: &outcome)
        for second in 0...3 as ClosedRange<Int64> {
            try run.handle(Self.value(60, at: second * 1_000), into: &outcome)
        }
        try run.handle(.stop(Self.stamp(3_000)), into: &outcome)
        #expect(outcome.arrivals.isEmpty)
        try journal.append(outcome.records, arrivals: outcome.arrivals)
        #expect(try journal.arrivals() == left)
    }
}
