import Foundation
import GRDB
import Glibc
import Synchronization
import Testing
import VitalsCore
import VitalsModel
import VitalsTestKit

@testable import VitalsStore

@Suite("Recovering a journal")
struct JournalRecoveryTests {
    let directory: TemporaryDirectory
    let path: String

    init() throws {
        directory = try TemporaryDirectory()
        path = directory.file("vitals.db")
    }

    private func recover(
        images: Int = VitalsStoreLimits.salvageImagesAtOpening, files: any FileSystem = PosixFileSystem(),
        protection: JournalProtection = JournalProtection()
    ) throws -> JournalRecovery.Opened {
        try JournalRecovery(
            path: path, gateway: "gateway", now: WallTime(microseconds: 1_795_246_200_000_000),
            protection: protection, files: files, images: images
        )
        .open { () throws(JournalError) in
            try Journal(path: path, gateway: "gateway", created: .zero, protection: protection)
        }
    }

    private func specimen(_ count: Int, sealing: SpecimenSealing = .none) throws -> JournalSpecimen {
        let specimen = try JournalSpecimen(seed: 7, records: count, sealing: sealing)
        try specimen.write(to: path)
        return specimen
    }

    private func sql(_ sql: String) throws {
        let database = try DatabaseQueue(path: path)
        try database.writeWithoutTransaction { try $0.execute(sql: sql) }
        try database.close()
    }

    private func kinds(_ journal: Journal) throws -> [LedgerEntry.Kind] {
        try journal.reader.ledger(after: 0, limit: 100).map(\.kind)
    }

    @Test("A sequence that was seen outside before it was durable is given to no other record after a kill")
    func promised() throws {
        let killed = try recover().journal
        var maker = RecordMaker(seed: 3)
        let records = maker.records(5)
        try killed.append(Array(records[..<4]))
        killed.promise(upTo: 8)
        try killed.append(Array(records[4...]))
        killed.abandon()
        let opened = try recover().journal
        #expect(try opened.records(after: 0, limit: .max) == records)
        #expect(opened.nextSequence > 8)
        try opened.close()
    }

    @Test("A sound journal is opened as it is")
    func sound() throws {
        let specimen = try specimen(80)
        let opened = try recover()
        #expect(opened.report == nil && opened.rest == nil)
        #expect(try opened.journal.records(after: 0, limit: .max) == specimen.records)
        #expect(opened.journal.nextSequence == 81)
    }

