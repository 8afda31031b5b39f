import Foundation
import Testing
import VitalsDisk
import VitalsStore

/// T6: the real schema and the real code paths, cut at every kind of moment.
@Suite("A journal when the power goes (T6)")
struct CrashPointTests {
    /// Points for each seed; the full count is 10,000.
    static let points = ProcessInfo.processInfo.environment["VITALS_CRASH_POINTS"].flatMap(Int.init) ?? 50

    /// Some work on a disk, with openings, an orderly end and a kill in it.
    static func work(seed: UInt64, isPowersafe: Bool) throws -> (DiskRecording, [JournalState]) {
        let disk = SimulatedDisk(isPowersafe: isPowersafe)
        defer { disk.unmount() }
        // Many points want a long work: automatic checkpoints come into it.
        let steps = points > 500 ? 60 : 25
        disk.record()
        let work = JournalWork(on: disk, seed: seed)
        try work.start()
        for _ in 0..<steps { try work.step() }
        try work.close()
        try work.start()
        for _ in 0..<steps { try work.step() }
        work.kill()
        try work.start()
        for _ in 0..<steps { try work.step() }
        return (try #require(disk.endRecording()), work.states)
    }

    @Test(
        "No power cut loses what was promised, shows half a transaction, or breaks the chain",
        arguments: [1, 2, 3] as [UInt64])
    func cuts(_ seed: UInt64) throws {
        let isPowersafe = seed != 3
        let (recording, states) = try Self.work(seed: seed, isPowersafe: isPowersafe)
        var number = 0
        var faults: [String] = []
        var ahead = 0
        recording.cuts(Self.points, seed: seed) { cut in
            let disk = SimulatedDisk(cut.image, isPowersafe: isPowersafe)
            defer { disk.unmount() }
            number += 1
            let check = JournalCheck(
                disk, states: states, promised: Int(cut.promised), isWhole: number.isMultiple(of: 10))
            if !check.faults.isEmpty { faults.append("\(cut.point) \(cut.policy): \(check.faults)") }
            if cut.promised > 0, check.state != states[Int(cut.promised) - 1] { ahead += 1 }
        }
        #expect(faults.isEmpty, "\(faults.count) of \(number): \(faults.prefix(3))")
        #expect(number == Self.points)
        // Some cuts fall between the sync of a commit and the word of it: the commit is there already.
        #expect(ahead > 0)
        SuiteCounts.note("crash-points", ["points": number, "faults": faults.count], seed: seed)
    }
}
