import Dispatch
import Foundation
import GRDB
import Testing
import VitalsCore
import VitalsJSON
import VitalsModel
import VitalsTestKit

@testable import VitalsStore

/// What a start costs with a long past behind it. The full form wants a release build:
/// `VITALS_START_SAMPLES=10000000 swift test -c release --filter StartTests`.
@Suite("A start with a long past")
struct StartTests {
    private static let samples = ProcessInfo.processInfo.environment["VITALS_START_SAMPLES"].flatMap { Int($0) }

    private static func build(_ path: String, samples: Int) throws {
        var policy = RetentionPolicy.standard
        policy.maxBytes = 1 << 40
        policy.days = [.waveforms: 1]
        let journal = try Journal(path: path, gateway: "gateway", created: .zero, retention: policy)
        var past = LongPast()
        var made = 0
        while made < samples {
            try journal.append(past.records(samples: min(50_000, samples - made)))
            made += 50_000
        }
        try journal.note((0..<(samples / 200)).map { _ in LedgerNote(.receipt) { $0.member("count", 1) } })
        func day(_ number: Int64) -> Stamp {
            Stamp(
                monotonic: MonotonicTime(microseconds: number * 86_400_000_000), wall: .zero, isSynchronised: false)
        }
        for number in 0...2 as ClosedRange<Int64> { while try journal.maintain(at: day(number)) {} }
        try journal.acknowledge([1...(past.last / 2)], sink: "mqtt")
        try journal.close()
    }

    /// Everything that the daemon asks of a journal before it is ready; milliseconds.
    private static func start(_ path: String) throws -> (milliseconds: Double, alarms: Int) {
        let began = DispatchTime.now().uptimeNanoseconds
        let journal = try Journal(path: path, gateway: "gateway", created: .zero)
        let head = journal.head
        let alarms = try journal.reader.lastAlarms(before: head + 1)
        _ = try journal.reader.last(.start)
        _ = try journal.reader.records(after: head - 1, limit: 1)
        _ = try journal.arrivals()
        _ = journal.acknowledged(sink: "mqtt")
        _ = try journal.oldestSequence
        let took = Double(DispatchTime.now().uptimeNanoseconds - began) / 1e6
        try journal.close()
        return (took, alarms.count)
    }

    @Test(
        "It finds the open alarms and goes on behind the head, with 10 million samples as with a thousand (lesson 39)")
    func start() throws {
        let directory = try TemporaryDirectory()
        let path = directory.file("journal.db")
        let samples = Self.samples ?? 20_000
        try Self.build(path, samples: samples)
        let reader = try JournalReader(path: path)
        let counts = try reader.read { db in
            try ["record", "dropped", "ledger"].map { try Int.fetchOne(db, sql: "SELECT count(*) FROM \($0)") ?? 0 }
        }
        try reader.close()
        #expect(counts[1] >= samples / 100 - 1)
        let starts = try (0..<11).map { _ in try Self.start(path) }
        #expect(starts.allSatisfy { $0.alarms == starts[0].alarms && $0.alarms <= 96 })
        let times = starts.map(\.milliseconds).sorted()
        print(
            "start of a journal: \(samples) samples, \(counts[0]) records, \(counts[1]) dropped runs, \(counts[2]) ledger "
                + "entries: median \(times[5]) ms, longest \(times[10]) ms")
        guard Self.samples != nil else { return }
        var result = SuiteResult("start", tests: [], seed: "1", isFull: true)
        result.count("samples", samples)
        result.count("records", counts[0])
        result.count("dropped runs", counts[1])
        result.count("ledger entries", counts[2])
        result.goal(
            "the journal's part of a start within 200 ms", "\((times[10] * 10).rounded() / 10) ms at most",
            holds: times[10] <= 200)
        try result.report()
    }
}
