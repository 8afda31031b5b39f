import Foundation
import GRDB
import VitalsCore
import VitalsModel
import VitalsTestKit

@testable import VitalsStore

/// What a disk can do to a journal's files.
enum Damage: String, CaseIterable {
    case flippedBit = "bit flip"
    case flippedBitInLog = "bit flip in the WAL"
    case zeroedPage = "zeroed page"
    case cutDatabase = "truncated database"
    case cutLog = "truncated WAL"
    case swappedPages = "swapped pages"
    case foreignFile = "foreign file"
    case deletedLog = "deleted WAL"
    case emptyFile = "empty file"
    case deletedDatabase = "deleted database"

    /// Does it to the files of a journal.
    func strike(_ path: String, _ random: inout SplitMix64) throws {
        let log = path + "-wal"
        switch self {
        case .flippedBit: try Self.edit(path) { Self.flip(&$0, &random) }
        case .flippedBitInLog: try Self.edit(log) { Self.flip(&$0, &random) }
        case .zeroedPage:
            try Self.edit(path) { bytes in
                let start = random.int(0...max(0, bytes.count / 4_096 - 1)) * 4_096
                let end = min(start + 4_096, bytes.count)
                bytes.replaceSubrange(start..<end, with: Data(count: end - start))
            }
        case .cutDatabase: try Self.edit(path) { $0 = $0.prefix(random.int(0...$0.count)) }
        case .cutLog: try Self.edit(log) { $0 = $0.prefix(random.int(0...$0.count)) }
        case .swappedPages:
            try Self.edit(path) { bytes in
                let pages = bytes.count / 4_096
                guard pages > 1 else { return }
                let one = random.int(0...(pages - 1)) * 4_096
                let other = random.int(0...(pages - 1)) * 4_096
                let held = Data(bytes[one..<(one + 4_096)])
                bytes.replaceSubrange(one..<(one + 4_096), with: Data(bytes[other..<(other + 4_096)]))
                bytes.replaceSubrange(other..<(other + 4_096), with: held)
            }
        case .foreignFile:
            let text = "this is no journal, and never was one\n"
            try Data(String(repeating: text, count: random.int(1...400)).utf8).write(to: URL(fileURLWithPath: path))
        case .deletedLog: try? FileManager.default.removeItem(atPath: log)
        case .emptyFile: try Data().write(to: URL(fileURLWithPath: path))
        case .deletedDatabase: try? FileManager.default.removeItem(atPath: path)
        }
        // The index of the WAL file is gone with the machine that had it in memory.
        try? FileManager.default.removeItem(atPath: path + "-shm")
    }

    private static func edit(_ path: String, _ change: (inout Data) -> Void) throws {
        guard var bytes = try? Data(contentsOf: URL(fileURLWithPath: path)), !bytes.isEmpty else { return }
        change(&bytes)
        try Data(bytes).write(to: URL(fileURLWithPath: path))
    }

    private static func flip(_ bytes: inout Data, _ random: inout SplitMix64) {
        let offset = random.int(0...(bytes.count - 1))
        bytes[offset] ^= 1 << UInt8(random.int(0...7))
    }
}

/// How a journal is sealed in its two openings.
enum SpecimenSealing: String, CaseIterable {
    case none = "not sealed"
    case whole = "sealed"
    case later = "sealed later"
    case rotated = "sealed with two keys"

    /// The keys of an opening, 0 or 1. The last one opens the whole journal.
    func protection(_ opening: Int) throws -> JournalProtection {
        let (key, other) = (try SealingTests.key(1), try SealingTests.key(2))
        switch (self, opening) {
        case (.none, _), (.later, 0): return JournalProtection()
        case (.whole, _), (.later, _), (.rotated, 0): return JournalProtection(key: key)
        case (.rotated, _): return JournalProtection(key: other, formerKeys: [key])
        }
    }

    /// The key alone that opens what the second opening left.
    func recovery() throws -> JournalProtection { JournalProtection(key: try protection(1).key) }
}

/// A journal as a kill left it, with all that was written into it.
struct JournalSpecimen {
    let records: [VitalsCore.Record]
    let arrivals: [Arrival]
    let identity: JournalIdentity
    private let files: [String: Data]
    /// What of each record's row nothing else in the file repeats.
    private let rows: [(sequence: UInt64, bytes: Data)]

    /// Makes one: most of it in the database, the rest in the WAL file.
    init(seed: UInt64, records count: Int, sealing: SpecimenSealing = .none) throws {
        let directory = try TemporaryDirectory()
        let path = directory.file("vitals.db")
        var random = SplitMix64(seed: seed)
        var maker = RecordMaker(seed: seed)
        let records = maker.records(count)
        var journal = try Journal(
            path: path, gateway: "gateway", created: .zero, protection: sealing.protection(0))
        var next = 0
        let checkpoint = random.int(count / 2...count)
        var isCheckpointed = false
        while next < count {
            let end = min(count, next + random.int(1...12))
            try journal.append(Array(records[next..<end]))
            next = end
            if next >= checkpoint, !isCheckpointed {
                try journal.close()
                journal = try Journal(
                    path: path, gateway: "gateway", created: .zero, protection: sealing.protection(1))
                isCheckpointed = true
            }
        }
        try journal.acknowledge([1...UInt64(count / 3)], sink: "mqtt")
        var arrivalMaker = ArrivalMaker(seed: seed)
        arrivals = (0..<20).map { _ in arrivalMaker.arrival() }
        try journal.append([], arrivals: arrivals)
        self.records = records
        identity = journal.identity
        var files: [String: Data] = [:]
        for suffix in ["", "-wal", ".witness", ".names", ".keys"] {
            files[suffix] = try? Data(contentsOf: URL(fileURLWithPath: path + suffix))
        }
        self.files = files
        rows = try Self.rows(journal)
        journal.abandon()
    }

    /// Lays its files down.
    func write(to path: String) throws {
        for (suffix, bytes) in files { try bytes.write(to: URL(fileURLWithPath: path + suffix)) }
    }

    /// How many of the records are still there, byte for byte, somewhere in the files: found without reading them.
    func intact(in path: String) throws -> Set<UInt64> {
        var bytes = Data()
        for suffix in ["", "-wal"] {
            if let part = try? Data(contentsOf: URL(fileURLWithPath: path + suffix)) { bytes += part }
        }
        return Set(rows.filter { bytes.range(of: $0.bytes) != nil }.map(\.sequence))
    }

    /// A body and its hash stand next to each other in a row, and in a sealed one what takes their place, key, counter
    /// and tag.
    private static func rows(_ journal: Journal) throws -> [(sequence: UInt64, bytes: Data)] {
        try journal.reader.read { db in
            try Row.fetchAll(db, sql: "SELECT sequence, body, chain, key, counter, tag FROM record").map { row in
                var bytes = (row[1] as Data) + (row[2] as Data)
                if let key = row[3] as Int64?, let counter = row[4] as Int64?, let tag = row[5] as Data? {
                    bytes += Self.stored(key) + Self.stored(counter) + tag
                }
                return (UInt64(row[0] as Int64), bytes)
            }
        }
    }

    /// A small number as a row has it: 0 and 1 take no bytes.
    private static func stored(_ number: Int64) -> [UInt8] {
        switch number {
        case 0...1: []
        case ...127: [UInt8(number)]
        default: [UInt8(number >> 8), UInt8(number & 255)]
        }
    }
}
