import Foundation
import VitalsCore
import VitalsModel
import VitalsStore

/// Journals in SQLite with damaged bytes, read as `vitalsctl` reads them: any answer but a trap.
struct JournalFileFuzz: Fuzzer {
    private static let records: UInt64 = 60
    private let folder = FileManager.default.temporaryDirectory.appendingPathComponent(
        "vitals-fuzz-\(ProcessInfo.processInfo.processIdentifier)-\(UUID().uuidString)")
    private var whole: [UInt8] = []

    init(corpus: Corpus) {}

    mutating func run(_ count: Int, _ random: inout Generator, _ tally: inout Tally) {
        try? FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        if whole.isEmpty { whole = (try? Self.journal(in: folder)) ?? [] }
        precondition(!whole.isEmpty, "no journal could be made in \(folder.path)")
        for number in 0..<count {
            var bytes = whole
            // Damage of a disk: bits, a page of zeros, a cut; of the header now and then.
            switch random.below(4) {
            case 0: for _ in 0...random.below(8) { bytes[random.below(bytes.count)] ^= 1 << UInt8(random.below(8)) }
            case 1:
                let page = random.below(bytes.count / 4_096) * 4_096
                for place in page..<page + 4_096 { bytes[place] = 0 }
            case 2: bytes.removeLast(random.below(bytes.count))
            default: for _ in 0...random.below(4) { bytes[random.below(100)] = random.byte() }
            }
            tally.input([])
            let file = folder.appendingPathComponent("damaged-\(number).db")
            do {
                try Data(bytes).write(to: file)
                defer { try? FileManager.default.removeItem(at: file) }
                let reader = try JournalReader(path: file.path)
                defer { try? reader.close() }
                _ = try reader.records(after: 0, limit: 1_000)
                _ = try reader.acknowledged(sink: "mqtt")
                _ = try JournalVerifier.verify(reader)
                tally.decoded += 1
            } catch {
                tally.refused += 1
            }
        }
    }

    private static func journal(in folder: URL) throws -> [UInt8] {
        let file = folder.appendingPathComponent("whole.db")
        let journal = try Journal(path: file.path, gateway: "fuzz", created: WallTime(microseconds: 0))
        let records = (1...Self.records).map { sequence in
            let stamp = Stamp(
                monotonic: MonotonicTime(microseconds: Int64(sequence)), wall: WallTime(microseconds: Int64(sequence)),
                isSynchronised: true)
            let beat = HeartRateSample(
                stamp: stamp, heartRate: 70, contact: .detected, rrIntervals: [850], quality: .valid)
            return Record(
                sequence: sequence, kind: .samples, sensor: SensorAddress(rawValue: 1), stamp: stamp,
                subject: "heart-rate", body: SampleBlock(samples: .heartRate([beat])).encoded())
        }
        try journal.append(records)
        try journal.acknowledge([1...7], sink: "mqtt")
        try journal.close()
        return Array(try Data(contentsOf: file))
    }
}
