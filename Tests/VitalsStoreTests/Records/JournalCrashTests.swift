import Foundation
import Glibc
import Testing
import VitalsCore
import VitalsStore
import VitalsTestKit

@Suite("A process that is killed while it appends")
struct JournalCrashTests {
    @Test("After twenty kills no acknowledged commit is missing, and the journal verifies (lesson 38)")
    func killed() async throws {
        let directory = try TemporaryDirectory()
        let path = directory.file("journal.sqlite")
        let durable = directory.file("durable")
        var before: UInt64 = 0
        for seed in 1...20 as ClosedRange<UInt64> {
            let told = try Self.head(durable)
            await #expect(processExitsWith: .signal(SIGKILL)) {
                [path = path as String, durable = durable as String, seed = seed as UInt64] in
                try Self.appendUntilKilled(path, durable, seed)
            }
            let acknowledged = try Self.head(durable)
            let journal = try Journal(path: path, gateway: "gateway", created: .zero)
            #expect(journal.head >= acknowledged)
            #expect(journal.head <= max(acknowledged, before) + Self.batchMax)
            before = journal.head
            let outcome = try JournalVerifier.verify(journal.reader)
            #expect(outcome.fault == nil)
            #expect(outcome.records == journal.head)
            // Each child got as far as an append, or the test would show nothing.
            #expect(acknowledged > told)
        }
    }

    static let batchMax: UInt64 = 8

    /// The child: appends, says what is durable, and is killed at some moment in between.
    private static func appendUntilKilled(_ path: String, _ durable: String, _ seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        let journal = try Journal(path: path, gateway: "gateway", created: .zero)
        var maker = RecordMaker(seed: seed, first: journal.head + 1)
        let microseconds = UInt32(random.int(0...20_000))
        for commits in 1... {
            try journal.append(maker.records(random.int(1...Int(batchMax))))
            try journal.acknowledge([1...journal.head], sink: "mqtt")
            try say(journal.head, durable)
            guard commits == 1 else { continue }
            Thread {
                usleep(microseconds)
                kill(getpid(), SIGKILL)
            }
            .start()
        }
    }

    /// One write of eight bytes: a kill leaves the old number or the new one.
    private static func say(_ head: UInt64, _ path: String) throws {
        let file = unsafe open(path, O_CREAT | O_WRONLY, 0o600)
        defer { close(file) }
        let bytes = (0..<8).map { UInt8(truncatingIfNeeded: head >> (8 * $0)) }
        guard unsafe pwrite(file, bytes, 8, 0) == 8 else { throw CocoaError(.fileWriteUnknown) }
    }

    private static func head(_ path: String) throws -> UInt64 {
        guard FileManager.default.fileExists(atPath: path) else { return 0 }
        return try Data(contentsOf: URL(fileURLWithPath: path)).reversed().reduce(0) { $0 << 8 | UInt64($1) }
    }
}
