import Foundation
import TOMLKit
import Testing
import VitalsModel
import VitalsSimulator
import VitalsTestKit

@Suite("Reading a scenario")
struct ScenarioDecodingTests {
    @Test("three lines are enough")
    func shortest() throws {
        let scenario = try decode(
            """
            duration = "10m"
            [[sensor]]
            address = "C0:00:00:00:00:01"
            """)
        #expect(scenario == Scenario(duration: .minutes(10), sensors: [SensorSpecification(address: .sensor(1))]))
        #expect(scenario.start.rfc3339 == "2026-01-01T00:00:00.000Z")
        try scenario.validate()
    }

    @Test("times and numbers are whole or decimal, and exact")
    func numbers() throws {
        let scenario = try decode(
            """
            duration = 600.25
            start = "2026-11-21T21:00:00+02:00"
            [[sensor]]
            address = "c0:00:00:00:00:01"
            kind = "both"
            heart = { heart_rate = 61.7, drift_period = "1h30m" }
            link = { period = 2, connection_interval = 48.75 }
            [[episode]]
            kind = "clock-step"
            at = 1
            step = -1.5
            """)
        #expect(scenario.duration.milliseconds == 600_250)
        #expect(scenario.start.rfc3339 == "2026-11-21T19:00:00.000Z")
        #expect(scenario.sensors[0].heart?.heartRate.thousandths == 61_700)
        #expect(scenario.sensors[0].heart?.driftPeriod == .minutes(90))
        #expect(scenario.sensors[0].link.period == .seconds(2))
        #expect(scenario.sensors[0].link.connectionInterval.thousandths == 48_750)
        #expect(scenario.episodes[0].step?.milliseconds == -1_500)
    }

    @Test("every fixture decodes, is valid and holds known keys alone", arguments: Fixture.names)
    func fixture(name: String) throws {
        let scenario = try Fixture.scenario(name)
        try scenario.validate()
        #expect(scenario.name == name)
        let file = TestData.fixtures.appendingPathComponent("scenarios/\(name).toml")
        let table = try TOMLTable(string: String(contentsOf: file, encoding: .utf8))
        #expect(unknownKeys(of: table, "") == [])
    }

    @Test("known keys are every key of every table")
    func knownKeys() throws {
        let table = try TOMLTable(string: "duration = 1\nlength = 2\n[[sensor]]\n[sensor.heart]\nrate = 60\n")
        #expect(unknownKeys(of: table, "") == ["length", "sensor.heart.rate"])
        #expect(Scenario.knownKeys[""] == ["duration", "episode", "name", "random", "seed", "sensor", "start"])
        #expect(Scenario.knownKeys["episode"] == Scenario.knownKeys["random.episode"])
        #expect(
            Scenario.knownKeys.keys.sorted() == [
                "", "episode", "random", "random.episode", "sensor", "sensor.device", "sensor.heart", "sensor.link",
                "sensor.oximeter", "sensor.strap",
            ])
    }

    @Test(
        "what cannot be read is named with its key and what belongs there",
        arguments: [
            (
                "",
                "duration: is missing; a time in seconds (90, 1.5) or with units (\"40m\", \"1h30m\", \"250ms\") is expected"
            ),
            (
                "duration = \"ten\"",
                "duration: a time in seconds (90, 1.5) or with units (\"40m\", \"1h30m\", \"250ms\") is expected"
            ),
            (
                "duration = 0.0001",
                "duration: a time in seconds (90, 1.5) or with units (\"40m\", \"1h30m\", \"250ms\") is expected"
            ),
            ("duration = 1\nname = 5", "name: a text is expected"),
            ("duration = 1\nseed = \"x\"", "seed: a whole number is expected"),
            ("duration = 1\nstart = \"noon\"", "start: a time such as \"2026-11-21T21:00:00Z\" is expected"),
            ("duration = 1\nsensor = 5", "sensor: an array of tables ([[sensor]]) is expected"),
            ("duration = 1\n[[sensor]]", "sensor[0].address: an address such as \"C0:00:00:00:00:01\" is expected"),
            (
                "duration = 1\n[[sensor]]\naddress = \"C0:00\"",
                "sensor[0].address: an address such as \"C0:00:00:00:00:01\" is expected"
            ),
            (
                "duration = 1\n[[sensor]]\naddress = \"C0:00:00:00:00:01\"\nkind = \"watch\"",
                "sensor[0].kind: \"watch\" is none of strap, oximeter, both"
            ),
            (
                "duration = 1\n[[sensor]]\naddress = \"C0:00:00:00:00:01\"\nheart = 60",
                "sensor[0].heart: a table is expected"
            ),
            (
                "duration = 1\n[[sensor]]\naddress = \"C0:00:00:00:00:01\"\n[sensor.heart]\nheart_rate = \"fast\"",
                "sensor[0].heart.heart_rate: a number with at most three decimals is expected"
            ),
            (
                "duration = 1\n[[sensor]]\naddress = \"C0:00:00:00:00:01\"\n[sensor.strap]\ncontact = 1",
                "sensor[0].strap.contact: true or false is expected"
            ),
            (
                "duration = 1\n[[sensor]]\naddress = \"C0:00:00:00:00:01\"\n[sensor.oximeter]\ndecimals = 0.5",
                "sensor[0].oximeter.decimals: a whole number is expected"
            ),
            (
                "duration = 1\n[[episode]]\nkind = \"pause\"\n[[episode]]\nkind = \"pause\"\nsensor = \"first\"",
                "episode[1].sensor: the address of a sensor such as \"C0:00:00:00:00:01\" is expected"
            ),
            (
                "duration = 1\n[[episode]]\nkind = \"malformed\"\nshare = 1.23456",
                "episode[0].share: a number with at most three decimals is expected"
            ),
            (
                "duration = 1\n[[random]]\nevery = 5",
                "random[0].episode: is missing; a table [random.episode] is expected"
            ),
            (
                "duration = 1\n[[random]]\n[random.episode]\nkind = \"pause\"",
                "random[0].every: is missing; a time in seconds (90, 1.5) or with units (\"40m\", \"1h30m\", \"250ms\") is expected"
            ),
        ])
    func unreadable(text: String, message: String) {
        let error = #expect(throws: ScenarioError.self) { try decode(text) }
        #expect(error?.description == message)
    }

    private func decode(_ text: String) throws -> Scenario { try TOMLDecoder().decode(Scenario.self, from: text) }

    /// The paths of keys that `Scenario.knownKeys` does not list.
    private func unknownKeys(of table: TOMLTable, _ path: String) -> [String] {
        let known = Scenario.knownKeys[path] ?? []
        return table.keys.sorted().flatMap { key -> [String] in
            let keyPath = path.isEmpty ? key : "\(path).\(key)"
            guard known.contains(key) else { return [keyPath] }
            if let inner = table[key]?.table { return unknownKeys(of: inner, keyPath) }
            guard let array = table[key]?.array else { return [] }
            return array.flatMap { element in element.table.map { unknownKeys(of: $0, keyPath) } ?? [] }
        }
    }
}
