import Foundation
import GRDB
import Testing
import VitalsCore
import VitalsStore
import VitalsTestKit

@Suite("Tampering with a journal")
struct JournalTamperTests {
    let directory: TemporaryDirectory
    let path: String
    let anchor: JournalAnchor

    /// Forty records, closed, so that the head is sealed.
    init() throws {
        directory = try TemporaryDirectory()
        path = directory.file("journal.sqlite")
        let journal = try Journal(path: path, gateway: "gateway", created: .zero, epoch: "0123456789abcdef")
        var maker = RecordMaker(seed: 1)
        try journal.append(maker.records(40))
        try journal.acknowledge([1...30], sink: "mqtt")
        anchor = journal.anchor
        try journal.close()
    }

    private func change(_ sql: String) throws {
        var configuration = Configuration()
        configuration.foreignKeysEnabled = false
        let database = try DatabaseQueue(path: path, configuration: configuration)
        try database.writeWithoutTransaction { try $0.execute(sql: sql) }
        try database.close()
    }

    private func outcome(anchor: JournalAnchor? = nil) throws -> JournalVerifier.Outcome {
        let reader = try JournalReader(path: path)
        defer { try? reader.close() }
        return try JournalVerifier.verify(reader, anchor: anchor)
    }

    @Test("An untouched journal verifies, and its head is the anchor for the next time")
    func untouched() throws {
        let outcome = try outcome(anchor: anchor)
        #expect(outcome.fault == nil)
        #expect(outcome.records == 40)
        #expect(outcome.anchor == anchor)
        #expect(JournalAnchor(anchor.description) == anchor)
    }

    @Test(
        "An edit of any column of a record is found at that record",
        arguments: [
            "kind = kind % 9 + 1", "monotonic = monotonic + 1", "wall = wall - 1", "synchronised = 1 - synchronised",
            "subject = (SELECT id FROM subject WHERE id <> record.subject LIMIT 1)",
            "sensor = CASE WHEN sensor IS NULL THEN 1 END", "body = CAST(body || ' ' AS BLOB)",
        ], [1, 2, 17, 39, 40])
    func edit(assignment: String, sequence: UInt64) throws {
        try change("UPDATE record SET \(assignment) WHERE sequence = \(sequence)")
        let outcome = try outcome()
        #expect(outcome.fault == JournalFault(sequence: sequence, kind: .alteredRecord))
        #expect(outcome.records == sequence - 1)
    }

    @Test("A value of the wrong kind is found at its record", arguments: [1, 17, 40] as [UInt64])
    func wrongKind(sequence: UInt64) throws {
        let changes = [
            ("kind = 200", "column kind"), ("synchronised = 2", "column synchronised"),
            ("chain = x'00'", "column chain"), ("sensor = 999", "column sensor"),
            ("subject = 999", "column subject"),
        ]
        for (assignment, column) in changes {
            let copy = try Self()
            try copy.change("UPDATE record SET \(assignment) WHERE sequence = \(sequence)")
            #expect(try copy.outcome().fault == JournalFault(sequence: sequence, kind: .unreadable(column)))
        }
    }

    @Test("An edit of a hash alone is told from an edit of its record", arguments: [1, 17, 39] as [UInt64])
    func editedHash(sequence: UInt64) throws {
        try change("UPDATE record SET chain = zeroblob(32) WHERE sequence = \(sequence)")
        #expect(try outcome().fault == JournalFault(sequence: sequence, kind: .brokenChain))
    }

    @Test("Deleted records are found, in the middle and at either end, with their sequences")
    func deleted() throws {
        let cases: [(String, JournalFault)] = [
            ("sequence = 1", JournalFault(sequence: 1, kind: .missing(through: 1))),
            ("sequence BETWEEN 9 AND 12", JournalFault(sequence: 9, kind: .missing(through: 12))),
            ("sequence = 40", JournalFault(sequence: 40, kind: .missing(through: 40))),
            ("sequence > 20", JournalFault(sequence: 21, kind: .missing(through: 40))),
            ("TRUE", JournalFault(sequence: 1, kind: .missing(through: 40))),
        ]
        for (condition, fault) in cases {
            let copy = try Self()
            try copy.change("DELETE FROM record WHERE \(condition)")
            #expect(try copy.outcome().fault == fault)
        }
    }

    @Test("A deletion that closes the gap is found at the first record that moved")
    func deletedAndRenumbered() throws {
        try change(
            """
            DELETE FROM record WHERE sequence = 20;
            UPDATE record SET sequence = -sequence WHERE sequence > 20;
            UPDATE record SET sequence = -sequence - 1 WHERE sequence < 0;
            """)
        #expect(try outcome().fault == JournalFault(sequence: 20, kind: .alteredRecord))
    }

    @Test("An inserted record is found: between others, at the end, and where none can be")
    func inserted() throws {
        let copy = "kind, sensor, monotonic, wall, synchronised, subject, body, chain"
        try change(
            """
            UPDATE record SET sequence = -sequence WHERE sequence > 20;
            UPDATE record SET sequence = -sequence + 1 WHERE sequence < 0;
            INSERT INTO record (sequence, \(copy)) SELECT 21, \(copy) FROM record WHERE sequence = 5;
            """)
        #expect(try outcome().fault == JournalFault(sequence: 21, kind: .alteredRecord))

        let atEnd = try Self()
        try atEnd.change("INSERT INTO record (sequence, \(copy)) SELECT 41, \(copy) FROM record WHERE sequence = 40")
        #expect(try atEnd.outcome().fault == JournalFault(sequence: 41, kind: .alteredRecord))

        for sequence in [0, -1, Int64.min] {
            let before = try Self()
            try before.change(
                "INSERT INTO record (sequence, \(copy)) SELECT \(sequence), \(copy) FROM record WHERE sequence = 40")
            #expect(try before.outcome().fault == JournalFault(sequence: 0, kind: .foreignRow))
        }
    }

