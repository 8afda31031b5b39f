import Foundation
import Testing

/// Nights with faults: every pause, asystole and bradycardia that could be seen is alarmed, and nothing else is.
///
/// A handful of short nights by default. `VITALS_NIGHTS=1000` plays so many nights of 8 hours, and `VITALS_NIGHTS_JSON`
/// names a file for the counts: for the validation report, in a release build.
@Suite("Nights with faults")
struct NightsTests {
    @Test("no gap, lost link, frozen value or lost contact makes an alarm of the heart, and every true one is found")
    func nights() throws {
        let environment = ProcessInfo.processInfo.environment
        let count = environment["VITALS_NIGHTS"].flatMap { UInt64($0) }
        let first = environment["VITALS_NIGHTS_FROM"].flatMap { UInt64($0) } ?? 1
        let hours: Int64 = environment["VITALS_NIGHT_HOURS"].flatMap { Int64($0) } ?? (count == nil ? 1 : 8)
        var score = NightScore()
        for seed in first..<(first + (count ?? 6)) { try NightRun.play(seed: seed, hours: hours, into: &score) }
        print(score.table)
        if let path = environment["VITALS_NIGHTS_JSON"] { try Data(score.json).write(to: URL(fileURLWithPath: path)) }
        for count in [score.pause, score.asystole, score.bradycardia] {
            #expect(count.unfounded == 0)
            #expect(count.found == count.visible)
            #expect(count.visible > 0)
        }
    }
}
