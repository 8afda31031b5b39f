import Benchmark
import Foundation
import Synchronization
import VitalsCore
import VitalsModel
import VitalsStore

/// One durable commit of a group of records: blocks of fifteen samples, `synchronous=FULL`.
func journalBenchmarks() {
    for group in [1, 16, 256] {
        Benchmark("journal, commit of \(group) record\(group == 1 ? "" : "s")", configuration: whole) { _, load in
            load.append(group)
        } setup: {
            JournalLoad()
        } teardown: {
            JournalLoad.removeFolders()
        }
    }
}

/// A journal in a folder of its own, on the disk that the working folder is on: a folder in memory would flatter it.
private final class JournalLoad {
    private let folder: URL
    private let journal: Journal
    private let body: [UInt8]

    init() {
        folder = URL(fileURLWithPath: FileManager.default.currentDirectoryPath)
            .appendingPathComponent(".journal-\(UUID().uuidString)")
        Self.folders.withLock { [folder] in $0.append(folder) }
        do {
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            journal = try Journal(
                path: folder.appendingPathComponent("journal.db").path, gateway: "benchmark",
                created: WallTime(microseconds: 0))
        } catch {
            fatalError("no journal in \(folder.path): \(error)")
        }
        let samples = (0..<15).map { second in
            HeartRateSample(
                stamp: Self.stamp(second), heartRate: UInt16(70 + second % 3), contact: .detected,
                rrIntervals: [UInt16(850 + second * 7 % 40)], quality: .valid)
        }
        body = SampleBlock(samples: .heartRate(samples)).encoded()
    }

    func append(_ count: Int) {
        let first = journal.head + 1
        let records = (0..<UInt64(count)).map { index in
            Record(
                sequence: first + index, kind: .samples, sensor: SensorAddress(rawValue: 0xC000_0000_0001),
                stamp: Self.stamp(Int(first + index)), subject: "heart-rate", body: body)
        }
        do { try journal.append(records) } catch { fatalError("the journal cannot be written: \(error)") }
    }

    /// Removes what was written: at the teardown of a benchmark its state is out of reach.
    static func removeFolders() {
        folders.withLock { folders in
            for folder in folders { try? FileManager.default.removeItem(at: folder) }
            folders.removeAll()
        }
    }

    private static let folders = Mutex<[URL]>([])

    private static func stamp(_ second: Int) -> Stamp {
        let monotonic = Int64(second) * 1_000_000
        return Stamp(
            monotonic: MonotonicTime(microseconds: monotonic),
            wall: WallTime(microseconds: 1_795_246_200_000_000 + monotonic), isSynchronised: true)
    }
}