    @Test("Records that changed places are found at the first of them")
    func exchanged() throws {
        try change(
            """
            UPDATE record SET sequence = -1 WHERE sequence = 11;
            UPDATE record SET sequence = 11 WHERE sequence = 30;
            UPDATE record SET sequence = 30 WHERE sequence = -1;
            """)
        #expect(try outcome().fault == JournalFault(sequence: 11, kind: .alteredRecord))
    }

    @Test("A renamed sensor, subject, gateway or epoch is found at the first record that it changes")
    func renamed() throws {
        for sql in ["UPDATE sensor SET address = address + 100", "UPDATE subject SET name = name || 'x'"] {
            let copy = try Self()
            try copy.change(sql)
            #expect(try copy.outcome().fault?.kind == .alteredRecord)
        }
        for sql in ["UPDATE journal SET gateway = 'other'", "UPDATE journal SET epoch = 'fedcba9876543210'"] {
            let copy = try Self()
            try copy.change(sql)
            #expect(try copy.outcome().fault == JournalFault(sequence: 1, kind: .alteredRecord))
        }
    }

    @Test("A seal that was changed is found")
    func seal() throws {
        try change("UPDATE journal SET sealed_chain = zeroblob(32)")
        #expect(try outcome().fault == JournalFault(sequence: 40, kind: .otherThanSealed))
    }

    @Test("A tail that was cut with its seal is found by a checkpoint, by what was acknowledged, or by an anchor")
    func cutWithSeal() throws {
        try change(
            """
            DELETE FROM record WHERE sequence > 25;
            UPDATE journal SET sealed_sequence = 25,
                sealed_chain = (SELECT chain FROM record WHERE sequence = 25);
            """)
        #expect(try outcome().fault == JournalFault(sequence: 26, kind: .missing(through: 40)))
        try change("DELETE FROM ledger; UPDATE journal SET generation = 0")
        #expect(try outcome().fault == JournalFault(sequence: 26, kind: .missing(through: 30)))
        try change("DELETE FROM acknowledged")
        #expect(try outcome().fault == nil)
        #expect(try outcome(anchor: anchor).fault == JournalFault(sequence: 26, kind: .missing(through: 40)))
    }

    @Test("A journal that was written anew as a whole is found by an anchor")
    func rewritten() throws {
        let other = try Self.rewritten(epoch: "0123456789abcdef")
        #expect(try JournalVerifier.verify(other.reader).fault == nil)
        #expect(
            try JournalVerifier.verify(other.reader, anchor: anchor).fault
                == JournalFault(sequence: 40, kind: .otherThanAnchor))
        let third = try Self.rewritten(epoch: "0123456789abcdee")
        #expect(
            try JournalVerifier.verify(third.reader, anchor: anchor).fault
                == JournalFault(sequence: 0, kind: .otherThanAnchor))
    }

    private static func rewritten(epoch: String) throws -> (reader: JournalReader, directory: TemporaryDirectory) {
        let directory = try TemporaryDirectory()
        let path = directory.file("journal.sqlite")
        let journal = try Journal(path: path, gateway: "gateway", created: .zero, epoch: epoch)
        var maker = RecordMaker(seed: 2)
        try journal.append(maker.records(40))
        try journal.close()
        return (try JournalReader(path: path), directory)
    }

    @Test("A body that was stored undecodable is told from one that was changed")
    func undecodable() throws {
        let journal = try Journal(path: path, gateway: "gateway", created: .zero)
        var maker = RecordMaker(seed: 3, first: 41)
        var record = maker.record()
        record.kind = .samples
        record.body = [9]
        try journal.append([record])
        try journal.close()
        let fault = try #require(try outcome().fault)
        #expect(
            fault.description == """
                record 41 was stored with a body that does not decode: record 41: sample block version 9 is not known \
                here: read it with the vitalsd that wrote it, or a newer one
                """)
    }

    @Test("Each fault has a sentence that names its place")
    func sentences() {
        let sentence = { (kind: JournalFault.Kind) in JournalFault(sequence: 7, kind: kind).description }
        #expect(sentence(.missing(through: 7)) == "record 7 is missing")
        #expect(sentence(.missing(through: 9)) == "records 7 to 9 are missing")
        #expect(sentence(.alteredRecord) == "record 7 is not the one that was written")
        #expect(sentence(.brokenChain) == "record 7 has another hash than the one that was written")
        #expect(sentence(.otherThanSealed) == "record 7 is not the one that was sealed")
        #expect(
            sentence(.otherThanAnchor)
                == "record 7 is not the one that was kept elsewhere: the journal was written anew")
        #expect(sentence(.unreadable("column kind")) == "record 7 cannot be read: column kind")
        #expect(sentence(.foreignRow) == "a row stands before record 1, where no record can be")
    }
}
