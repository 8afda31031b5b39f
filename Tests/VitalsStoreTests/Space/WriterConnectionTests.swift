import Dispatch
import Foundation
import GRDB
import Synchronization
import Testing
import VitalsCore
import VitalsModel
import VitalsTestKit

@testable import VitalsStore

@Suite("The one connection that writes")
struct WriterConnectionTests {
    /// Descriptors of this process that may write the file.
    private static func writers(_ path: String) throws -> Int {
        var count = 0
        for name in try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd") {
            guard let target = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/fd/" + name),
                target == path, let info = try? String(contentsOfFile: "/proc/self/fdinfo/" + name, encoding: .utf8),
                let flags = info.split(separator: "\n").first(where: { $0.hasPrefix("flags:") })
            else { continue }
            let mode = flags.split(whereSeparator: \.isWhitespace).last.flatMap { UInt32($0, radix: 8) } ?? 0
            if mode & 3 != 0 { count += 1 }
        }
        return count
    }

    @Test("Exactly one descriptor of the file may write, whatever was read, and whoever else tries (T17)")
    func oneWriter() throws {
        let directory = try TemporaryDirectory()
        let path = directory.file("journal.db")
        let journal = try Journal(path: path, gateway: "gateway", created: .zero)
        var maker = WardMaker(seed: 1)
        for _ in 0..<5 {
            try journal.append(maker.records())
            _ = try journal.records(after: 0, limit: 10)
            _ = try journal.maintain(at: maker.stamp())
            #expect(try Self.writers(path) == 1)
        }
        let reader = try JournalReader(path: path)
        _ = try reader.records(after: 0, limit: 10)
        #expect(try Self.writers(path) == 1)
        #expect(throws: JournalError.self) { try Journal(path: path, gateway: "gateway", created: .zero) }
        #expect(try Self.writers(path) == 1)
        try reader.close()
        try journal.close()
        #expect(try Self.writers(path) == 0)
    }

    @Test("A reader that holds the past open is ended after five seconds, and the WAL file stays bounded (T15)")
    func pinned() throws {
        let directory = try TemporaryDirectory()
        let path = directory.file("journal.db")
        let journal = try Journal(path: path, gateway: "gateway", created: .zero)
        var maker = WardMaker(seed: 2)
        try journal.append(maker.records())
        let reading = DispatchSemaphore(value: 0)
        let ended = DispatchSemaphore(value: 0)
        let outcome = Mutex<String?>(nil)
        let thread = Thread {
            do {
                try journal.reader.read { db in
                    _ = try Int64.fetchOne(db, sql: "SELECT count(*) FROM record")
                    reading.signal()
                    // It would go on for minutes.
                    _ = try Int64.fetchOne(
                        db,
                        sql: """
                            WITH RECURSIVE number(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM number LIMIT 500000000)
                            SELECT count(*) FROM number
                            """)
                }
            } catch {
                outcome.withLock { $0 = "\(error)" }
            }
            ended.signal()
        }
        thread.start()
        reading.wait()
        // Fifty times the load of eight sensors, of which each makes four records in twenty seconds, for a minute.
        var largest: Int64 = 0
        for second in 0..<60 as Range<Int64> {
            try journal.append(maker.records() + maker.records())
            let stamp = Stamp(
                monotonic: MonotonicTime(microseconds: second * 1_000_000), wall: .zero, isSynchronised: false)
            _ = try journal.maintain(at: stamp)
            if second == 6 { #expect(ended.wait(timeout: .now() + 20) == .success) }
            // Not asked of the journal: its reader is busy.
            largest = max(largest, try PosixFileSystem().size(of: path + "-wal") ?? 0)
        }
        #expect(outcome.withLock { $0 }?.contains("held the past open for 5 s") == true)
        #expect(largest <= 16 << 20)
        print("WAL beside a reader that holds on: \(largest) bytes at most")
        #expect(try journal.reader.records(after: 0, limit: 1).count == 1)
        try journal.close()
    }
}
