import Foundation
import Testing
import VitalsCore
import VitalsDisk
import VitalsModel
import VitalsStore
import VitalsTestKit

/// T8: a damaged journal is moved away and salvaged, and the power goes at every kind of moment of that.
@Suite("A salvage when the power goes (T8, lesson 38)")
struct SalvageCutTests {
    /// Points for each journal; the full count is 1,000.
    private static let points = ProcessInfo.processInfo.environment["VITALS_COMPOUND_POINTS"].flatMap(Int.init) ?? 40

    private static func recover(_ disk: SimulatedDisk, _ protection: JournalProtection) throws -> JournalRecovery.Opened
    {
        let path = disk.root + JournalWork.file
        return try JournalRecovery(
            path: path, gateway: "gateway", now: WallTime(microseconds: 0), protection: protection, files: disk
        )
        .open { () throws(JournalError) in
            try Journal(
                path: path, gateway: "gateway", created: WallTime(microseconds: 0), protection: protection, files: disk)
        }
    }

    /// A journal with some work in it, one page of which was zeroed; the records that it had.
    private static func damaged(_ seed: UInt64) throws -> (disk: SimulatedDisk, records: [UInt64: Record]) {
        let disk = SimulatedDisk()
        let work = JournalWork(on: disk, seed: seed)
        try work.start()
        for _ in 0..<60 { try work.step() }
        let records = try #require(work.journal).records(after: 0, limit: .max)
        try work.close()
        let path = disk.root + JournalWork.file
        let size = try #require(try disk.size(of: path))
        let page = size / 4_096 / 2
        try disk.write([UInt8](repeating: 0, count: 4_096), to: path, at: page * 4_096)
        try disk.synchronise(path)
        JournalRecovery.suspect(path: path, reason: "a test says so", files: disk)
        return (disk, Dictionary(uniqueKeysWithValues: records.map { ($0.sequence, $0) }))
    }

    @Test("Whenever it goes, the next start brings the salvage to its end, and keeps what an undisturbed one keeps")
    func cuts() throws {
        var result = SuiteResult("salvage-cuts", tests: ["T8"], seed: "5, 8", isFull: Self.points >= 1_000)
        var faults: [String] = []
        var number = 0
        var begun = 0
        // The second journal is sealed and signed.
        for seed in [5, 8] as [UInt64] {
            let protection = JournalWork.protection(seed: seed)
            let (disk, records) = try Self.damaged(seed)
            defer { disk.unmount() }
            disk.record()
            let undisturbed = try Self.recover(disk, protection)
            #expect(undisturbed.report != nil && undisturbed.rest == nil)
            let kept = try undisturbed.journal.records(after: 0, limit: .max)
            #expect(kept.count > records.count / 2 && kept.allSatisfy { records[$0.sequence] == $0 })
            let recording = try #require(disk.endRecording())
            recording.cuts(Self.points, seed: seed) { cut in
                number += 1
                let disk = SimulatedDisk(cut.image)
                defer { disk.unmount() }
                do {
                    let opened = try Self.recover(disk, protection)
                    if opened.report == nil { begun += 1 }
                    let found = try opened.journal.records(after: 0, limit: .max)
                    if !found.allSatisfy({ records[$0.sequence] == $0 }) {
                        faults.append("\(cut.point): a wrong record")
                    }
                    let missing = Set(kept.map(\.sequence)).subtracting(found.map(\.sequence))
                    if !missing.isEmpty {
                        faults.append("\(seed) \(cut.point) \(cut.policy): \(missing.count) missing")
                    }
                    if let fault = try JournalVerifier.verify(opened.journal.reader).fault {
                        faults.append("\(seed) \(cut.point) \(cut.policy): \(fault)")
                    }
                    try opened.journal.close()
                } catch {
                    faults.append("\(seed) \(cut.point) \(cut.policy): \(error)")
                }
            }
        }
        #expect(faults.isEmpty, "\(faults.count) of \(number): \(faults.prefix(3))")
        // Some cuts come after the new journal is in its place.
        #expect(begun > 0 && begun < number)
        result.count("power cuts in a salvage", number)
        result.count("of them when the new journal was in its place", begun)
        result.goal(
            "the next start opens it, 0 wrong records, all that an undisturbed salvage keeps, chain clean",
            "\(faults.count) faults", holds: faults.isEmpty)
        try result.report()
    }
}
