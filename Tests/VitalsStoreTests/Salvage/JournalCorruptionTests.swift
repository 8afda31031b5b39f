import Dispatch
import Foundation
import Testing
import VitalsCore
import VitalsModel
import VitalsTestKit

@testable import VitalsStore

/// T13: whatever a disk does to a journal, the gateway starts, returns no wrong value, and keeps what is whole.
///
/// `VITALS_CORRUPTION_RUNS` sets how many journals are damaged (60 without it, and as many sealed ones; 1 000 in the full
/// form), and `VITALS_CORRUPTION_SEED` the first seed.
@Suite("Damaged journals (T13)")
struct JournalCorruptionTests {
    /// What became of one damaged journal.
    struct Outcome {
        var intact = 0
        var salvaged = 0
        var missed = 0
        var wrong = 0
        var salvages = 0
        var journals = 1
        var steps = 0
        /// The longest opening, in milliseconds.
        var milliseconds = 0.0
    }

    static var runs: Int { ProcessInfo.processInfo.environment["VITALS_CORRUPTION_RUNS"].flatMap(Int.init) ?? 60 }
    static var seed: UInt64 {
        ProcessInfo.processInfo.environment["VITALS_CORRUPTION_SEED"].flatMap(UInt64.init) ?? 13
    }

    @Test(
        "every damaged journal opens, no value is wrong, and 99 % of the intact records are there (T13, lesson 38)",
        arguments: [false, true])
    func damaged(isSealed: Bool) throws {
        var totals: [Damage: Outcome] = [:]
        for index in 0..<Self.runs {
            let damage = Damage.allCases[index % Damage.allCases.count]
            let seed = Self.seed &+ UInt64(index)
            let kinds = SpecimenSealing.allCases.dropFirst()
            let sealing = isSealed ? kinds[kinds.startIndex + (index / Damage.allCases.count) % kinds.count] : .none
            let outcome = try Self.run(damage, seed: seed, sealing: sealing)
            #expect(
                outcome.wrong == 0,
                "\(damage.rawValue), \(sealing.rawValue), seed \(seed): \(outcome.wrong) wrong values")
            totals[damage, default: Outcome(journals: 0)].add(outcome)
        }
        let all = totals.values.reduce(into: Outcome(journals: 0)) { $0.add($1) }
        let name = isSealed ? "T13 sealed" : "T13"
        for damage in Damage.allCases { print("\(name) \(damage.rawValue): \(totals[damage] ?? Outcome(journals: 0))") }
        print("\(name) all of \(Self.runs) from seed \(Self.seed): \(all)")
        #expect(all.wrong == 0)
        #expect(all.intact > 0)
        #expect(Double(all.missed) <= 0.01 * Double(all.intact), "\(all)")
        try Self.report(isSealed ? "corruption-sealed" : "corruption", all, totals)
    }

    private static func report(_ name: String, _ all: Outcome, _ totals: [Damage: Outcome]) throws {
        var result = SuiteResult(name, tests: ["T13"], seed: "\(seed)", isFull: runs >= 1_000)
        result.count("damaged journals", all.journals)
        for (damage, total) in totals { result.count(damage.rawValue, total.journals) }
        result.count("salvaged", all.salvages)
        result.count("intact records", all.intact)
        result.count("intact records not salvaged", all.missed)
        let share = 100 * Double(all.intact - all.missed) / Double(max(1, all.intact))
        result.goal("every damaged journal opens", "at most \(all.steps) starts", holds: all.steps <= 2)
        result.goal(
            "each within 5 s", "\((all.milliseconds * 10).rounded() / 10) ms at most", holds: all.milliseconds <= 5_000)
        result.goal("a wrong value returned 0 times", "\(all.wrong)", holds: all.wrong == 0)
        result.goal(
            "at least 99 % of intact records salvaged", "\((share * 100).rounded() / 100) %", holds: share >= 99)
        try result.report()
    }

    /// Damages a journal, opens it as the daemon does, reads all of it, and goes on writing.
    static func run(_ damage: Damage, seed: UInt64, sealing: SpecimenSealing) throws -> Outcome {
        var random = SplitMix64(seed: seed)
        let specimen = try JournalSpecimen(seed: seed, records: random.int(60...220), sealing: sealing)
        let protection = try sealing.recovery()
        let directory = try TemporaryDirectory()
        let path = directory.file("vitals.db")
        try specimen.write(to: path)
        try damage.strike(path, &random)
        let intact = try specimen.intact(in: path)

        var outcome = Outcome()
        outcome.intact = intact.count
        let written = Dictionary(uniqueKeysWithValues: specimen.records.map { ($0.sequence, $0) })
        let last = specimen.records.last?.sequence ?? 0
        var kept: Set<UInt64> = []
        // Damage deep in the file shows when it is read; then the daemon starts again, and the journal is salvaged.
        for attempt in 1...3 {
            outcome.steps = attempt
            let began = DispatchTime.now().uptimeNanoseconds
            let opened = try open(path, protection)
            let took = Double(DispatchTime.now().uptimeNanoseconds - began) / 1e6
            outcome.milliseconds = max(outcome.milliseconds, took)
            let journal = opened.journal
            if opened.report != nil { outcome.salvages = 1 }
            do {
                let found = try journal.records(after: 0, limit: .max)
                for record in found {
                    if written[record.sequence] == record { kept.insert(record.sequence) } else { outcome.wrong += 1 }
                }
                for arrival in try journal.arrivals() where !specimen.arrivals.contains(arrival) { outcome.wrong += 1 }
                // What was committed is never given out again.
                #expect(journal.identity != specimen.identity || journal.nextSequence > last)
                var maker = RecordMaker(seed: seed, first: journal.nextSequence)
                let more = maker.records(5)
                try journal.append(more)
                #expect(try journal.records(after: more[0].sequence - 1, limit: .max) == more)
                try journal.close()
                break
            } catch {
                guard case .damaged(_, let what) = error.code else { throw error }
                kept = []
                journal.abandon()
                JournalRecovery.suspect(path: path, reason: what)
                try #require(attempt < 3, "still damaged after a salvage: \(error)")
            }
        }
        outcome.salvaged = kept.count
        outcome.missed = intact.subtracting(kept).count
        let names = (try? FileManager.default.contentsOfDirectory(atPath: directory.file("quarantine"))) ?? []
        #expect((outcome.salvages == 1) == !names.isEmpty)
        return outcome
    }

    static func open(_ path: String, _ protection: JournalProtection) throws -> JournalRecovery.Opened {
        try JournalRecovery(
            path: path, gateway: "gateway", now: WallTime(microseconds: 1_795_246_200_000_000), protection: protection
        ).open { () throws(JournalError) in
            try Journal(path: path, gateway: "gateway", created: .zero, protection: protection)
        }
    }
}

extension JournalCorruptionTests.Outcome {
    mutating func add(_ other: Self) {
        intact += other.intact
        salvaged += other.salvaged
        missed += other.missed
        wrong += other.wrong
        salvages += other.salvages
        journals += other.journals
        steps = max(steps, other.steps)
        milliseconds = max(milliseconds, other.milliseconds)
    }
}

extension JournalCorruptionTests.Outcome: CustomStringConvertible {
    var description: String {
        "\(journals) journals, \(salvages) salvaged, \(intact) intact records, \(missed) of them missed, \(wrong) wrong "
            + "values, at most \(steps) starts"
    }
}