    @Test("A deleted WAL file shows, its records are told as lost, and their numbers are not given out again")
    func deletedLog() throws {
        let specimen = try specimen(120)
        try FileManager.default.removeItem(atPath: path + "-wal")
        let opened = try recover()
        let report = try #require(opened.report)
        let kept = try opened.journal.records(after: 0, limit: .max)
        #expect(kept == Array(specimen.records.prefix(kept.count)))
        #expect(report.reason.contains("records up to 120 were committed, the last is \(kept.count)"))
        #expect(report.lost == [UInt64(kept.count) + 1...120])
        #expect(report.lostCount == 120 - UInt64(kept.count))
        #expect(report.description.contains("known to be lost (\(kept.count + 1)-120); the damaged file is kept as /"))
        #expect(report.era == 1 << 32)
        #expect(opened.journal.nextSequence == 1 << 32)
        #expect(opened.journal.identity == specimen.identity)
        #expect(try kinds(opened.journal).suffix(2) == [.quarantine, .salvage])
        let note = try #require(try opened.journal.reader.ledger(after: 0, limit: 100).last)
        #expect(note.number > 1 << 32)
        #expect(
            String(decoding: note.body, as: UTF8.self).hasSuffix(
                #","isLast":true,"lost":[[\#(kept.count + 1),120]],"records":\#(kept.count),"restarts":[]}"#))
    }

    @Test("A deleted journal shows, and nobody is sent to look for a file that is not there")
    func deleted() throws {
        let specimen = try specimen(40)
        for suffix in ["", "-wal", "-shm"] { try? FileManager.default.removeItem(atPath: path + suffix) }
        let opened = try recover()
        let report = try #require(opened.report)
        #expect(report.quarantine == nil)
        #expect(report.description.hasSuffix("; there was no file to keep"))
        #expect(opened.journal.identity == specimen.identity)
        #expect(report.lost == [1...40])
    }

    @Test("After a second damage the numbers go on in a second era")
    func twice() throws {
        _ = try specimen(60)
        for era in 1...2 as ClosedRange<UInt64> {
            JournalRecovery.suspect(path: path, reason: "a test says so")
            let opened = try recover()
            #expect(opened.journal.nextSequence == era << 32)
            #expect(try opened.journal.eraGaps.map(\.upperBound) == (1...era).map { $0 << 32 - 1 })
            var maker = RecordMaker(seed: era, first: opened.journal.nextSequence)
            try opened.journal.append(maker.records(10))
            #expect(try opened.journal.records(after: 0, limit: .max).count == 60 + 10 * Int(era))
            opened.journal.abandon()
        }
    }

    @Test("What was received and is in no record is kept, and nothing comes twice")
    func arrivals() throws {
        let specimen = try specimen(60)
        JournalRecovery.suspect(path: path, reason: "a test says so")
        #expect(try recover().journal.arrivals() == specimen.arrivals)
    }

    @Test("A large journal opens at once, and the rest is taken over while it works")
    func rest() throws {
        let specimen = try specimen(600)
        JournalRecovery.suspect(path: path, reason: "a test says so")
        let opened = try recover(images: 0)
        #expect(opened.report?.isComplete == false)
        let journal = opened.journal
        var maker = RecordMaker(seed: 1, first: journal.nextSequence)
        let before = maker.records(4)
        try journal.append(before)
        let early = try journal.records(after: 0, limit: .max)
        #expect(early.suffix(4) == before && early.count < 604)
        #expect(early.dropLast(4).allSatisfy { specimen.records.contains($0) })
        let rest = try #require(opened.rest)
        let ends = Mutex(0)
        rest.onEnd { _ in ends.withLock { $0 += 1 } }
        while try rest.step() {}
        #expect(ends.withLock { $0 } == 1)
        #expect(try rest.report.isComplete)
        #expect(try journal.records(after: 0, limit: .max) == specimen.records + before)
        #expect(try kinds(journal).last == .salvage)
        // The next opening has nothing left to do.
        try journal.close()
        #expect(try recover().rest == nil)
    }

    @Test(
        "A salvage that is cut short at any call ends as one that is not (T8)",
        arguments: [SpecimenSealing.none, .rotated])
    func cutShort(sealing: SpecimenSealing) throws {
        let specimen = try specimen(40, sealing: sealing)
        let protection = try sealing.recovery()
        let pristine = directory.file("pristine")
        try FileManager.default.copyItem(atPath: path, toPath: pristine)
        var calls = 1
        while true {
            for name in try FileManager.default.contentsOfDirectory(atPath: directory.path) where name != "pristine" {
                try FileManager.default.removeItem(atPath: directory.file(name))
            }
            try specimen.write(to: path)
            JournalRecovery.suspect(path: path, reason: "a test says so")
            let dying = DyingFiles(after: calls)
            do {
                try recover(files: dying, protection: protection).journal.abandon()
            } catch let error as JournalError {
                #expect(error.code == .inputOutput || error.code == .noAccess, "call \(calls): \(error)")
            }
            // A kill in the middle; then the gateway starts again.
            let opened = try recover(protection: protection)
            #expect(try opened.journal.records(after: 0, limit: .max) == specimen.records, "call \(calls)")
            #expect(try opened.journal.arrivals() == specimen.arrivals, "call \(calls)")
            #expect(opened.journal.nextSequence > 40)
            opened.journal.abandon()
            let names = try FileManager.default.contentsOfDirectory(atPath: directory.file("quarantine"))
            #expect(names.contains { $0.hasSuffix("Z") }, "call \(calls): the damaged file is gone")
            guard dying.isDead else { break }
            calls += 1
        }
        // It has some dozens of steps, and each was a place to die.
        #expect(calls > 30)
    }

    @Test("Rows that are older than tags are proved by their hashes, from page to page")
    func untagged() throws {
        let specimen = try specimen(300)
        // All in the database, without tags, and one of them damaged.
        try Journal(path: path, gateway: "gateway", created: .zero).close()
        try sql("UPDATE record SET tag = NULL; UPDATE record SET body = x'00' WHERE sequence = 150")
        JournalRecovery.suspect(path: path, reason: "a test says so")
        let opened = try recover()
        #expect(opened.report?.lost == [150...150])
        #expect(
            try opened.journal.records(after: 0, limit: .max) == specimen.records.filter { $0.sequence != 150 })
    }

