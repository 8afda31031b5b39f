import Synchronization
import Testing
import VitalsCore
import VitalsModel
import VitalsTestKit

@testable import VitalsStore

@Suite("Memory that is full while the disk takes nothing (T12)")
struct SheddingTests {
    /// Makes records of every class, so large that some thousand of them fill the memory.
    private struct Maker {
        private(set) var next: UInt64
        private let wave: [UInt8]
        private let block: [UInt8]
        private let text = Array("{\"value\":\"\(String(repeating: "x", count: 16_000))\"}".utf8)

        init(first: UInt64 = 1) {
            next = first
            var blocks = SampleBlockMaker(seed: 1)
            wave = blocks.pulseWave(frames: 40).encoded()
            block = blocks.strap(count: 20).encoded()
        }

        mutating func records(_ count: Int) -> [Record] { (0..<count).map { _ in record() } }

        mutating func record(_ kind: RecordKind? = nil) -> Record {
            defer { next += 1 }
            let content: (kind: RecordKind, subject: String, body: [UInt8]) =
                switch next % 8 {
                case 1, 5: (.samples, "ppg", wave)
                case 2, 6: (.samples, "heart-rate", block)
                case 3: (.link, "", text)
                case 4: (.finding, "change", text)
                default: (.alarm, "spo2-low", Array(#"{"state":"raised"}"#.utf8))
                }
            let time = Int64(next) * 1_000_000
            return Record(
                sequence: next, kind: kind ?? content.kind, sensor: SensorAddress(rawValue: 0xC000_0000_0001),
                stamp: Stamp(
                    monotonic: MonotonicTime(microseconds: time), wall: WallTime(microseconds: time),
                    isSynchronised: true),
                subject: kind == nil ? content.subject : "spo2-low", body: kind == nil ? content.body : text)
        }
    }

    /// A queue whose first group failed, and the records of it.
    private static func failing(_ records: [Record]) -> CommitQueue {
        var queue = CommitQueue(intervalMilliseconds: 0)
        #expect(queue.submit(records) == .accepted)
        guard case .commit = queue.next(now: 0) else {
            Issue.record("nothing was committed")
            return queue
        }
        queue.failed(mayRetry: true, now: 0)
        return queue
    }

    /// Commits everything that waits, as the writer does when the disk is back.
    private static func drain(_ queue: inout CommitQueue, into journal: Journal) throws {
        var now: Int64 = 0
        while true {
            switch queue.next(now: now) {
            case .commit(let group):
                try journal.append(group.records, arrivals: group.arrivals, shed: group.shed)
                queue.committed()
            case .wait(let milliseconds): now += Int64(milliseconds)
            case .sleep, .end: return
            }
        }
    }

    @Test(
        "Waveforms go first, then samples, events and findings, each from the oldest on; alarms stay; chain and ledger know of each",
        arguments: [false, true])
    func order(isSealed: Bool) throws {
        let directory = try TemporaryDirectory()
        let journal = try Journal(
            path: directory.file("journal.db"), gateway: "gateway", created: .zero,
            protection: JournalProtection(key: isSealed ? JournalKey.random() : nil))
        var maker = Maker()
        var all = maker.records(40)
        try journal.append(all)
        let first = maker.records(16)
        all += first
        var queue = Self.failing(first)
        // The findings' turn comes last: until then all else was given up.
        while try shed(queue, .findings) < 100 {
            let batch = maker.records(20)
            all += batch
            try #require(queue.submit(batch) { journal.anchor } != .refused)
            #expect(queue.queuedBytes <= VitalsStoreLimits.queueBytesMax)
            try #require(queue.submittedTotal < 40_000)
        }
        let given = queue.shedTotal
        #expect(queue.submittedTotal == UInt64(all.count - 40))
        try Self.drain(&queue, into: journal)
        #expect(queue.committedTotal == queue.submittedTotal)

        #expect(journal.head == UInt64(all.count))
        var chain = RecordChain(journal.identity)
        for record in all { chain.append(record) }
        #expect(journal.anchor.hash == chain.hash)
        let outcome = try JournalVerifier.verify(journal.reader)
        #expect(outcome.fault == nil)
        #expect(outcome.dropped == given && outcome.records == UInt64(all.count) - given)
        let kept = Set(try journal.records(after: 0, limit: .max).map(\.sequence))
        let accounts = try RetentionAccount.all(journal.reader)
        for retentionClass in RetentionClass.allCases {
            let members = all.filter { RetentionClass(kind: $0.kind, subject: $0.subject) == retentionClass }
            let lost = members.filter { !kept.contains($0.sequence) }
            #expect(accounts[retentionClass]?.records ?? 0 == UInt64(lost.count))
            #expect(accounts[retentionClass]?.unacknowledged ?? 0 == UInt64(lost.count))
            #expect(accounts[retentionClass]?.bytes ?? 0 == UInt64(lost.reduce(0) { $0 + $1.body.count }))
            #expect(accounts[retentionClass]?.through ?? 0 == lost.last?.sequence ?? 0)
            // What is lost lies before what is kept, the group that was in flight aside.
            let waiting = members.filter { $0.sequence > 56 && kept.contains($0.sequence) }
            #expect((lost.last?.sequence ?? 0) < (waiting.first?.sequence ?? .max))
            #expect(retentionClass == .alarms ? lost.isEmpty : !lost.isEmpty)
        }
        try journal.close()
    }

    /// How many records of a class were given up and are told of in the queue.
    private func shed(_ queue: CommitQueue, _ retentionClass: RetentionClass) throws -> Int {
        queue.queued.reduce(0) { count, item in
            guard case .shed(let run) = item.entry else { return count }
            return count + (run.shares[retentionClass]?.records ?? 0)
        }
    }

    @Test("A commit with such an account that came through although it failed is found when the journal is opened anew")
    func durableAfterAll() throws {
        let directory = try TemporaryDirectory()
        let journal = try Journal(path: directory.file("journal.db"), gateway: "gateway", created: .zero)
        var maker = Maker()
        try journal.append(maker.records(9))
        var queue = Self.failing(maker.records(1))
        while queue.shedTotal == 0 { _ = queue.submit(maker.records(20)) { journal.anchor } }
        try Self.drain(&queue, into: journal)
        // As if the answers to the last commits had been errors: two accounts, and records behind each.
        let head = journal.head
        let (before, records) = (journal.tail.withLock { $0 }, maker.records(3))
        var chain = before.chain
        for record in records { chain.append(record) }
        let later = maker.records(4)
        var laterChain = chain
        for record in later { laterChain.append(record) }
        let runs = [ShedRun.made(of: records, chain: chain)]
        try journal.append(later, arrivals: [], shed: runs)
        journal.tail.withLock { $0 = before }
        #expect(try journal.reopen())
        #expect(journal.head == head + 7)
        #expect(journal.anchor.hash == laterChain.hash)
        // And one that ends with an account.
        let again = journal.tail.withLock { $0 }
        let last = maker.records(2)
        for record in last { laterChain.append(record) }
        try journal.append([], arrivals: [], shed: [ShedRun.made(of: last, chain: laterChain)])
        journal.tail.withLock { $0 = again }
        #expect(try journal.reopen())
        #expect(journal.anchor.hash == laterChain.hash)
        try journal.append(maker.records(1))
        #expect(try JournalVerifier.verify(journal.reader).fault == nil)
        try journal.close()
    }

    @Test("Alarms alone are not given up: what finds no room then is refused")
    func alarms() throws {
        var maker = Maker()
        var queue = Self.failing([maker.record(.alarm)])
        let anchor = JournalAnchor(
            identity: JournalIdentity(gateway: "g", epoch: "00000000000000e1"), sequence: 0,
            hash: [UInt8](repeating: 0, count: 32))
        var taken = 1
        while queue.submit([maker.record(.alarm)], behind: { anchor }) != .refused { taken += 1 }
        #expect(queue.shedTotal == 0)
        #expect(queue.waitingRecords == taken)
        #expect(taken > VitalsStoreLimits.queueBytesMax / 17_000)
    }

    @Test("Without the journal's head nothing is given up, and a queue that ends takes nothing more")
    func refused() {
        var maker = Maker()
        var queue = Self.failing(maker.records(1))
        while queue.submit(maker.records(20)) != .refused {}
        #expect(queue.shedTotal == 0)
        queue.stop()
        #expect(queue.submit(maker.records(1), behind: { fatalError("asked") }) == .refused)
    }

    @Test("The notes of values that stand in a block which waits too go first, and nothing is lost by that (lesson 38)")
    func settled() throws {
        var values = ArrivalMaker(seed: 3, sensors: 1)
        var queue = CommitQueue(intervalMilliseconds: 0)
        let directory = try TemporaryDirectory()
        let journal = try Journal(path: directory.file("journal.db"), gateway: "gateway", created: .zero)
        #expect(queue.submit([values.start(1)]) == .accepted)
        _ = queue.next(now: 0)
        queue.failed(mayRetry: true, now: 0)
        let sensor = SensorAddress(rawValue: 0xC000_0000_0001)
        var sequence: UInt64 = 2
        // Twice as many values as entries fit: blocks of a hundred, and one that is open.
        for _ in 0..<(VitalsStoreLimits.queueRecordsMax * 2 / 100) {
            let arrivals = (0..<100).map { _ in values.arrival(of: .heartRate, from: sensor) }
            try #require(queue.submit([], arrivals: Array(arrivals.prefix(60))) { journal.anchor } != .refused)
            let block = try #require(ArrivalMaker.block(sequence, of: arrivals))
            try #require(
                queue.submit([block], arrivals: Array(arrivals.suffix(40))) { journal.anchor } != .refused)
            sequence += 1
        }
        let open = (0..<7).map { _ in values.arrival(of: .heartRate, from: sensor) }
        #expect(queue.submit([], arrivals: open) { journal.anchor } != .refused)
        #expect(queue.shedTotal == 0)
        try Self.drain(&queue, into: journal)
        #expect(journal.head == sequence - 1)
        #expect(try journal.arrivals() == open)
        #expect(try JournalVerifier.verify(journal.reader).fault == nil)
        try journal.close()
    }
}

extension ShedRun {
    /// A run of these records, with the chain at the last of them.
    fileprivate static func made(of records: [Record], chain: RecordChain) -> ShedRun {
        var run = ShedRun(records[0], chain: chain)
        for record in records.dropFirst() { run.append(ShedRun(record, chain: chain)) }
        return run
    }
}
