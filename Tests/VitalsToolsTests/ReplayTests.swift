import Crypto
import Foundation
import Testing
import VitalsKernels
import VitalsTools

@Suite("Replaying recordings")
struct ReplayTests {
    let bench: Workbench
    let capture = Workbench.fixture("captures/two-sensors.btsnoop")
    let faults = Workbench.fixture("captures/faults.btsnoop")

    init() throws { bench = try Workbench() }

    private func convert(_ file: String, to name: String) throws -> String {
        try CaptureConversion(
            output: bench.path(name), standard: MemoryOutput(), notes: MemoryOutput(), progress: .hidden
        ).convert(file)
        return bench.path(name)
    }

    @Test(
        "A btsnoop capture and its conversion, plain or compressed, have one digest",
        arguments: ["a.jsonl", "a.jsonl.gz"])
    func conversion(_ name: String) throws {
        for file in [capture, faults] {
            let converted = try convert(file, to: "\(file == faults)\(name)")
            #expect(try bench.digest([converted]) == bench.digest([file]))
        }
    }

    @Test("Every kernel level has the same digest", arguments: KernelLevel.supported)
    func kernels(_ level: KernelLevel) throws {
        #expect(try bench.digest([faults]) { $0.kernels = level.rawValue } == bench.digest([faults]))
    }

    @Test("Twice in a row, and at a speed, the digest is the same")
    func speed() throws {
        let digest = try bench.digest([capture])
        #expect(try bench.digest([capture]) == digest)
        #expect(try bench.digest([capture]) { $0.speed = 2_000 } == digest)
    }

    @Test("The digest is the SHA-256 of the record lines with their line feeds; trace lines are not in it")
    func digestOfLines() throws {
        let records = try bench.replay([capture])
        let hash = SHA256.hash(data: Data(records.utf8)).map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }
        #expect(try bench.digest([capture]) == hash.joined())
        #expect(try bench.digest([capture]) { $0.isTracing = true } == hash.joined())
        let traced = try bench.replay([capture]) { $0.isTracing = true }
        let lines = traced.split(separator: "\n")
        #expect(lines.filter { $0.contains(#""kind":"#) && $0.contains(#""sequence":"#) }.count < lines.count)
        var rest = lines[...]
        for record in records.split(separator: "\n") {
            let place = try #require(rest.firstIndex(of: record), "a record is missing or out of order")
            rest = rest[(place + 1)...]
        }
    }

    @Test("Of a trace, the evaluations of chosen detectors alone")
    func chosenDetectors() throws {
        let all = try bench.replay([capture]) { $0.isTracing = true }.split(separator: "\n")
        let chosen = try bench.replay([capture]) {
            $0.isTracing = true
            $0.tracedDetectors = ["rate-rules"]
        }.split(separator: "\n")
        #expect(
            chosen == all.filter { !$0.contains(#""kind":"trace""#) || $0.contains(#""detector":"rate-rules""#) })
        #expect(chosen.count < all.count && chosen.contains { $0.contains(#""kind":"trace""#) })
        #expect(ReplayOptions.detectors.contains("rate-rules"))
    }

    @Test("Each line is one JSON object, and the sequences have no gap")
    func lines() throws {
        for (index, line) in try bench.replay([faults]).split(separator: "\n").enumerated() {
            let object = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
            #expect(object?["sequence"] as? Int == index + 1)
        }
    }

    @Test("Several recordings are runs of their own, and sequences go on")
    func severalFiles() throws {
        let lines = try bench.replay([capture, faults]).split(separator: "\n")
        #expect(lines.filter { $0.contains(#""kind":"start""#) }.count == 2)
        let second = try #require(lines.lastIndex { $0.contains(#""kind":"start""#) })
        #expect(lines[second].contains(#""sequence":\#(second + 1),"#))
        let first = try bench.replay([capture]).split(separator: "\n")
        #expect(lines[..<second].elementsEqual(first))
    }

    @Test("Unknown kernels are named with those that there are")
    func unknownKernels() throws {
        let failure = Workbench.failure { _ = try bench.replay([capture]) { $0.kernels = "mmx" } }
        let names = (["auto"] + KernelLevel.supported.map(\.rawValue)).joined(separator: ", ")
        #expect(failure?.text == "unknown kernels \"mmx\": choose one of \(names)")
        #expect(failure?.status == 64)
    }

    @Test("A recording that is not there is named with the remedy, and nothing is printed")
    func absent() throws {
        let output = MemoryOutput()
        let failure = Workbench.failure {
            let replay = Replay(
                ReplayOptions(files: [capture, bench.path("none")]), output: output, notes: MemoryOutput(),
                progress: .hidden)
            try replay.run()
        }
        #expect(
            failure?.text == "\(bench.path("none")): cannot open it: No such file or directory (2); check the name")
        #expect(failure?.status == 65)
        #expect(output.bytes.isEmpty)
    }

    @Test("A damaged recording is played up to the damage, and then the damage is told")
    func damaged() throws {
        let whole = try String(contentsOfFile: convert(capture, to: "whole.jsonl"), encoding: .utf8)
        let lines = whole.split(separator: "\n")
        let kept = lines.prefix(30).joined(separator: "\n") + "\n"
        let output = MemoryOutput()
        let file = try bench.file("damaged.jsonl", kept + "{\"t\":}\n" + lines.dropFirst(30).joined(separator: "\n"))
        let failure = Workbench.failure {
            try Replay(
                ReplayOptions(files: [file]), output: output, notes: MemoryOutput(), progress: .hidden
            ).run()
        }
        #expect(failure?.text.hasPrefix("\(file): line 31: ") == true)
        #expect(failure?.status == 65)
        #expect(try output.text == bench.replay([bench.file("kept.jsonl", kept)]))
    }

    @Test("Warnings of the engine are counted at the end, and hold no value")
    func warnings() throws {
        let notes = MemoryOutput()
        try Replay(ReplayOptions(files: [faults]), output: MemoryOutput(), notes: notes, progress: .hidden).run()
        #expect(notes.text == "vitalsctl: warning: malformed packet kept raw (1 time)\n")
    }

    @Test("A configuration decides what is found, and stands in the start record")
    func configuration() throws {
        let file = try bench.file("vitalsd.toml", "[source]\npath = \"x\"\n[detection.heart_rate]\nlow = 50\n")
        let other = try bench.replay([capture]) { $0.configuration = file }.split(separator: "\n")
        let standard = try bench.replay([capture]).split(separator: "\n")
        #expect(other[0] != standard[0])
        #expect(other[0].contains(#""kind":"start""#))
    }
}
