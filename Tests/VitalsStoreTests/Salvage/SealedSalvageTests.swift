import Foundation
import GRDB
import Testing
import VitalsCore
import VitalsJSON
import VitalsModel
import VitalsTestKit

@testable import VitalsStore

@Suite("Salvaging a sealed journal")
struct SealedSalvageTests {
    let directory: TemporaryDirectory
    let path: String

    init() throws {
        directory = try TemporaryDirectory()
        path = directory.file("vitals.db")
    }

    private func recover(
        _ protection: JournalProtection, images: Int = VitalsStoreLimits.salvageImagesAtOpening
    ) throws -> JournalRecovery.Opened {
        try JournalRecovery(
            path: path, gateway: "gateway", now: WallTime(microseconds: 1_795_246_200_000_000),
            protection: protection, images: images
        ).open { () throws(JournalError) in
            try Journal(path: path, gateway: "gateway", created: .zero, protection: protection)
        }
    }

    private func specimen(_ count: Int, _ sealing: SpecimenSealing = .whole) throws -> JournalSpecimen {
        let specimen = try JournalSpecimen(seed: 7, records: count, sealing: sealing)
        try specimen.write(to: path)
        return specimen
    }

    private func suspect() { JournalRecovery.suspect(path: path, reason: "a test says so") }

    private func sql(_ sql: String) throws {
        let database = try DatabaseQueue(path: path)
        try database.writeWithoutTransaction { try $0.execute(sql: sql) }
        try database.close()
    }

    /// Takes a key out of the file, wherever a page holds it, and leaves the rest of its row.
    private func destroyKey(_ id: Int, keepingCopy: Bool = false) throws {
        let journal = try DatabaseQueue(path: path)
        let wrapped = try journal.writeWithoutTransaction { db in
            try db.execute(sql: "PRAGMA wal_checkpoint(TRUNCATE)")
            return try Data.fetchOne(db, sql: "SELECT wrapped FROM key WHERE id = \(id)")
        }
        try journal.close()
        let needle = try #require(wrapped)
        for suffix in ["", "-wal"] {
            let url = URL(fileURLWithPath: path + suffix)
            guard var bytes = try? Data(contentsOf: url) else { continue }
            while let range = bytes.range(of: needle) {
                bytes.replaceSubrange(range, with: Data(repeating: 0x55, count: needle.count))
            }
            try bytes.write(to: url)
        }
        if !keepingCopy { try FileManager.default.removeItem(atPath: path + ".keys") }
    }

    private func failure(_ body: () throws -> Void) -> JournalError.Code? {
        do {
            try body()
            return nil
        } catch {
            return (error as? JournalError)?.code
        }
    }

    private func expectSound(_ journal: Journal, dropped: UInt64? = nil) throws {
        let outcome = try JournalVerifier.verify(journal.reader)
        #expect(outcome.fault == nil)
        if let dropped { #expect(outcome.dropped == dropped) }
    }

    @Test("With its key all of it is taken over, sealed as it was", arguments: SpecimenSealing.allCases)
    func whole(sealing: SpecimenSealing) throws {
        let specimen = try specimen(150, sealing)
        suspect()
        let journal = try recover(sealing.recovery()).journal
        #expect(try journal.records(after: 0, limit: .max) == specimen.records)
        #expect(try journal.arrivals() == specimen.arrivals)
        var maker = RecordMaker(seed: 3, first: journal.nextSequence)
        let more = maker.records(5)
        try journal.append(more)
        #expect(try journal.records(after: 1 << 32 - 1, limit: 9) == more)
        try expectSound(journal, dropped: 1 << 32 - 151)
        let (clear, keys) = try journal.reader.read { db in
            (
                try Int.fetchOne(db, sql: "SELECT count(*) FROM record WHERE key IS NULL") ?? 0,
                try Int64.fetchAll(db, sql: "SELECT id FROM key ORDER BY id")
            )
        }
        switch sealing {
        case .none: #expect(clear == 155 && keys == [])
        case .whole, .rotated: #expect(clear == 0 && keys == [0, 1, 2, 1 << 32 + 1])
        case .later: #expect((1..<150).contains(clear) && keys == [0, 1, 1 << 32 + 1])
        }
        try journal.close()
        #expect(try recover(sealing.recovery()).report == nil)
    }

    @Test("Without the key, or with another one, a damaged journal stays as it is, and the error names the key")
    func refused() throws {
        let specimen = try specimen(60, .rotated)
        suspect()
        // Damage that somebody told of, and damage that shows: without the log its end is missing, and the new keys too.
        for isTold in [true, false] {
            if !isTold {
                for suffix in ["-wal", ".suspect"] { try FileManager.default.removeItem(atPath: path + suffix) }
            }
            let before = try Data(contentsOf: URL(fileURLWithPath: path))
            let (needed, former, other) = (try SealingTests.key(2), try SealingTests.key(1), try SealingTests.key(3))
            #expect(failure { _ = try recover(JournalProtection()) } == .sealed(key: needed.id))
            for key in [former, other] {
                #expect(
                    failure { _ = try recover(JournalProtection(key: key)) }
                        == .otherKey(needed: needed.id, given: key.id))
            }
            #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == before)
            #expect(!FileManager.default.fileExists(atPath: directory.file("quarantine")))
        }
        let opened = try recover(SpecimenSealing.rotated.recovery())
        let kept = try opened.journal.records(after: 0, limit: .max)
        #expect(kept == Array(specimen.records.prefix(kept.count)) && kept.count > 10)
        #expect(opened.report?.lost == [UInt64(kept.count) + 1...60])
    }

