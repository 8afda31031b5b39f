import Foundation
import Testing
import VitalsSimulator
import VitalsTestKit

@Suite("docs/simulator.md")
struct DocumentationTests {
    @Test("names every key of a scenario file, every kind of episode and every choice")
    func keys() throws {
        let text = try String(contentsOf: TestData.root.appendingPathComponent("docs/simulator.md"), encoding: .utf8)
        // The keys that are tables stand with their brackets.
        let tables = ["sensor", "episode", "random", "heart", "strap", "oximeter", "link", "device"]
        let keys = Set(Scenario.knownKeys.values.flatMap { $0 }).subtracting(tables)
        var names = Array(keys) + EpisodeKind.allCases.map(\.rawValue) + SensorKind.allCases.map(\.rawValue)
        names += BodyPlacement.allCases.map(\.rawValue) + PrematureOrigin.allCases.map(\.rawValue)
        names += PrematurePattern.allCases.map(\.rawValue) + BeatKind.allCases.map(\.rawValue)
        names += Rhythm.allCases.map(\.rawValue) + TruthEvent.DropCause.allCases.map(\.rawValue)
        #expect(names.filter { !text.contains("`\($0)`") } == [])
        for table in Scenario.knownKeys.keys where !table.isEmpty {
            #expect(text.contains("[\(table)]"))
        }
    }
}
