import Foundation
import GRDB
import Testing
import VitalsTestKit

@testable import VitalsStore

@Suite("SQLite's file format, read without SQLite")
struct SQLiteFormatTests {
    let directory: TemporaryDirectory

    init() throws { directory = try TemporaryDirectory() }

    /// Every row that can be made out of a database that SQLite wrote.
    private func cells(_ sql: String) throws -> [BTreePage.Cell] {
        let path = directory.file("any.db")
        let database = try DatabaseQueue(path: path)
        try database.writeWithoutTransaction { try $0.execute(sql: sql) }
        try database.close()
        let pages = try PageFile(database: path, files: PosixFileSystem())
        return (0..<pages.imageCount).flatMap { pages.cells($0) }
    }

    @Test("Numbers of every width, texts and blobs are what was written")
    func values() throws {
        let numbers: [Int64] = [
            0, 1, -1, 127, -128, 32_767, -32_768, 8_388_607, -8_388_608, 1 << 31, -(1 << 31), 1 << 47, -(1 << 47), .max,
            .min,
        ]
        let rows = numbers.map { "(\($0 == .min ? "-9223372036854775808" : "\($0)"), 'é', x'00ff', NULL)" }
        let found = try cells(
            "CREATE TABLE t (a, b, c, d); INSERT INTO t VALUES \(rows.joined(separator: ", "))"
        ).filter { $0.columns.count == 4 }
        #expect(found.map { $0.columns[0] } == numbers.map(SQLiteValue.integer))
        #expect(found.allSatisfy { Array($0.columns[1...]) == [.text("é"), .blob([0, 255]), .null] })
        #expect(found.map(\.rowID) == (1...15).map(Int64.init))
    }

    @Test("A row that goes on in other pages is read whole", arguments: [4_000, 4_061, 4_062, 4_100, 9_000, 70_000])
    func overflow(count: Int) throws {
        let found = try cells(
            "CREATE TABLE t (a); INSERT INTO t VALUES (zeroblob(\(count))); INSERT INTO t VALUES (x'07')"
        ).filter { $0.columns.count == 1 && $0.rowID != nil }
        #expect(found.contains { $0.columns == [.blob([UInt8](repeating: 0, count: count))] })
        #expect(found.contains { $0.columns == [.blob([7])] })
    }

    @Test("Tables without row numbers, and inner pages of theirs, give their rows too")
    func withoutRowID() throws {
        let found = try cells(
            """
            CREATE TABLE t (a INTEGER, b BLOB, PRIMARY KEY (a)) WITHOUT ROWID;
            WITH RECURSIVE n (x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n WHERE x < 500)
            INSERT INTO t SELECT x, zeroblob(300) FROM n;
            """
        ).filter { $0.columns.count == 2 && $0.rowID == nil }
        #expect(Set(found.compactMap { $0.columns[0].integer }) == Set(1...500))
    }

    @Test("Whatever the bytes are, reading them ends, and never traps")
    func noise() {
        var random = SplitMix64(seed: 11)
        for round in 0..<300 {
            var bytes = (0..<4_096).map { _ in UInt8(truncatingIfNeeded: random.next()) }
            bytes[0] = [0x0D, 0x0A, 0x02, 0x05][round % 4]
            // Few bits make the numbers small, and so plausible.
            if round.isMultiple(of: 3) { bytes = bytes.map { $0 & 0x1F } }
            let page = BTreePage(bytes, isFirst: round.isMultiple(of: 2))
            for cell in page.cells({ _ in bytes }) { _ = SalvagedRow(cell) }
        }
    }
}