    @Test("A data key that its table has lost is had from the copy beside the journal")
    func copiedKey() throws {
        let specimen = try specimen(150)
        try destroyKey(1, keepingCopy: true)
        suspect()
        let opened = try recover(SpecimenSealing.whole.recovery())
        #expect(opened.report?.lost == [])
        #expect(try opened.journal.records(after: 0, limit: .max) == specimen.records)
        try expectSound(opened.journal)
    }

    @Test("Without its data key a row is lost, and told; the rows of other keys are taken over")
    func lostKey() throws {
        let specimen = try specimen(150)
        let first = try DatabaseQueue(path: path).read { db in
            try UInt64(Int64.fetchOne(db, sql: "SELECT min(sequence) FROM record WHERE key = 2") ?? 0)
        }
        try destroyKey(1)
        suspect()
        let opened = try recover(SpecimenSealing.whole.recovery())
        #expect(opened.report?.lost == [1...first - 1])
        #expect(
            try opened.journal.records(after: 0, limit: .max) == specimen.records.filter { $0.sequence >= first })
        try expectSound(opened.journal)
        // Where the chain begins anew is told by a commitment: no hash of a sealed record stands anywhere in clear.
        let hashes = try opened.journal.reader.storedRecords(after: 0, limit: .max).compactMap(\.whole?.chain.hash)
        try opened.journal.close()
        let bytes = try Data(contentsOf: URL(fileURLWithPath: path))
        #expect(hashes.count > 10)
        for hash in hashes {
            #expect(bytes.range(of: Data(hash)) == nil)
            #expect(bytes.range(of: Data(Hex.string(hash).utf8)) == nil)
        }
    }

    @Test("Without the key that covered its hashes a journal is taken over, and its old checkpoints accuse nobody")
    func lostCover() throws {
        let specimen = try specimen(150)
        try destroyKey(0)
        suspect()
        let opened = try recover(SpecimenSealing.whole.recovery())
        #expect(opened.report?.lost == [])
        #expect(try opened.journal.records(after: 0, limit: .max) == specimen.records)
        let told = try opened.journal.reader.ledger(after: 0, limit: 99)
        #expect(told.contains { $0.kind == .checkpoint && $0.number < 1 << 32 })
        #expect(told.last.map { String(decoding: $0.body, as: UTF8.self).contains(#""coverLost":true"#) } == true)
        try expectSound(opened.journal)
    }

    @Test("A key whose name a bit has changed is damage, not another key")
    func damagedName() throws {
        let specimen = try specimen(60)
        try sql("UPDATE key SET kek = '0123456789abcdef' WHERE id = 1")
        let opened = try recover(SpecimenSealing.whole.recovery())
        #expect(opened.report?.reason == "data key 1")
        #expect(try opened.journal.records(after: 0, limit: .max) == specimen.records)
    }

    @Test("A large sealed journal opens at once; the rest follows, also when the key is changed meanwhile")
    func rest() throws {
        let specimen = try specimen(600)
        suspect()
        let opened = try recover(SpecimenSealing.whole.recovery(), images: 0)
        #expect(opened.report?.isComplete == false)
        // Nobody opens the new journal without the key, however little of the old one is in it.
        #expect(failure { _ = try JournalReader(path: path).anchor } == .sealed(key: try SealingTests.key(1).id))
        var maker = RecordMaker(seed: 1, first: opened.journal.nextSequence)
        let between = maker.records(4)
        try opened.journal.append(between)
        // No key is erased while rows of it may still come.
        #expect(try opened.journal.eraseSpentKeys() == 0)
        opened.journal.abandon()

        let (old, new) = (try SealingTests.key(1), try SealingTests.key(2))
        try recover(JournalProtection(key: new, formerKeys: [old])).journal.abandon()
        #expect(failure { _ = try recover(JournalProtection(key: old)) } == .otherKey(needed: new.id, given: old.id))
        let again = try recover(JournalProtection(key: new))
        let rest = try #require(again.rest)
        while try rest.step() {}
        #expect(try again.journal.records(after: 0, limit: .max) == specimen.records + between)
        try expectSound(again.journal)
    }

    @Test("A salvaged key is erased with the last of its records, and not before")
    func erasure() throws {
        _ = try specimen(60)
        suspect()
        let journal = try recover(SpecimenSealing.whole.recovery()).journal
        var maker = RecordMaker(seed: 1, first: journal.nextSequence)
        try journal.append(maker.records(1))
        #expect(try journal.eraseSpentKeys() == 0)
        let last = try journal.reader.read { db in
            try UInt64(Int64.fetchOne(db, sql: "SELECT max(sequence) FROM record WHERE key = 1") ?? 0)
        }
        let needle = Data(try #require(try wrapped(1)).utf8)
        try Tampering.drop(1...(last - 1), from: journal)
        #expect(try journal.eraseSpentKeys() == 0)
        try journal.change("drop") { db, _, _ in
            try db.execute(sql: "DELETE FROM record WHERE sequence = \(last); DELETE FROM arrival WHERE key = 1")
        }
        #expect(try journal.eraseSpentKeys() == 1)
        #expect(try wrapped(1) == nil)
        #expect(try Data(contentsOf: URL(fileURLWithPath: path + ".keys")).range(of: needle) == nil)
    }

    /// A wrapped key as the copy beside the journal has it.
    private func wrapped(_ id: Int64) throws -> String? {
        try KeyCopy.read(journal: path, files: PosixFileSystem()).first { $0.id == id }.map { Hex.string($0.wrapped) }
    }

    @Test("The copy of the keys keeps what its table has lost, under the key that is at work")
    func copy() throws {
        _ = try specimen(60)
        #expect(try KeyCopy.read(journal: path, files: PosixFileSystem()).map(\.id) == [0, 1, 2])
        let (old, new) = (try SealingTests.key(1), try SealingTests.key(2))
        try sql("DELETE FROM key WHERE id = 1")
        let journal = try Journal(
            path: path, gateway: "gateway", created: .zero, protection: JournalProtection(key: new, formerKeys: [old]))
        var maker = RecordMaker(seed: 1, first: 61)
        try journal.append(maker.records(1))
        try journal.close()
        let copy = try KeyCopy.read(journal: path, files: PosixFileSystem())
        #expect(copy.map(\.id) == [0, 1, 2, 3])
        #expect(copy.allSatisfy { $0.kek == new.id && $0.unwrap(by: new, epoch: journal.identity.epoch) != nil })
        // So nothing is lost when the missing key shows.
        suspect()
        #expect(try recover(JournalProtection(key: new)).report?.lost == [])
    }

    @Test("By hand a sealed journal is salvaged with its key, and into one that is sealed")
    func byHand() throws {
        let specimen = try specimen(60)
        let output = directory.file("saved.db")
        #expect(
            failure { _ = try JournalSalvage.run(from: path, to: output, now: .zero) }
                == .sealed(key: try SealingTests.key(1).id))
        let protection = try SpecimenSealing.whole.recovery()
        let report = try JournalSalvage.run(from: path, to: output, now: .zero, protection: protection)
        #expect(report.records == 60 && report.lost == [])
        let reader = try JournalReader(path: output, protection: protection)
        #expect(try reader.records(after: 0, limit: .max) == specimen.records)
    }
}
