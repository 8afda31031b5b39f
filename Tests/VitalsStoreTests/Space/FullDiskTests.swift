import Foundation
import Synchronization
import Testing
import VitalsCore
import VitalsModel
import VitalsTestKit

@testable import VitalsStore

@Suite("A full disk, and what goes on (T11)")
struct FullDiskTests {
    private static let policy = RetentionPolicy(maxBytes: 2 << 30, days: [:], graceHours: 24, sinks: ["mqtt"])

    /// Ten times the disk in full, twice in the short form.
    private static let megabytes = ProcessInfo.processInfo.environment["VITALS_FULL_DISK"] == nil ? 8 : 40

    @Test(
        "Several times what a disk of 4 MiB holds: alarms stay, the oldest delivered data go, and nobody restarts anything"
    )
    func overfilled() throws {
        var result = SuiteResult("full-disk", tests: ["T11"], seed: "3", isFull: Self.megabytes == 40)
        guard let disk = try FullDisk(megabytes: 4) else {
            result.goal("several times what a disk holds", "a file system of 4 MiB takes root", holds: nil)
            return try result.report()
        }
        let journal = try Journal(
            path: disk.directory.file("journal.db"), gateway: "gateway", created: .zero, retention: Self.policy)
        let failures = Mutex(0)
        let writer = GroupCommitWriter(
            journal: journal, intervalMilliseconds: 0, committed: { _ in },
            failed: { error in
                failures.withLock { $0 += 1 }
                #expect((error as? JournalError)?.code == .diskFull)
            })
        var maker = WardMaker(seed: 3)
        var bytes = 0
        var alarms: [UInt64] = []
        var samples: Set<UInt64> = []
        var last: UInt64 = 0
        while bytes < Self.megabytes << 20 {
            let records = maker.records()
            bytes += records.reduce(0) { $0 + $1.body.count + 100 }
            // Alarms are never acknowledged here, everything else is a day later.
            alarms += records.filter { $0.kind == .alarm || $0.kind == .start }.map(\.sequence)
            samples.formUnion(records.filter { $0.subject == "heart-rate" }.map(\.sequence))
            last = records.last?.sequence ?? last
            while writer.submit(records) == .refused { writer.waitForRoom() }
            writer.maintain(at: maker.stamp())
            try #require(writer.drain(timeoutMilliseconds: GroupCommitWriterTests.patience))
            if last > 1_000 {
                let delivered = SequenceRanges([1...(last - 1_000)])
                try journal.acknowledge(Self.without(alarms, delivered), sink: "mqtt")
            }
        }
        #expect(writer.stop(timeoutMilliseconds: GroupCommitWriterTests.patience))
        #expect(journal.head == last)
        let walk = try ChainWalk(journal.reader)
        let kept = walk.kept
        #expect(Set(alarms).isSubset(of: kept))
        #expect(kept.isDisjoint(with: walk.dropped) && kept.union(walk.dropped) == Set(1...last))
        #expect(walk.fault == nil)
        // What is left of the samples is the newest.
        let oldest = samples.intersection(kept).min() ?? 0
        #expect(oldest > 0 && oldest > samples.intersection(walk.dropped).max() ?? .max)
        // What tells of the dropped ones takes no room that matters, although an alarm stands between every few of them.
        var entries = 0
        while case let batch = try journal.ledger(after: UInt64(entries), limit: 1_000), !batch.isEmpty {
            entries += batch.count
        }
        #expect(entries * 30 < walk.dropped.count)
        _ = try journal.maintain(at: maker.stamp())
        #expect(try journal.space().ballastBytes > 0)
        print(
            "4 MiB disk: \(bytes >> 20) MiB written, \(last) records, \(kept.count) kept, "
                + "\(entries) ledger entries, \(failures.withLock { $0 }) commits found it full")
        try journal.close()
        result.count("MiB written to a disk of 4 MiB", bytes >> 20)
        result.count("records", last)
        result.count("records kept", kept.count)
        result.count("commits that found the disk full", failures.withLock { $0 })
        result.count("entries in the ledger", entries)
        let lost = Set(alarms).subtracting(kept).count
        let unaccounted = Set(1...last).subtracting(kept).subtracting(walk.dropped).count
        result.goal(
            "alarms that nobody has stay; what went is accounted for; the chain is clean",
            "\(lost) of \(alarms.count) alarms gone, \(unaccounted) records unaccounted for",
            holds: lost == 0 && unaccounted == 0 && walk.fault == nil)
        try result.report()
    }

    @Test("A disk that somebody else filled takes commits from the ballast, and the ballast comes back with the room")
    func filledByOthers() throws {
        guard let disk = try FullDisk(megabytes: 16) else { return }
        let path = disk.directory.file("journal.db")
        let journal = try Journal(path: path, gateway: "gateway", created: .zero, retention: Self.policy)
        var maker = WardMaker(seed: 4)
        var stored: UInt64 = 0
        for _ in 0..<60 {
            let records = maker.records()
            try journal.append(records)
            stored = records.last?.sequence ?? stored
        }
        while try journal.maintain(at: maker.stamp()) {}
        try journal.acknowledge([1...stored], sink: "mqtt")
        #expect(try journal.space().ballastBytes > 0)
        try disk.fill("somebody")
        var full = 0
        for _ in 0..<200 {
            let records = maker.records()
            let refusals = try journal.appendMakingRoom(records, at: maker.stamp())
            full += try #require(refusals)
            stored = records.last?.sequence ?? stored
            while try journal.maintain(at: maker.stamp()) {}
        }
        #expect(full > 0)
        #expect(journal.head == stored)
        #expect(journal.condition.complaint != nil)
        #expect(try ChainWalk(journal.reader).fault == nil)
        try FileManager.default.removeItem(atPath: disk.directory.file("somebody"))
        while try journal.maintain(at: maker.stamp()) {}
        #expect(try journal.space().ballastBytes > 0)
        #expect(!journal.condition.isWithoutBallast)
        let walk = try ChainWalk(journal.reader)
        let kept = walk.kept
        #expect(kept.union(walk.dropped) == Set(1...stored))
        print("disk filled by others: \(full) commits found it full, \(kept.count) of \(stored) records kept")
        try journal.close()
    }

    private static func without(_ alarms: [UInt64], _ ranges: SequenceRanges) -> [ClosedRange<UInt64>] {
        var left: [ClosedRange<UInt64>] = []
        for range in ranges.ranges {
            var first = range.lowerBound
            for alarm in alarms where range.contains(alarm) {
                if first < alarm { left.append(first...(alarm - 1)) }
                first = alarm + 1
            }
            if first <= range.upperBound { left.append(first...range.upperBound) }
        }
        return left
    }
}
