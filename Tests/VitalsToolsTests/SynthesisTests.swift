import Foundation
import Testing
import VitalsTestKit

@testable import VitalsTools

@Suite("Synthesising recordings")
struct SynthesisTests {
    let bench: Workbench

    init() throws { bench = try Workbench() }

    private func synthesise(_ name: String, seed: UInt64?) throws -> String {
        var synthesis = Synthesis(output: bench.path(name))
        synthesis.seed = seed
        synthesis.truth = bench.path(name + ".truth")
        let scenario = Workbench.fixture("scenarios/quick.toml")
        try synthesis.run(scenario: scenario, standard: MemoryOutput(), progress: .hidden)
        return try bench.content(name)
    }

    private func failure(_ text: String) throws -> String? {
        let file = try bench.file("scenario.toml", text)
        let failure = Workbench.failure { _ = try ScenarioFile.read(file) }
        if let failure { #expect(failure.status == 78) }
        return failure.map { String($0.text.dropFirst(file.count)) }
    }

    @Test("The same scenario and seed give the same bytes, another seed gives others")
    func seeds() throws {
        let first = try synthesise("first", seed: 7)
        #expect(try synthesise("second", seed: 7) == first)
        #expect(try synthesise("third", seed: 8) != first)
        #expect(try bench.content("first.truth") == bench.content("second.truth"))
        #expect(try bench.content("first.truth").hasPrefix(#"{"duration":600,"format":"vitals-truth","#))
    }

    @Test("Every scenario of the project can be read")
    func fixtures() throws {
        let folder = TestData.fixtures.appendingPathComponent("scenarios").path
        let names = try FileManager.default.contentsOfDirectory(atPath: folder).filter { $0.hasSuffix(".toml") }
        #expect(names.contains("demo-night.toml"))
        for name in names { _ = try ScenarioFile.read(folder + "/" + name) }
    }

    @Test("An unknown key comes with its line and the nearest known key, however deep it stands")
    func unknownKeys() throws {
        let text = """
            duration = "1m"
            [[sensor]]
            address = "C0:00:00:00:00:01"
            [[sensor]]
            address = "C0:00:00:00:00:02"
            [sensor.heart]
            # a comment
            heart_rat = 60
            """
        #expect(try failure(text) == ":8: unknown key 'heart_rat'; did you mean 'heart_rate'?")
        #expect(
            try failure("duration = 60\nwether = 1\n")
                == ":2: unknown key 'wether'; known here: duration, episode, name, random, seed, sensor, start")
        #expect(
            try failure("duration = 60\n[[random]]\n[random.episode]\nkin = 1\n")
                == ":4: unknown key 'kin'; did you mean 'kind'?")
    }

    @Test("A value that is wrong comes with its line, its key and what is allowed")
    func wrongValues() throws {
        let sensor = "[[sensor]]\naddress = \"C0:00:00:00:00:01\"\n"
        #expect(
            try failure("duration = \"soon\"\n" + sensor)
                == ":1: duration: a time in seconds (90, 1.5) or with units (\"40m\", \"1h30m\", \"250ms\") is expected"
        )
        let deep = try failure("duration = 60\n" + sensor + "[sensor.heart]\nheart_rate = 900\n")
        #expect(deep?.hasPrefix(":5: sensor[0].heart.heart_rate: ") == true)
        #expect(try failure("duration = 60\n") == ": sensor: is missing; at least one [[sensor]] is expected")
    }

    @Test("Text that is no TOML comes with its line")
    func notTOML() throws {
        #expect(try failure("duration = 60\n= 3\n")?.hasPrefix(":2: this is not TOML: ") == true)
    }

    @Test("A file that is not there is told")
    func absent() {
        let path = bench.path("none.toml")
        let failure = Workbench.failure { _ = try ScenarioFile.read(path) }
        #expect(
            failure?.text
                == "\(path): cannot be read; check the path and its permissions, and that it is UTF-8 text")
        #expect(failure?.status == 78)
    }
}
