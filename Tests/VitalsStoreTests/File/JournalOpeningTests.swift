import Foundation
import GRDB
import Testing
import VitalsCore
import VitalsModel
import VitalsStore
import VitalsTestKit

@Suite("Opening a journal")
struct JournalOpeningTests {
    let directory: TemporaryDirectory
    let path: String

    init() throws {
        directory = try TemporaryDirectory()
        path = directory.file("state/journal.sqlite")
    }

    private func open(gateway: String = "gateway", epoch: String? = nil) throws -> Journal {
        try Journal(path: path, gateway: gateway, created: WallTime(microseconds: 5), epoch: epoch)
    }

    private func mode(_ path: String) throws -> Int {
        try #require(FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int)
    }

    private func sql(_ sql: String) throws {
        try FileManager.default.createDirectory(
            atPath: directory.file("state"), withIntermediateDirectories: true)
        let database = try DatabaseQueue(path: path)
        try database.writeWithoutTransaction { try $0.execute(sql: sql) }
        try database.close()
    }

    private func failure(_ body: () throws -> Void) -> JournalError.Code? {
        do {
            try body()
            return nil
        } catch {
            return (error as? JournalError)?.code
        }
    }

    @Test("A new journal is for its owner alone: directory 0700, files 0600")
    func modes() throws {
        let journal = try open()
        var maker = RecordMaker(seed: 1)
        try journal.append(maker.records(3))
        #expect(try mode(directory.file("state")) == 0o700)
        for name in ["", "-wal", "-shm", ".lock"] { #expect(try mode(path + name) == 0o600) }
    }

    @Test("A journal keeps its identity, its head and what was acknowledged when it is opened again")
    func reopen() throws {
        var maker = RecordMaker(seed: 2)
        let records = maker.records(30)
        let first = try open()
        try first.append(Array(records[..<20]))
        try first.acknowledge([1...9, 12...15], sink: "mqtt")
        try first.close()

        let second = try open()
        #expect(second.identity == first.identity)
        #expect(second.anchor == first.anchor)
        #expect(second.reader.created == WallTime(microseconds: 5))
        #expect(second.head == 20)
        #expect(second.acknowledged(sink: "mqtt") == [1...9, 12...15])
        try second.append(Array(records[20...]))
        #expect(try second.records(after: 0, limit: .max) == records)
        #expect(try JournalVerifier.verify(second.reader).fault == nil)
    }

    @Test("Each journal has an epoch of its own")
    func epochs() throws {
        let epochs = try (0..<20).map { index in
            try Journal(path: directory.file("\(index)"), gateway: "gateway", created: .zero).identity.epoch
        }
        #expect(Set(epochs).count == 20)
        #expect(try open(epoch: "00000000000000ff").identity.epoch == "00000000000000ff")
    }

    @Test("A gateway's name and an epoch that could not stand in a topic are refused, and no file is made")
    func names() {
        for name in ["", "a/b", "ä", "a b", "+", String(repeating: "a", count: 65)] {
            #expect(failure { _ = try open(gateway: name) } == .invalidName(name))
        }
        #expect(failure { _ = try open(epoch: "F0") } == .invalidName("F0"))
        #expect(!FileManager.default.fileExists(atPath: path))
    }

    @Test("The journal of another gateway is refused and left as it is")
    func otherGateway() throws {
        try open(gateway: "north").close()
        #expect(failure { _ = try open(gateway: "south") } == .otherGateway("north"))
        #expect(try open(gateway: "north").head == 0)
    }

    @Test("A second writer is refused, in this process and in any other; a reader is not")
    func oneWriter() throws {
        let journal = try open()
        #expect(failure { _ = try open() } == .inUse)
        #expect(try JournalReader(path: path).identity == journal.identity)
        try journal.append([RecordMaker.first])
        #expect(journal.head == 1)
    }

    @Test("A file that is no journal is refused and left as it is")
    func foreign() throws {
        try sql("CREATE TABLE other (x); INSERT INTO other VALUES (1)")
        let before = try Data(contentsOf: URL(fileURLWithPath: path))
        #expect(failure { _ = try open() } == .notAJournal)
        #expect(failure { _ = try JournalReader(path: path) } == .notAJournal)
        #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == before)

        let text = directory.file("text")
        try Data(String(repeating: "not a database ", count: 100).utf8).write(to: URL(fileURLWithPath: text))
        #expect(failure { _ = try Journal(path: text, gateway: "gateway", created: .zero) } == .notAJournal)
        #expect(failure { _ = try JournalReader(path: text) } == .notAJournal)
    }

    @Test("A journal that a newer version wrote is refused and left as it is (lesson 47)")
    func newer() throws {
        try open().close()
        try sql("PRAGMA user_version = 5")
        #expect(failure { _ = try open() } == .newerFormat(found: 5, known: 4))
        #expect(failure { _ = try JournalReader(path: path) } == .newerFormat(found: 5, known: 4))
        try sql("PRAGMA user_version = 4; UPDATE journal SET format = 7")
        #expect(failure { _ = try open() } == .newerFormat(found: 7, known: 1))
    }

    @Test("A journal whose making was cut short is made whole", arguments: ["", "PRAGMA journal_mode = WAL"])
    func halfMade(sql: String) throws {
        try self.sql(sql.isEmpty ? "PRAGMA user_version = 0" : sql)
        let journal = try open()
        try journal.append([RecordMaker.first])
        #expect(journal.head == 1)
    }

    @Test("A journal without its identity, or without its last records, is damaged, and says so")
    func damaged() throws {
        var maker = RecordMaker(seed: 5)
        let journal = try open()
        try journal.append(maker.records(8))
        try journal.close()
        try sql("DELETE FROM record WHERE sequence > 5")
        #expect(
            failure { _ = try open() }
                == .damaged(sequence: 6, what: "records up to 8 were there, the last is 5"))
        try sql("DELETE FROM journal")
        #expect(failure { _ = try open() } == .damaged(sequence: nil, what: "its identity is gone"))
    }

    @Test("A reader of a journal that is not there creates nothing")
    func absent() {
        #expect(failure { _ = try JournalReader(path: path) } == .absent)
        #expect(!FileManager.default.fileExists(atPath: path))
    }

    @Test("A directory that cannot be made is an error that says why")
    func cannotCreate() throws {
        try Data().write(to: URL(fileURLWithPath: directory.file("state")))
        #expect(failure { _ = try open() } == .cannotCreate("Not a directory"))
    }

    @Test("After it was closed, a journal refuses everything")
    func closed() throws {
        let journal = try open()
        try journal.close()
        #expect(failure { try journal.append([RecordMaker.first]) } == .closed)
        #expect(failure { _ = try journal.records(after: 0, limit: 1) } == .closed)
        #expect(failure { try journal.close() } == .closed)
    }
}
