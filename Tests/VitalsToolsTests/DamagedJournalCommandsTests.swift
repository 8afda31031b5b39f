import Foundation
import GRDB
import Testing
import VitalsCore
import VitalsMQTT
import VitalsModel
import VitalsStore
import VitalsTestKit

/// `vitalsctl journal` as a program, on journals that are damaged, sealed, or both.
@Suite("Journal commands on damaged and sealed journals")
struct DamagedJournalCommandsTests {
    let line: CommandLineTests
    private let count = 400

    init() throws { line = try CommandLineTests() }

    private var path: String { line.bench.path("journal.db") }
    private var keyFile: String { line.bench.path("journal.key") }

    /// Makes a journal of `count` records, and its key when it is to be sealed.
    private func fill(isSealed: Bool) throws {
        var protection = JournalProtection()
        if isSealed { protection.key = try KeyFile.create(keyFile) }
        let journal = try Journal(
            path: path, gateway: "gateway", created: WallTime(microseconds: 0), protection: protection)
        var maker = RecordMaker(seed: 21)
        try journal.append(maker.records(count))
        try journal.close()
    }

    /// Zeroes the page that a record in the middle stands on, as a card does.
    private func damage() throws {
        let database = try DatabaseQueue(path: path)
        let body = try database.read { db in
            try Data.fetchOne(db, sql: "SELECT body FROM record WHERE sequence = \(count / 2) + 1")
        }
        try database.close()
        let url = URL(fileURLWithPath: path)
        var bytes = try Data(contentsOf: url)
        let needle = try #require(body)
        let place = try #require(bytes.range(of: needle)?.lowerBound)
        let page = place / 4_096 * 4_096
        bytes.replaceSubrange(page..<(page + 4_096), with: Data(count: 4_096))
        try bytes.write(to: url)
    }

    /// The named command on the journal, with its key when there is one.
    private func run(
        _ command: String, _ rest: String..., on file: String? = nil, hasKey: Bool = true
    ) throws -> CommandLineTests.Outcome? {
        let key = hasKey && FileManager.default.fileExists(atPath: keyFile) ? ["--key-file", keyFile] : []
        return try line.run(["journal", command, file ?? path] + rest + key)
    }

    @Test("A damaged journal is checked, marked and salvaged, and what is saved is sound", arguments: [false, true])
    func damaged(isSealed: Bool) throws {
        try fill(isSealed: isSealed)
        try damage()
        guard let check = try run("check", "--full", "--mark") else { return }
        #expect(check.status == 65)
        #expect(check.output.contains("FAULT: "))
        #expect(check.errors.contains("start vitalsd: it keeps the file, and takes over what is whole"))
        #expect(FileManager.default.fileExists(atPath: path + ".suspect"))

        let before = try Data(contentsOf: URL(fileURLWithPath: path))
        #expect(try run("compact")?.status == 65)
        #expect(try run("downgrade", line.bench.path("old.db"), "--to", "3")?.status == 65)
        let saved = line.bench.path("saved.db")
        let salvage = try #require(try run("salvage", saved))
        #expect(salvage.status == 0)
        #expect(salvage.output.contains(" are lost\n"))
        #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == before)

        let taken = try #require(salvage.output.split(separator: " ").first.flatMap { Int($0) })
        #expect((count - 60..<count).contains(taken))
        let export = try #require(try run("export", on: saved))
        #expect(export.status == 0)
        #expect(export.output.split(separator: "\n").count == taken)
        let verify = try #require(try run("verify", on: saved))
        #expect(verify.output.contains("\(taken) records, chain OK"))
        #expect(try run("check", "--full", on: saved)?.status == 0)
        #expect(try run("compact", on: saved)?.output.contains("\(taken) records verified") == true)
    }

