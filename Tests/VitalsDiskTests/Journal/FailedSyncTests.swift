import Testing
import VitalsCore
import VitalsDisk
import VitalsModel
import VitalsStore
import VitalsTestKit

/// T7, with what comes after it: Linux shows what a failed sync did not write, and never writes it by itself.
@Suite("A journal that is killed after a failed sync (T7)")
struct FailedSyncTests {
    /// What was promised before the sync that failed, and what the disk then shows.
    private static let promised: UInt64 = 3
    private static let shown: UInt64 = 4

    /// A disk with three durable records, and a fourth that only the system's memory holds. Its process was killed.
    private static func disk(_ records: inout RecordMaker) throws -> SimulatedDisk {
        let disk = SimulatedDisk()
        let journal = try JournalWork.open(disk)
        for _ in 0..<promised { try journal.append([records.record()]) }
        disk.fail(DiskFault(.sync, number: 1, isLasting: true))
        #expect(throws: JournalError.self) { try journal.append([records.record()]) }
        disk.kill()
        disk.heal()
        return disk
    }

    private static func log(_ disk: SimulatedDisk) -> [UInt8]? {
        disk.image.files.first { $0.key.hasSuffix("-wal") }?.value
    }

    @Test("What the next start builds on it survives a power cut", arguments: [CrashPolicy.dropped, .torn, .garbage])
    func commitsBehindIt(_ policy: CrashPolicy) throws {
        var records = RecordMaker(seed: 7)
        let disk = try Self.disk(&records)
        defer { disk.unmount() }
        let next = try JournalWork.open(disk)
        #expect(next.head == Self.shown)
        for _ in 0..<5 { try next.append([records.record()]) }
        let anchor = next.anchor
        disk.cutPower()
        disk.restart(policy, seed: 11)
        let last = try JournalWork.open(disk)
        #expect(last.anchor == anchor)
        #expect(try JournalVerifier.verify(last.reader).fault == nil)
    }

    @Test("What the next start shows survives a power cut, although nothing was committed since")
    func start() throws {
        var records = RecordMaker(seed: 8)
        let disk = try Self.disk(&records)
        defer { disk.unmount() }
        let anchor = try JournalWork.open(disk).anchor
        disk.cutPower()
        disk.restart(.dropped, seed: 12)
        #expect(try JournalWork.open(disk).anchor == anchor)
    }

    @Test("The power may go at any change of that start, and of the start after it")
    func cutsWithin() throws {
        var cuts = 0
        var first = 1
        while true {
            var records = RecordMaker(seed: 9)
            let disk = try Self.disk(&records)
            defer { disk.unmount() }
            disk.cutPower(afterChanges: first)
            if (try? JournalWork.open(disk)) != nil { break }
            let policy = CrashPolicy.allCases[first % CrashPolicy.allCases.count]
            disk.restart(policy, seed: UInt64(first))
            // The start that has to put it right is cut short as well.
            disk.cutPower(afterChanges: 1 + first % 9)
            _ = try? JournalWork.open(disk)
            disk.cutPower()
            disk.restart(policy, seed: UInt64(first) + 1_000)
            let journal = try JournalWork.open(disk)
            #expect(journal.head >= Self.promised, "cut at change \(first)")
            #expect(try JournalVerifier.verify(journal.reader).fault == nil, "cut at change \(first)")
            cuts += 1
            first += 1
        }
        #expect(cuts >= 8)
    }

    @Test("A start on a disk without room for a page is refused, and one with room rewrites it")
    func full() throws {
        var records = RecordMaker(seed: 10)
        let disk = try Self.disk(&records)
        defer { disk.unmount() }
        let before = Self.log(disk)
        disk.limit(bytes: disk.usedBytes)
        let refusal = #expect(throws: JournalError.self) { try JournalWork.open(disk) }
        #expect(refusal?.code == .diskFull)
        #expect(before?.isEmpty == false && Self.log(disk) == before)
        disk.heal()
        let journal = try JournalWork.open(disk)
        #expect(journal.head == Self.shown)
        let anchor = journal.anchor
        disk.cutPower()
        disk.restart(.dropped, seed: 13)
        #expect(try JournalWork.open(disk).anchor == anchor)
    }

    @Test("On a disk with room for a page the power may go at any change of that start")
    func cutsWithinOnFullDisk() throws {
        var cuts = 0
        for first in stride(from: 1, to: 2_000, by: 5) {
            var records = RecordMaker(seed: 15)
            let disk = SimulatedDisk()
            defer { disk.unmount() }
            let journal = try JournalWork.open(disk)
            for _ in 0..<3 { try journal.append(records.records(5)) }
            disk.kill()
            // Less than the log takes, so that it cannot be copied as a whole.
            disk.limit(bytes: disk.usedBytes + 6_000)
            disk.cutPower(afterChanges: first)
            if (try? JournalWork.open(disk)) != nil { break }
            disk.heal()
            disk.restart([.garbage, .torn, .sectors][first % 3], seed: UInt64(first))
            let next = try JournalWork.open(disk)
            #expect(next.head == journal.head, "cut at change \(first)")
            #expect(try JournalVerifier.verify(next.reader).fault == nil, "cut at change \(first)")
            cuts += 1
        }
        // Each part of a page takes eight changes.
        #expect(cuts > 10 && cuts < 400)
    }

    @Test("A start whose n-th sync failed, and the next one, lose nothing when the power goes then")
    func failedSyncsWithin() throws {
        for number in 0..<32 {
            var records = RecordMaker(seed: 16)
            let disk = SimulatedDisk()
            defer { disk.unmount() }
            let journal = try JournalWork.open(disk)
            for _ in 0..<3 { try journal.append(records.records(5)) }
            disk.kill()
            for call in [1 + number / 4, 1 + number % 4] {
                disk.fail(DiskFault(.sync, number: call, isLasting: false))
                _ = try? JournalWork.open(disk)
                disk.heal()
                disk.kill()
            }
            disk.cutPower()
            disk.restart(.garbage, seed: UInt64(number))
            #expect(
                try JournalWork.open(disk).anchor == journal.anchor, "syncs \(1 + number / 4) and \(1 + number % 4)")
        }
    }

    @Test("Nothing of the rewriting is left beside the journal")
    func leavesNothing() throws {
        var records = RecordMaker(seed: 14)
        let disk = try Self.disk(&records)
        defer { disk.unmount() }
        let journal = try JournalWork.open(disk)
        #expect(disk.image.files.keys.allSatisfy { !$0.contains(".cop") })
        try journal.close()
    }
}