    @Test("A foreign file is somebody's where no journal was, and in a journal's place it is moved away")
    func foreign() throws {
        try Data("nothing of ours".utf8).write(to: URL(fileURLWithPath: path))
        #expect(throws: JournalError.self) { try recover() }
        #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == Data("nothing of ours".utf8))
        try FileManager.default.removeItem(atPath: path)

        let specimen = try specimen(50)
        try Data("nothing of ours".utf8).write(to: URL(fileURLWithPath: path))
        let opened = try recover()
        #expect(opened.journal.identity == specimen.identity)
        let kept = try #require(opened.report?.quarantine)
        #expect(try Data(contentsOf: URL(fileURLWithPath: kept)) == Data("nothing of ours".utf8))
    }

    @Test("At most three damaged journals are kept, the oldest go first")
    func bound() throws {
        _ = try specimen(20)
        for _ in 0..<5 {
            JournalRecovery.suspect(path: path, reason: "a test says so")
            try recover().journal.close()
        }
        let names = try FileManager.default.contentsOfDirectory(atPath: directory.file("quarantine"))
        #expect(names.filter { $0.hasSuffix(".state") }.count == VitalsStoreLimits.quarantinedMax)
    }

    @Test("The witness reads what it writes, and nothing else")
    func witness() {
        let witness = JournalWitness(
            identity: JournalIdentity(gateway: "ward-7", epoch: "0123456789abcdef"), sequence: 1 << 40, ledgerEntry: 9)
        #expect(JournalWitness(witness.bytes) == witness)
        #expect(JournalWitness(witness.bytes + [1, 2, 3]) == witness)
        for index in witness.bytes.indices {
            var bytes = witness.bytes
            bytes[index] ^= 4
            #expect(JournalWitness(bytes) == nil)
            #expect(JournalWitness(Array(bytes.prefix(index))) == nil)
        }
    }
}

/// Files that stop working after so many calls, as those of a process that is killed do.
final class DyingFiles: FileSystem {
    private let real = PosixFileSystem()
    private let left: Mutex<Int>

    init(after calls: Int) { left = Mutex(calls) }

    var isDead: Bool { left.withLock { $0 <= 0 } }

    private func call<Value>(_ body: () throws(FileSystemError) -> Value) throws(FileSystemError) -> Value {
        let lives = left.withLock { left in
            left -= 1
            return left > 0
        }
        guard lives else { throw FileSystemError("any", path: "any", number: EIO, words: "killed") }
        return try body()
    }

    func size(of path: String) throws(FileSystemError) -> Int64? {
        try call { () throws(FileSystemError) in try real.size(of: path) }
    }
    func makeDirectory(_ path: String) throws(FileSystemError) {
        try call { () throws(FileSystemError) in try real.makeDirectory(path) }
    }
    func create(_ path: String) throws(FileSystemError) -> Bool {
        try call { () throws(FileSystemError) in try real.create(path) }
    }
    // Reading changes nothing: a kill before it is one before the next change.
    func read(_ path: String, at offset: Int64, count: Int) throws(FileSystemError) -> [UInt8] {
        try real.read(path, at: offset, count: count)
    }
    func write(_ bytes: [UInt8], to path: String, at offset: Int64) throws(FileSystemError) {
        try call { () throws(FileSystemError) in try real.write(bytes, to: path, at: offset) }
    }
    func allocate(_ path: String, bytes: Int64) throws(FileSystemError) {
        try call { () throws(FileSystemError) in try real.allocate(path, bytes: bytes) }
    }
    func synchronise(_ path: String) throws(FileSystemError) {
        try call { () throws(FileSystemError) in try real.synchronise(path) }
    }
    func move(_ path: String, to other: String) throws(FileSystemError) {
        try call { () throws(FileSystemError) in try real.move(path, to: other) }
    }
    func remove(_ path: String) throws(FileSystemError) {
        try call { () throws(FileSystemError) in try real.remove(path) }
    }
    func list(_ directory: String) throws(FileSystemError) -> [String] { try real.list(directory) }
    func freeBytes(at path: String) -> Int64? { real.freeBytes(at: path) }
    func lock(_ path: String) throws(FileSystemError) -> (any FileLock)? {
        try call { () throws(FileSystemError) in try real.lock(path) }
    }
}
