import Foundation
import Testing
import VitalsCore
import VitalsStore
import VitalsTestKit

@Suite("A journal whose file was damaged")
struct JournalDamageTests {
    let directory: TemporaryDirectory
    let records: [Record]
    let bytes: Data

    init() throws {
        directory = try TemporaryDirectory()
        var maker = RecordMaker(seed: 9)
        records = maker.records(150)
        let path = directory.file("journal.sqlite")
        let journal = try Journal(path: path, gateway: "gateway", created: .zero)
        try journal.append(records)
        try journal.close()
        bytes = try Data(contentsOf: URL(fileURLWithPath: path))
    }

    /// Whether opening or verifying says that something is wrong; if not, every record must be as it was.
    private func isFound(_ bytes: Data) throws -> Bool {
        let path = directory.file("damaged.sqlite")
        for suffix in ["", "-wal", "-shm"] { try? FileManager.default.removeItem(atPath: path + suffix) }
        try bytes.write(to: URL(fileURLWithPath: path))
        do {
            let reader = try JournalReader(path: path)
            defer { try? reader.close() }
            if try JournalVerifier.verify(reader).fault != nil { return true }
            #expect(try reader.records(after: 0, limit: .max) == records)
            return false
        } catch {
            return true
        }
    }

    private func flipped(_ offset: Int, _ bit: Int) -> Data {
        var copy = bytes
        copy[offset] ^= 1 << UInt8(bit)
        return copy
    }

    @Test("A flipped bit in a record's body is always found")
    func flippedInBody() throws {
        var random = SplitMix64(seed: 1)
        for _ in 0..<40 {
            let body = Data(records[random.int(0...(records.count - 1))].body)
            let place = try #require(bytes.range(of: body))
            let offset = random.int(place.lowerBound...(place.upperBound - 1))
            #expect(try isFound(flipped(offset, random.int(0...7))))
        }
    }

    @Test("A page in the place of another never hides records in silence")
    func swapped() throws {
        let size = 4_096
        let pages = Array(1..<bytes.count / size)
        // Inner pages of tables and their leaves, by SQLite's word for them: a leaf in the place of the root is a table
        // of its own, and all of it is as it was written.
        let (inner, leaves) = (pages.filter { bytes[$0 * size] == 5 }, pages.filter { bytes[$0 * size] == 13 })
        #expect(!inner.isEmpty && leaves.count > 3)
        var refused = 0
        for (one, other) in inner.flatMap({ one in leaves.map { (one, $0) } }) {
            var copy = bytes
            copy.replaceSubrange(one * size..<(one + 1) * size, with: bytes[other * size..<(other + 1) * size])
            copy.replaceSubrange(other * size..<(other + 1) * size, with: bytes[one * size..<(one + 1) * size])
            let path = directory.file("swapped-\(one)-\(other)")
            try copy.write(to: URL(fileURLWithPath: path))
            do {
                let reader = try JournalReader(path: path)
                defer { try? reader.close() }
                #expect(try reader.head < 150 || reader.records(after: 0, limit: .max) == records)
            } catch {
                refused += 1
            }
        }
        #expect(refused > 0)
    }

    @Test("A flipped bit anywhere is found, or changes nothing that can be read")
    func flippedAnywhere() throws {
        var random = SplitMix64(seed: 2)
        var found = 0
        for _ in 0..<80 where try isFound(flipped(random.int(0...(bytes.count - 1)), random.int(0...7))) { found += 1 }
        // Most of so small a file is free space, where nothing can be found.
        #expect(found >= 10)
    }

    @Test("A file that was cut short is an error or a fault, never a shorter journal")
    func truncated() throws {
        for pages in 0..<(bytes.count / 4_096) { #expect(try isFound(bytes.prefix(pages * 4_096))) }
    }

    @Test("A page of zeros is an error or a fault, or it held nothing that can be read")
    func zeroedPage() throws {
        var found = 0
        for page in 0..<(bytes.count / 4_096) {
            var copy = bytes
            copy.replaceSubrange(page * 4_096..<(page + 1) * 4_096, with: Data(count: 4_096))
            if try isFound(copy) { found += 1 }
        }
        #expect(found >= 6)
    }
}
