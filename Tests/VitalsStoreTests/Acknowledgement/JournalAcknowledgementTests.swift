import Testing
import VitalsCore
import VitalsStore
import VitalsTestKit

@Suite("Acknowledgements across a crash")
struct JournalAcknowledgementTests {
    let directory: TemporaryDirectory
    let path: String
    let journal: Journal
    let records: [Record]

    init() throws {
        directory = try TemporaryDirectory()
        path = directory.file("journal.sqlite")
        journal = try Journal(path: path, gateway: "gateway", created: .zero)
        var maker = RecordMaker(seed: 1)
        records = maker.records(20)
        try journal.append(Array(records[..<10]))
    }

    /// What a process that starts now would find: the durable state, not what the open journal has in memory.
    private func durable() throws -> [ClosedRange<UInt64>] { try JournalReader(path: path).acknowledged(sink: "mqtt") }

    @Test("An acknowledgement is durable with the next append, or after a flush")
    func withNextAppend() throws {
        try journal.acknowledge([1...4], sink: "mqtt")
        #expect(journal.acknowledged(sink: "mqtt") == [1...4])
        #expect(try durable().isEmpty)
        try journal.append([records[10]])
        #expect(try durable() == [1...4])
        try journal.acknowledge([6...6], sink: "mqtt")
        try journal.flush()
        #expect(try durable() == [1...4, 6...6])
        try journal.acknowledge([5...5], sink: "mqtt")
        try journal.flush()
        #expect(try durable() == [1...6])
    }

    @Test("A sequence that was acknowledged before its commit is stored only with its record")
    func beforeCommit() throws {
        try journal.acknowledge([9...12], sink: "mqtt")
        try journal.flush()
        #expect(try durable() == [9...10])
        #expect(journal.acknowledged(sink: "mqtt") == [9...12])
        try journal.append([records[10]])
        #expect(try durable() == [9...11])
        try journal.append(Array(records[11...]))
        #expect(try durable() == [9...12])
    }

    @Test("An append that fails stores neither its records nor an acknowledgement, and loses neither")
    func failedAppend() throws {
        try journal.acknowledge([1...10], sink: "mqtt")
        #expect(throws: JournalError.self) { try journal.append([records[10], records[12]]) }
        #expect(try durable().isEmpty)
        #expect(journal.head == 10)
        try journal.append(Array(records[10...]))
        #expect(try durable() == [1...10])
        #expect(try JournalVerifier.verify(journal.reader).records == 20)
    }
}
