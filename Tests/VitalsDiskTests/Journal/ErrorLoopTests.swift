import Foundation
import Testing
import VitalsDisk
import VitalsStore
import VitalsTestKit

/// T7 and T8: the n-th call fails, once or for good, for every n, until nothing fails any more.
@Suite("A journal on a disk that fails (T7, T8)")
struct ErrorLoopTests {
    /// Every so many-th call; the full form takes each one.
    static let stride = ProcessInfo.processInfo.environment["VITALS_ERROR_STRIDE"].flatMap(Int.init) ?? 41

    /// Opens, works, and ends in order or not, with a fault in the way; what was durable is held against what was
    /// promised. False when the fault was never met.
    private static func run(_ fault: DiskFault, seed: UInt64, cutsPower: Bool, faults: inout [String]) throws -> Bool {
        let disk = SimulatedDisk()
        defer { disk.unmount() }
        let work = JournalWork(on: disk, seed: seed)
        try work.start()
        for _ in 0..<6 { try work.step() }
        try work.close()
        let before = disk.refusals.values.reduce(0, +)
        disk.fail(fault)
        var failures = 0
        do {
            try work.start()
            for _ in 0..<10 { try work.step() }
            try work.close()
        } catch is JournalError {
            failures += 1
        }
        let isMet = disk.refusals.values.reduce(0, +) > before
        disk.heal()
        if cutsPower {
            disk.cutPower()
            disk.restart(CrashPolicy.allCases[fault.number % CrashPolicy.allCases.count], seed: seed)
        } else {
            work.kill()
        }
        let check = JournalCheck(
            disk, states: work.states, promised: work.states.count, protection: work.protection, since: .failure)
        if !check.faults.isEmpty { faults.append("\(fault): \(check.faults)") }
        return isMet
    }

    @Test("An error is an error of the journal, loses nothing promised, and the next start finds all of it")
    func loop() throws {
        var result = SuiteResult("io-errors", tests: ["T7"], seed: "5, 6", isFull: Self.stride == 1)
        var faults: [String] = []
        var met = 0
        // The second journal is sealed, and changes its key while the disk fails.
        for seed in [5, 6] as [UInt64] {
            for call in DiskCall.allCases {
                for isLasting in [false, true] {
                    var number = 1
                    while true {
                        let fault = DiskFault(call, number: number, isLasting: isLasting)
                        let cutsPower = number.isMultiple(of: 2)
                        guard try Self.run(fault, seed: seed, cutsPower: cutsPower, faults: &faults) else { break }
                        met += 1
                        number += Self.stride
                    }
                }
            }
        }
        #expect(faults.isEmpty, "\(faults.count) of \(met): \(faults.prefix(3))")
        #expect(met > 10)
        result.count("calls that failed", met)
        result.goal(
            "each n-th call fails, once and for good: 0 promised records lost", "\(faults.count) faults",
            holds: faults.isEmpty)
        try result.report()
    }

    @Test("A disk that fills up at any point gives an error, keeps what was promised, and works again with room")
    func full() throws {
        for extra in Swift.stride(from: 0, to: 120_000, by: 4_096 * 5) {
            let disk = SimulatedDisk()
            defer { disk.unmount() }
            let work = JournalWork(on: disk, seed: 6)
            try work.start()
            disk.limit(bytes: disk.usedBytes + extra)
            var error: JournalError?
            for _ in 0..<40 where error == nil {
                do {
                    try work.step()
                } catch let failure as JournalError {
                    error = failure
                }
            }
            #expect(error?.code == .diskFull)
            disk.heal()
            // The same journal, without a start: nothing is half done.
            let journal = try #require(work.journal)
            let state = try JournalState(journal)
            #expect(state.hash == work.states.last?.hash && state.arrivals == work.states.last?.arrivals)
            try work.step()
            work.kill()
            let check = JournalCheck(
                disk, states: work.states, promised: work.states.count, protection: work.protection)
            #expect(check.faults == [])
        }
    }

    @Test("Errors and power cuts while a journal recovers lose nothing (T8)")
    func compound() throws {
        let count = ProcessInfo.processInfo.environment["VITALS_COMPOUND_POINTS"].flatMap(Int.init) ?? 40
        var result = SuiteResult("compound-faults", tests: ["T8"], seed: "8", isFull: count >= 1_000)
        let (recording, states) = try CrashPointTests.work(seed: 8, isPowersafe: true)
        let protection = JournalWork.protection(seed: 8)
        var faults: [String] = []
        var number = 0
        var interrupted = 0
        recording.cuts(count, seed: 8) { cut in
            number += 1
            let disk = SimulatedDisk(cut.image)
            defer { disk.unmount() }
            if number.isMultiple(of: 2) {
                disk.cutPower(afterChanges: 1 + number % 17)
            } else {
                let call = DiskCall.allCases[number / 2 % DiskCall.allCases.count]
                disk.fail(DiskFault(call, number: 1 + number % 13, isLasting: number.isMultiple(of: 3)))
            }
            do {
                try JournalWork.open(disk, protection: protection).close()
            } catch {
                interrupted += 1
            }
            disk.heal()
            disk.cutPower()
            disk.restart(.mixed, seed: UInt64(number))
            let check = JournalCheck(
                disk, states: states, promised: Int(cut.promised), protection: protection, isWhole: true,
                since: .opening)
            if !check.faults.isEmpty { faults.append("\(cut.point) \(cut.policy): \(check.faults)") }
        }
        #expect(faults.isEmpty, "\(faults.count) of \(number): \(faults.prefix(3))")
        #expect(interrupted > number / 4)
        result.count("recoveries disturbed", number)
        result.count("of them interrupted", interrupted)
        result.goal(
            "errors and power cuts during recovery: 0 promised records lost", "\(faults.count) faults",
            holds: faults.isEmpty)
        try result.report()
    }
}
