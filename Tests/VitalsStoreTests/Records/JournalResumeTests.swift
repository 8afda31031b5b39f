import Testing
import VitalsCore
import VitalsModel
import VitalsStore
import VitalsTestKit

@Suite("Resuming a replay over a journal that it wrote before")
struct JournalResumeTests {
    let directory: TemporaryDirectory
    let journal: Journal
    let records: [Record]

    init() throws {
        directory = try TemporaryDirectory()
        journal = try Journal(path: directory.file("journal.sqlite"), gateway: "gateway", created: .zero)
        var maker = RecordMaker(seed: 1)
        records = maker.records(2_500)
        try journal.append(Array(records[..<2_100]))
    }

    private func failure(_ record: Record) -> JournalError.Code? {
        do {
            _ = try journal.contains(record)
            return nil
        } catch {
            return error.code
        }
    }

    @Test("The same records are there, the ones after the head are not (lesson 31)")
    func same() throws {
        for record in records { #expect(try journal.contains(record) == (record.sequence <= 2_100)) }
        try journal.append(records.filter { $0.sequence > 2_100 })
        #expect(try records.allSatisfy(journal.contains))
        #expect(try JournalVerifier.verify(journal.reader).records == 2_500)
    }

    @Test("Asking in any order gives the same answers")
    func anyOrder() throws {
        for index in [2_099, 0, 1, 1_024, 1_023, 1_025, 0, 2_047, 2_048, 2_050, 5] {
            #expect(try journal.contains(records[index]))
        }
    }

    @Test("A record that differs in any field is an error that names its sequence")
    func differs() {
        for index in [0, 1, 1_024, 2_099] {
            let original = records[index]
            let changes: [(inout Record) -> Void] = [
                { $0.kind = $0.kind == .alarm ? .finding : .alarm }, { $0.subject += "x" },
                { $0.stamp.monotonic.microseconds += 1 }, { $0.body.append(0) },
            ]
            for change in changes {
                var record = original
                change(&record)
                #expect(failure(record) == .differs(sequence: original.sequence))
            }
        }
        var zero = records[0]
        zero.sequence = 0
        #expect(failure(zero) == .differs(sequence: 0))
    }
}
