import Foundation
import GRDB
import Testing
import VitalsCore
import VitalsModel
import VitalsTestKit

@testable import VitalsStore

@Suite("Random tampering with a journal")
struct TamperSuiteTests {
    /// Edits of each kind: `VITALS_TAMPER=1000` is the full form.
    static let count = ProcessInfo.processInfo.environment["VITALS_TAMPER"].flatMap { Int($0) } ?? 25

    @Test(
        "Every edit, deletion, insertion, reordering, truncation, fork and roll-back is found, sealed or not, salvaged or not"
    )
    func found() throws {
        var result = SuiteResult("tampering", tests: [], seed: "11", isFull: Self.count >= 1_000)
        var random = SplitMix64(seed: 11)
        var missed = 0
        var edits: Set<String> = []
        for (isSealed, isSalvaged) in [(false, false), (true, false), (false, true), (true, true)] {
            let directory = try TemporaryDirectory()
            var protection = Tampering.protection
            protection.key = isSealed ? try SealingTests.key(5) : nil
            let suite = try Tampering(in: directory, key: protection.key, isSalvaged: isSalvaged)
            let evidence = JournalVerifier.Evidence(checkpoint: suite.witness, publicKeys: [suite.publicKey])
            let original = try JournalReader(path: suite.original, protection: protection)
            let outcome = try JournalVerifier.verify(original, evidence)
            #expect(outcome.fault == nil)
            #expect(outcome.records == (isSalvaged ? 56 : 57))
            #expect(outcome.dropped == (isSalvaged ? 4 + (1 << 32 - 46) : 3))
            #expect(outcome.checkpoints == 4)

            let path = directory.file("copy.sqlite")
            for kind in Tampering.Kind.allCases {
                for _ in 0..<Self.count {
                    let what = try suite.tamper(kind, &random, at: path)
                    edits.insert("\(kind) \(isSealed) \(isSalvaged) \(what)")
                    let isFound = Self.isFound(path, protection, evidence)
                    if !isFound { missed += 1 }
                    #expect(isFound, "\(kind.rawValue), sealed \(isSealed), salvaged \(isSalvaged): \(what)")
                }
                result.count(
                    kind.rawValue + (isSealed ? ", sealed" : "") + (isSalvaged ? ", salvaged" : ""), Self.count)
            }
        }
        // The journal is small, so that a thousand random edits of a kind are not all different.
        result.count("different edits", edits.count)
        result.goal("every random edit of each kind is found", "\(missed) missed", holds: missed == 0)
        try result.report()
    }

    @Test("A record behind what damage took is bound to its hash, and so are the entries of the ledger before it")
    func restarts() throws {
        let directory = try TemporaryDirectory()
        let suite = try Tampering(in: directory, key: nil, isSalvaged: true)
        let (path, protection) = (directory.file("copy.sqlite"), Tampering.protection)
        let evidence = JournalVerifier.Evidence(checkpoint: suite.witness, publicKeys: [suite.publicKey])
        func isFound(_ sql: String) throws -> Bool {
            try? FileManager.default.removeItem(atPath: path)
            try FileManager.default.copyItem(atPath: suite.original, toPath: path)
            let database = try DatabaseQueue(path: path)
            try database.writeWithoutTransaction { try $0.execute(sql: sql) }
            try database.close()
            return Self.isFound(path, protection, evidence)
        }
        #expect(try !isFound("SELECT 1"))
        // The record with the hash that stands with it, and a tag that fits both.
        let reader = try JournalReader(path: suite.original, protection: protection)
        let row = try reader.storedRecords(after: UInt64(Tampering.lost), limit: 1)
        let stored = try #require(row.first?.whole)
        var record = stored.record
        record.stamp.wall.microseconds += 1
        let tag = RowTag.of(record, chain: stored.chain, epoch: reader.identity.epoch)
        let place = record.sequence
        #expect(place == UInt64(Tampering.lost) + 1)
        #expect(try isFound("UPDATE record SET wall = wall + 1, tag = x'\(Hex.string(tag))' WHERE sequence = \(place)"))
        // Entries that damage may have taken, for all that the numbers say.
        for entry in 1...7 { #expect(try isFound("DELETE FROM ledger WHERE entry = \(entry)"), "\(entry)") }
        #expect(try isFound("DELETE FROM ledger WHERE entry < 8"))
        #expect(try isFound("UPDATE ledger SET body = CAST(body || ' ' AS BLOB) WHERE kind = 'quarantine'"))
    }

    /// Whether opening or verifying says that something is wrong.
    private static func isFound(
        _ path: String, _ protection: JournalProtection, _ evidence: JournalVerifier.Evidence
    ) -> Bool {
        guard let reader = try? JournalReader(path: path, protection: protection) else { return true }
        defer { try? reader.close() }
        guard let outcome = try? JournalVerifier.verify(reader, evidence) else { return true }
        return outcome.fault != nil
    }
}
