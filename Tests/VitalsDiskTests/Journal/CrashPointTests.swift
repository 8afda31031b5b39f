import Foundation
import Testing
import VitalsDisk
import VitalsStore
import VitalsTestKit

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

    @Test("No power cut loses what was promised, shows half a transaction, or breaks the chain")
    func cuts() throws {
        var number = 0
        var ahead = 0
        var dropped: UInt64 = 0
        var faults: [String] = []
        var result = SuiteResult("crash-points", tests: ["T6"], seed: "1..3", isFull: Self.points >= 10_000)
        for seed in 1...3 as ClosedRange<UInt64> {
            // The third disk may spoil what lies beside a write that is cut.
            let isPowersafe = seed != 3
            let (recording, states) = try Self.work(seed: seed, isPowersafe: isPowersafe)
            recording.cuts(Self.points, seed: seed) { cut in
                let disk = SimulatedDisk(cut.image, isPowersafe: isPowersafe)
                defer { disk.unmount() }
                number += 1
                // An orderly end may be the first commit of an opening, which the ledger tells with it.
                let check = JournalCheck(
                    disk, states: states, promised: Int(cut.promised), protection: JournalWork.protection(seed: seed),
                    isWhole: number.isMultiple(of: 10), since: .opening)
                if !check.faults.isEmpty { faults.append("\(seed) \(cut.point) \(cut.policy): \(check.faults)") }
                dropped = max(dropped, check.dropped)
                if cut.promised > 0, check.state != states[Int(cut.promised) - 1] { ahead += 1 }
            }
        }
        #expect(faults.isEmpty, "\(faults.count) of \(number): \(faults.prefix(3))")
        #expect(number == 3 * Self.points)
        // Some cuts fall between the sync of a commit and the word of it: the commit is there already.
        #expect(ahead > 0)
        // One of the journals drops records, and is cut within that too.
        #expect(dropped > 0)
        result.count("power cuts", number)
        result.count("of them of a sealed and signed journal, whose key is changed", number / 3)
        result.count("commits found that nobody had been told of", ahead)
        result.goal(
            "\(number) power cuts: 0 promised records lost, 0 half transactions, 0 chains broken, 0 nonces used twice",
            "\(faults.count) faults",
            holds: faults.isEmpty)
        try result.report()
    }
}
