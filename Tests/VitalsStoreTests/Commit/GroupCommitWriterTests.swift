import Dispatch
import Synchronization
import Testing
import VitalsCore
import VitalsTestKit

@testable import VitalsStore

@Suite("The thread that writes the journal")
struct GroupCommitWriterTests {
    /// What the writer said, in order.
    final class Log: Sendable {
        private let commits = Mutex<[UInt64]>([])
        private let failures = Mutex<[String]>([])

        var committed: [UInt64] { commits.withLock { $0 } }
        var failed: [String] { failures.withLock { $0 } }

        func note(committed sequence: UInt64) { commits.withLock { $0.append(sequence) } }
        func note(failed error: any Error) { failures.withLock { $0.append("\(error)") } }
    }

    /// Time for a thread to do what it must: only a hang uses it up.
    static let patience = 20_000

    private func writer(_ journal: any LiveJournalPort, _ log: Log) -> GroupCommitWriter {
        GroupCommitWriter(
            journal: journal, intervalMilliseconds: 0,
            committed: { log.note(committed: $0) }, failed: { log.note(failed: $0) })
    }

    @Test("What was submitted is durable after a drain, in order, and each commit is told after it was made")
    func drain() throws {
        let directory = try TemporaryDirectory()
        let path = directory.file("journal.sqlite")
        let journal = try Journal(path: path, gateway: "gateway", created: .zero)
        let log = Log()
        let writer = writer(journal, log)
        var maker = RecordMaker(seed: 1)
        var all: [Record] = []
        for count in [1, 5, 1, 200, 3] {
            let records = maker.records(count)
            all += records
            #expect(writer.submit(records) == .accepted)
        }
        #expect(writer.drain(timeoutMilliseconds: Self.patience))
        #expect(try JournalReader(path: path).records(after: 0, limit: .max) == all)
        #expect(writer.submit(maker.records(2)) == .accepted)
        #expect(writer.stop(timeoutMilliseconds: Self.patience))
        #expect(journal.head == 212)
        #expect(log.committed == log.committed.sorted())
        #expect(log.committed.last == 212)
        #expect(log.failed.isEmpty)
        #expect(writer.submit(maker.records(1)) == .refused)
    }

    @Test("Records that come while the disk syncs go into the next commit together, and nobody waits")
    func groups() {
        let entered = DispatchSemaphore(value: 0)
        let gate = DispatchSemaphore(value: 0)
        let journal = InMemoryJournal { appends in
            guard appends == 0 else { return }
            entered.signal()
            gate.wait()
        }
        let log = Log()
        let writer = writer(journal, log)
        var maker = RecordMaker(seed: 2)
        _ = writer.submit(maker.records(1))
        entered.wait()
        // The first commit hangs; these calls return all the same.
        for _ in 0..<50 { #expect(writer.submit(maker.records(1)) == .accepted) }
        #expect(log.committed.isEmpty)
        gate.signal()
        #expect(writer.stop(timeoutMilliseconds: Self.patience))
        #expect(journal.appends.map(\.count) == [1, 50])
        #expect(log.committed == [1, 51])
    }

    @Test("A full disk is told, loses nothing, and is tried again until there is room (lesson 35)")
    func diskFull() {
        let failures = Mutex(2)
        let journal = InMemoryJournal { _ in
            let fails = failures.withLock { left in
                defer { left -= 1 }
                return left > 0
            }
            if fails { throw JournalError(.diskFull, "append", path: "/j") }
        }
        let log = Log()
        let writer = writer(journal, log)
        var maker = RecordMaker(seed: 3)
        let records = maker.records(3)
        _ = writer.submit(records)
        #expect(writer.stop(timeoutMilliseconds: Self.patience))
        #expect(journal.appends == [records])
        #expect(log.failed.count == 2)
        #expect(log.committed == [3])
    }

    @Test("Any other failure ends the writer: it says so, refuses what follows, and a drain does not hang")
    func failure() {
        let journal = InMemoryJournal { _ in throw JournalError(.inputOutput, "append", path: "/j") }
        let log = Log()
        let writer = writer(journal, log)
        var maker = RecordMaker(seed: 4)
        _ = writer.submit(maker.records(3))
        #expect(!writer.drain(timeoutMilliseconds: Self.patience))
        #expect(writer.submit(maker.records(1)) == .refused)
        writer.waitForRoom()
        #expect(!writer.stop(timeoutMilliseconds: Self.patience))
        #expect(journal.head == 0)
        #expect(log.failed.count == 1)
    }

    @Test("A producer that can wait is let on when there is room")
    func waitForRoom() {
        let journal = InMemoryJournal()
        let writer = writer(journal, Log())
        var maker = RecordMaker(seed: 5)
        var submitted = 0
        while submitted < 4_000 {
            let records = maker.records(500)
            if writer.submit(records) != .accepted { writer.waitForRoom() }
            submitted += records.count
        }
        #expect(writer.stop(timeoutMilliseconds: Self.patience))
        #expect(journal.head == 4_000)
    }

    @Test("A drain that takes too long says so, and the records are still there")
    func timeout() {
        let gate = DispatchSemaphore(value: 0)
        let journal = InMemoryJournal { _ in gate.wait() }
        let writer = writer(journal, Log())
        var maker = RecordMaker(seed: 6)
        _ = writer.submit(maker.records(1))
        #expect(!writer.drain(timeoutMilliseconds: 1))
        gate.signal()
        #expect(writer.drain(timeoutMilliseconds: Self.patience))
        #expect(journal.head == 1)
        #expect(writer.stop(timeoutMilliseconds: Self.patience))
    }
    @Test("Arrivals are durable after a drain and after a stop, and are told by nobody")
    func arrivals() throws {
        let directory = try TemporaryDirectory()
        let path = directory.file("journal.sqlite")
        let journal = try Journal(path: path, gateway: "gateway", created: .zero)
        let log = Log()
        // So long that only what asks for it can have made them durable.
        let writer = GroupCommitWriter(
            journal: journal, arrivalMilliseconds: 3_600_000, committed: { log.note(committed: $0) },
            failed: { log.note(failed: $0) })
        var maker = ArrivalMaker(seed: 7)
        var all: [Arrival] = []
        for count in [1, 5, 200] {
            let arrivals = maker.arrivals(count)
            all += arrivals
            #expect(writer.submit([], arrivals: arrivals) == .accepted)
        }
        #expect(writer.drain(timeoutMilliseconds: Self.patience))
        #expect(try journal.arrivals() == all)
        let last = maker.arrivals(3)
        #expect(writer.submit([], arrivals: last) == .accepted)
        #expect(writer.stop(timeoutMilliseconds: Self.patience))
        #expect(log.committed.isEmpty && log.failed.isEmpty)
        try journal.close()
        let again = try Journal(path: path, gateway: "gateway", created: .zero)
        #expect(try again.arrivals() == all + last)
    }
}
