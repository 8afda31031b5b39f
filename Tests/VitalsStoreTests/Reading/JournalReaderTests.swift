import Foundation
import Testing
import VitalsCore
import VitalsModel
import VitalsStore
import VitalsTestKit

@Suite("Reading a journal while it is written")
struct JournalReaderTests {
    let directory: TemporaryDirectory
    let path: String
    let journal: Journal

    init() throws {
        directory = try TemporaryDirectory()
        path = directory.file("journal.sqlite")
        journal = try Journal(path: path, gateway: "gateway", created: WallTime(microseconds: 7))
    }

    private func walBytes() throws -> Int {
        let attributes = try FileManager.default.attributesOfItem(atPath: path + "-wal")
        return try #require(attributes[.size] as? Int)
    }

    @Test("A reader sees each commit as soon as it is made")
    func follows() throws {
        let reader = try JournalReader(path: path)
        var maker = RecordMaker(seed: 1)
        #expect(try reader.head == 0)
        #expect(try reader.anchor == journal.anchor)
        for count in 1...5 {
            let records = maker.records(count)
            let before = journal.head
            try journal.append(records)
            #expect(try reader.head == journal.head)
            #expect(try reader.anchor == journal.anchor)
            #expect(try reader.records(after: before, limit: 99) == records)
        }
        #expect(reader.identity == journal.identity)
        #expect(reader.created == WallTime(microseconds: 7))
    }

    @Test("A reader that closes leaves the WAL file alone: only the writer checkpoints")
    func neverCheckpoints() throws {
        var maker = RecordMaker(seed: 2)
        for _ in 0..<20 { try journal.append(maker.records(5)) }
        let before = try walBytes()
        #expect(before > 0)
        for _ in 0..<3 {
            let reader = try JournalReader(path: path)
            #expect(try reader.head == 100)
            try reader.close()
        }
        #expect(try walBytes() == before)
    }

    @Test("A closed journal can be read, verified and counted without a writer")
    func closed() throws {
        var maker = RecordMaker(seed: 3)
        let records = maker.records(50)
        try journal.append(records)
        try journal.close()
        let reader = try JournalReader(path: path)
        #expect(try reader.records(after: 0, limit: .max) == records)
        #expect(try JournalVerifier.verify(reader).records == 50)
        #expect(try JournalStatistics(reader).recordCount == 50)
    }

    @Test("Statistics count what is there, by kind, sample, byte and sink")
    func statistics() throws {
        #expect(try JournalStatistics(journal.reader).blockBytesPerSample == nil)
        var maker = RecordMaker(seed: 4)
        let records = maker.records(120)
        try journal.append(records)
        try journal.acknowledge([1...10, 20...24], sink: "mqtt")
        try journal.acknowledge([1...1], sink: "archive")
        try journal.flush()
        let statistics = try JournalStatistics(journal.reader)
        let blocks = records.filter { $0.kind == .samples }
        #expect(statistics.recordCount == 120)
        for kind in RecordKind.allCases {
            #expect(statistics.records[kind] == records.filter { $0.kind == kind }.count)
        }
        #expect(statistics.samples == blocks.count * 15)
        #expect(statistics.sampleBodyBytes == blocks.reduce(0) { $0 + $1.body.count })
        #expect(statistics.bodyBytes == records.reduce(0) { $0 + $1.body.count })
        #expect(statistics.first == records.first?.stamp)
        #expect(statistics.last == records.last?.stamp)
        #expect(statistics.span == records[119].stamp.monotonic - records[0].stamp.monotonic)
        #expect(statistics.acknowledged == ["mqtt": 15, "archive": 1])
        #expect(statistics.fileBytes % 4_096 == 0 && statistics.fileBytes > statistics.bodyBytes)
        #expect(try #require(statistics.blockBytesPerSample) < 4)
    }
}
