import Dispatch
import Foundation
import GRDB
import Testing
import VitalsCore
import VitalsTestKit

@testable import VitalsStore

@Suite("Scrubbing a journal (T14)")
struct ScrubTests {
    let directory: TemporaryDirectory
    let path: String

    init() throws {
        directory = try TemporaryDirectory()
        path = directory.file("journal.sqlite")
    }

    private func open(_ key: JournalKey? = nil) throws -> Journal {
        try Journal(
            path: path, gateway: "gateway", created: .zero, protection: JournalProtection(key: key))
    }

    private func change(_ sql: String) throws {
        let database = try DatabaseQueue(path: path)
        try database.writeWithoutTransaction { try $0.execute(sql: sql) }
        try database.close()
    }

    private func pass(_ journal: Journal) throws -> Scrub {
        var scrub = Scrub(journal)
        while try scrub.step() == .more {}
        return scrub
    }

    @Test("A pass over a whole journal finds nothing, and looks at every row")
    func whole() throws {
        var maker = RecordMaker(seed: 1)
        let journal = try open()
        try journal.append(maker.records(600))
        let scrub = try pass(journal)
        #expect(scrub.rows == 600)
        #expect(scrub.findings.isEmpty)
        #expect(scrub.tagged == 0)
    }

    @Test("A stop in the middle of a pass ends the thread, and does not wait for the next day")
    func stops() throws {
        var maker = RecordMaker(seed: 5)
        let journal = try open()
        // Several pieces, with a rest of tens of milliseconds behind each.
        try journal.append(maker.records(4_000))
        for round in 0..<10 {
            let scrubber = Scrubber(journal, delay: 0) { _ in }
            Thread.sleep(forTimeInterval: Double(round) * 0.005)
            let stopped = DispatchSemaphore(value: 0)
            Thread {
                scrubber.stop()
                stopped.signal()
            }.start()
            // Far above what a piece takes on any machine, far below the day that the thread once slept on.
            try #require(stopped.wait(timeout: .now() + 30) == .success)
        }
    }

    @Test("A flipped bit in any payload byte is found in one pass, sealed or not", arguments: [false, true])
    func flips(isSealed: Bool) throws {
        let count = ProcessInfo.processInfo.environment["VITALS_SCRUB"].flatMap { Int($0) } ?? 40
        let key = isSealed ? try SealingTests.key(1) : nil
        var random = SplitMix64(seed: 3)
        var maker = RecordMaker(seed: 2)
        let records = maker.records(30)
        let journal = try open(key)
        try journal.append(records)
        var found = 0
        for _ in 0..<count {
            let sequence = random.int(1...30)
            let body = try #require(
                try journal.reader.read {
                    try Row.fetchOne($0, sql: "SELECT body FROM record WHERE sequence = \(sequence)")
                }?.bytes(0))
            var flipped = body
            flipped[random.int(0...(body.count - 1))] ^= 1 << UInt8(random.int(0...7))
            let write = { (bytes: [UInt8]) in
                try journal.change("flip") { db, _, _ in
                    try db.execute(
                        sql: "UPDATE record SET body = ? WHERE sequence = ?", arguments: [bytes.blob, sequence])
                }
            }
            try write(flipped)
            if try pass(journal).findings.map(\.sequence) == [UInt64(sequence)] { found += 1 }
            try write(body)
        }
        #expect(found == count)
        #expect(try pass(journal).findings.isEmpty)
        var result = SuiteResult(isSealed ? "scrub-sealed" : "scrub", tests: ["T14"], seed: "3", isFull: count >= 1_000)
        result.count("bits flipped, one at a time", count)
        result.goal(
            "every flipped bit is found by the next pass, and named", "\(found) of \(count)", holds: found == count)
        try result.report()
    }

    @Test("A pass goes on behind what it finds, and names everything")
    func several() throws {
        var maker = RecordMaker(seed: 4)
        let journal = try open()
        try journal.append(maker.records(20))
        try journal.close()
        try change(
            """
            UPDATE record SET tag = zeroblob(16) WHERE sequence = 3;
            UPDATE record SET body = CAST(body || 'x' AS BLOB) WHERE sequence = 7;
            DELETE FROM record WHERE sequence IN (11, 12);
            UPDATE record SET kind = 99 WHERE sequence = 15;
            """)
        #expect(
            try pass(open()).findings == [
                JournalFault(sequence: 3, kind: .otherTag), JournalFault(sequence: 7, kind: .otherTag),
                JournalFault(sequence: 11, kind: .missing(through: 12)),
                JournalFault(sequence: 15, kind: .unreadable("column kind")),
            ])
    }

    @Test("Rows that are older than tags get theirs, unless their hash says that they were altered")
    func tags() throws {
        var maker = RecordMaker(seed: 5)
        let journal = try open()
        try journal.append(maker.records(300))
        try journal.close()
        try change("UPDATE record SET tag = NULL; UPDATE journal SET untagged_through = 300")
        let again = try open()
        let scrub = try pass(again)
        #expect(scrub.tagged == 300)
        #expect(scrub.findings.isEmpty)
        let left = try again.reader.read { db in
            try Int64.fetchOne(
                db, sql: "SELECT untagged_through + (SELECT count(*) FROM record WHERE tag IS NULL) FROM journal")
        }
        #expect(left == 0)
        try again.close()

        try change(
            """
            UPDATE record SET tag = NULL; UPDATE journal SET untagged_through = 300;
            UPDATE record SET body = CAST(body || 'x' AS BLOB) WHERE sequence = 9;
            """)
        let altered = try open()
        let second = try pass(altered)
        #expect(second.findings == [JournalFault(sequence: 9, kind: .alteredRecord)])
        #expect(
            try altered.reader.read { try Int64.fetchOne($0, sql: "SELECT tag IS NULL FROM record WHERE sequence = 9") }
                == 1)
    }
}