    @Test("Of a sealed journal nothing is done without its key but what needs none, and the error names the key")
    func withoutKey() throws {
        try fill(isSealed: true)
        guard let check = try run("check", "--full", hasKey: false) else { return }
        let id = try KeyFile.key(keyFile).id
        #expect(check.status == 0)
        #expect(check.output.contains("note: its records are sealed with key \(id), and were not read; give the key"))
        #expect(
            check.output.contains("sound as far as anybody can tell without its key, every page and the ledger read"))
        #expect(
            try run("check", "--full")?.output.hasSuffix("sound, \(count) records, every page and hash read\n") == true)

        let other = line.bench.path("other.key")
        _ = try KeyFile.create(other)
        let (saved, old) = (line.bench.path("saved.db"), line.bench.path("old.db"))
        for words in [["compact"], ["export"], ["verify"], ["salvage", saved], ["downgrade", old, "--to", "3"]] {
            let arguments = ["journal", words[0], path] + words.dropFirst()
            let blind = try #require(try line.run(arguments))
            #expect(blind.status == 78 && blind.errors.contains("sealed with key \(id)"), "\(words[0]): \(blind)")
            #expect(blind.errors.contains("--key-file"), "\(words[0])")
            let wrong = try #require(try line.run(arguments + ["--key-file", other]))
            #expect(wrong.status == 78 && wrong.errors.contains("sealed with key \(id), not with"), "\(words[0])")
        }
        for words in [["sensors", path], ["explain", "1", "--journal", path]] {
            let blind = try #require(try line.run(words))
            #expect(blind.status == 78 && blind.errors.contains("--key-file"), "\(words[0]): \(blind)")
            #expect(try line.run(words + ["--key-file", keyFile])?.status != 78, "\(words[0])")
        }
        // Damage shows without the key where the page shows it.
        try damage()
        #expect(try run("check", "--full", hasKey: false)?.status == 65)
    }

    @Test("A sealed journal is compacted and taken back with its key, which the environment may name")
    func withKey() throws {
        try fill(isSealed: true)
        let environment = ["VITALS_JOURNAL_KEY_FILE": keyFile]
        guard let compact = try line.run(["journal", "compact", path], environment: environment) else { return }
        #expect(compact.status == 0)
        #expect(compact.output.contains("\(count) records verified"))
        let old = line.bench.path("old.db")
        let taken = try #require(
            try line.run(["journal", "downgrade", path, old, "--to", "3"], environment: environment))
        #expect(taken.status == 0)
        #expect(taken.output.contains("version 3 knows no seals: who reads \(old) reads its records"))
        let sealed = try #require(try run("export"))
        #expect(try run("export", on: old, hasKey: false)?.output == sealed.output)
        #expect(sealed.output.split(separator: "\n").count == count)
    }

    @Test("A directory is no journal, and no fault of the disk")
    func directory() throws {
        let folder = line.bench.path("folder")
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: false)
        for words in [
            ["stats"], ["check"], ["export"], ["verify"], ["compact"], ["salvage", line.bench.path("saved.db")],
        ] {
            guard let outcome = try line.run(["journal", words[0], folder] + words.dropFirst()) else { return }
            #expect(outcome.status == 65, "\(words[0]): \(outcome)")
            #expect(outcome.errors.contains("not a journal of vitalsd"), "\(words[0])")
        }
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder).isEmpty)
    }

    @Test("What stands before a damaged record is exported, and the error names the record")
    func exportBefore() throws {
        try fill(isSealed: false)
        let database = try DatabaseQueue(path: path)
        try database.writeWithoutTransaction { db in
            try db.execute(sql: "UPDATE record SET body = x'00' WHERE sequence = 46")
        }
        try database.close()
        guard let export = try run("export") else { return }
        #expect(export.status == 65)
        #expect(export.output.split(separator: "\n").count == 45)
        #expect(export.errors.contains("record 46"))
        #expect(try run("export", "--to", "45")?.status == 0)
    }

    @Test("Rotation says what it did, and that it did nothing to a journal that is not sealed, or sealed so already")
    func rotation() throws {
        try fill(isSealed: false)
        let (one, two) = (line.bench.path("one.key"), line.bench.path("two.key"))
        for file in [one, two] { _ = try KeyFile.create(file) }
        func rotate(_ from: String, _ to: String) throws -> CommandLineTests.Outcome? {
            try line.run(["journal", "key", "rotate", path, "--from", from, "--to", to])
        }
        guard let clear = try rotate(one, two) else { return }
        #expect(clear.status == 78 && clear.errors.contains("it is not sealed"))
        try FileManager.default.removeItem(atPath: path)
        for suffix in ["-wal", "-shm", ".witness"] { try? FileManager.default.removeItem(atPath: path + suffix) }
        try fill(isSealed: true)
        #expect(try rotate(keyFile, keyFile)?.status == 64)
        #expect(try rotate(keyFile, two)?.output.hasPrefix("sealed with key ") == true)
        #expect(try rotate(keyFile, two)?.output.hasPrefix("already sealed with key ") == true)
    }

    @Test("A checkpoint is verified as it was published, and a file without one says what to give")
    func published() throws {
        let signing = line.bench.path("signing.key")
        _ = try KeyFile.create(signing)
        let signer = try KeyFile.signer(signing, isCredential: false)
        let journal = try Journal(
            path: path, gateway: "gateway", created: WallTime(microseconds: 0),
            protection: JournalProtection(signer: signer))
        var maker = RecordMaker(seed: 22)
        try journal.append(maker.records(40))
        try journal.close()
        let reader = try JournalReader(path: path)
        let entry = try #require(try reader.lastLedgerEntry(.checkpoint))
        let message = try RecordEncoder(identity: reader.identity).message(of: entry).payload
        try reader.close()
        let file = line.bench.path("far.jsonl")
        func verify(_ bytes: [UInt8]) throws -> CommandLineTests.Outcome? {
            try Data(bytes).write(to: URL(fileURLWithPath: file))
            return try run(
                "verify", "--checkpoint", file, "--public-key", Hex.string(signer.publicKey), hasKey: false)
        }
        guard let good = try verify(message + [0x0A]) else { return }
        #expect(good.status == 0, "\(good)")
        // Another root under the same number is a fork.
        let text = String(decoding: message, as: UTF8.self)
        let range = try #require(text.range(of: #""root":""#))
        let digit = text[range.upperBound] == "0" ? "1" : "0"
        let forged = text.replacingCharacters(in: range.upperBound..<text.index(after: range.upperBound), with: digit)
        #expect(try verify(Array(forged.utf8))?.status == 65)
        let none = try #require(try verify(Array("{}".utf8)))
        #expect(none.status == 64 && none.errors.contains("vitals/v1/GATEWAY/journal/checkpoint"))
    }
}
