import Foundation
import Testing
import VitalsTestKit

/// The built program, where it stands beside the tests.
@Suite("The command line")
struct CommandLineTests {
    /// What the program printed, and how it ended.
    struct Outcome {
        var output = ""
        var errors = ""
        var status: Int32 = 0
    }

    /// Said once on standard error when the program is not there.
    static let program: URL? = {
        let folder = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent()
        let program = folder.appendingPathComponent("vitalsctl")
        if FileManager.default.isExecutableFile(atPath: program.path) { return program }
        FileHandle.standardError.write(
            Data("SKIPPED: \(program.path) is absent, so the tests of the command line do not run\n".utf8))
        return nil
    }()

    let bench: Workbench

    init() throws { bench = try Workbench() }

    private func run(_ arguments: String..., toFile: String? = nil) throws -> Outcome? {
        try run(arguments, toFile: toFile)
    }

    /// Runs the program; nil when it is not there.
    func run(
        _ arguments: [String], environment: [String: String] = [:], toFile: String? = nil
    ) throws -> Outcome? {
        guard let program = Self.program else { return nil }
        let process = Process()
        process.executableURL = program
        process.arguments = arguments
        process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        let (output, errors) = (bench.path("output"), bench.path("errors"))
        for file in [output, errors] { _ = FileManager.default.createFile(atPath: file, contents: nil) }
        process.standardOutput = try FileHandle(forWritingTo: URL(fileURLWithPath: toFile ?? output))
        process.standardError = try FileHandle(forWritingTo: URL(fileURLWithPath: errors))
        try process.run()
        process.waitUntilExit()
        return Outcome(
            output: try bench.content("output"), errors: try bench.content("errors"), status: process.terminationStatus)
    }

    @Test(
        "The help of a command names every option, an example and its exit statuses",
        arguments: [
            ("replay", ["<file>", "--config", "--kernels", "--trace", "--digest", "--journal", "--speed", "65"]),
            ("decode", ["<characteristic>", "<hex>", "65", "64"]),
            ("capture info", ["<file>", "65"]), ("capture convert", ["--output", "--handle", "--force", "65"]),
            ("capture import-rr", ["--unit", "--sensor", "--start", "--output"]),
            ("capture import-spo2", ["--sensor", "--start", "--output"]),
            ("synthesise", ["--scenario", "--seed", "--output", "--truth", "--beats", "--force", "78"]),
            (
                "judge-series",
                [
                    "<file>", "--detector", "--window", "--history", "--rate", "--published", "--fall", "--csv", "64",
                    "65",
                ]
            ),
            ("journal verify", ["--anchor", "--print-anchor", "65"]), ("journal stats", ["<file>"]),
            ("journal digest", ["--from"]), ("journal export", ["--from"]), ("journal alarms", ["<file>"]),
            ("journal watch", ["--while", "^C"]),
            (
                "receive",
                [
                    "--host", "--port", "--gateway", "--username", "--password-file", "--client-id", "--tls",
                    "--ca-file", "--certificate-file", "--key-file", "--expect", "--until-stopped", "--idle", "--print",
                    "69",
                ]
            ),
        ])
    func help(_ command: String, _ words: [String]) throws {
        let arguments = command.split(separator: " ").map(String.init)
        guard let program = Self.program else { return }
        let process = Process()
        let pipe = Pipe()
        process.executableURL = program
        process.arguments = arguments + ["--help"]
        process.standardOutput = pipe
        try process.run()
        let text = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        #expect(process.terminationStatus == 0)
        for word in words + ["Example:"] { #expect(text.contains(word), "\(command) --help does not name \(word)") }
    }

    @Test("The first help shows the commands and the exit statuses")
    func firstHelp() throws {
        guard let help = try run("--help") else { return }
        for word in ["replay", "decode", "capture", "synthesise", "journal", "receive", "78 configuration"] {
            #expect(help.output.contains(word))
        }
    }

    @Test("A replay, its journal and its conversion agree from the outside too")
    func replay() throws {
        let capture = Workbench.fixture("captures/two-sensors.btsnoop")
        guard let digest = try run("replay", capture, "--digest", "--journal", bench.path("journal.db")) else { return }
        #expect(digest.status == 0 && digest.output.count == 65)
        #expect(try run("journal", "digest", bench.path("journal.db"))?.output == digest.output)
        #expect(try run("capture", "convert", capture, "--output", bench.path("copy.jsonl.gz"))?.status == 0)
        #expect(try run("replay", bench.path("copy.jsonl.gz"), "--digest", "--speed", "1000")?.output == digest.output)
    }

    @Test("Errors stand on standard error with the program's name, and set the exit status")
    func errors() throws {
        guard let absent = try run("replay", bench.path("none")) else { return }
        #expect(
            absent.errors
                == "vitalsctl: \(bench.path("none")): cannot open it: No such file or directory (2); check the name\n")
        #expect(absent.output.isEmpty && absent.status == 65)
        #expect(try run("replay")?.status == 64)
        #expect(try run("replay", "x", "--speed", "-1")?.status == 64)
        #expect(try run("decode", "2A37", "08")?.status == 65)
        let seeds = try #require(try run("simulate", "--seed", "1", "--regressions", bench.path("nowhere.txt")))
        #expect(seeds.status == 65 && seeds.errors.contains("an empty one to begin with"))
        #expect(try run("decode", "nothing", "08")?.status == 64)
        #expect(try run("replay", "x", "--config", bench.path("none"))?.status == 78)
        let scenario = Workbench.fixture("scenarios/quick.toml")
        #expect(try run("synthesise", "--scenario", scenario, "--output", "/nowhere/x")?.status == 73)
        let capture = Workbench.fixture("captures/two-sensors.btsnoop")
        let full = try run("replay", capture, toFile: "/dev/full")
        #expect(
            full?.errors
                == "vitalsctl: standard output: cannot be written: No space left on device (28); free space on the disk\n"
        )
        #expect(full?.status == 74)
    }

    @Test("A reader that goes away ends the command quietly")
    func closedPipe() throws {
        guard let program = Self.program else { return }
        let process = Process()
        let (output, errors) = (Pipe(), Pipe())
        process.executableURL = program
        // Far more than a pipe holds.
        let capture = Workbench.fixture("captures/faults.btsnoop")
        process.arguments = ["replay", "--trace"] + Array(repeating: capture, count: 20)
        process.standardOutput = output
        process.standardError = errors
        try process.run()
        try output.fileHandleForReading.close()
        let words = errors.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        #expect(words.isEmpty)
        #expect(process.terminationReason == .exit && process.terminationStatus == 0)
    }
}
