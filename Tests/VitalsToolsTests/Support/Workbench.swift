import Foundation
import VitalsTestKit

@testable import VitalsTools

/// A folder for one test, with the commands run in it.
struct Workbench {
    let folder: TemporaryDirectory

    init() throws { folder = try TemporaryDirectory() }

    /// The path of a file in the folder.
    func path(_ name: String) -> String { folder.file(name) }

    /// Writes a text into the folder, and returns its path.
    func file(_ name: String, _ text: String) throws -> String {
        try Data(text.utf8).write(to: URL(fileURLWithPath: path(name)))
        return path(name)
    }

    /// What a file of the folder holds.
    func content(_ name: String) throws -> String { try String(contentsOfFile: path(name), encoding: .utf8) }

    /// A recording of the project.
    static func fixture(_ name: String) -> String { TestData.fixtures.appendingPathComponent(name).path }

    /// What a replay prints.
    func replay(_ files: [String], _ change: (inout ReplayOptions) -> Void = { _ in }) throws -> String {
        let output = MemoryOutput()
        var options = ReplayOptions(files: files)
        change(&options)
        try Replay(options, output: output, notes: MemoryOutput(), progress: .hidden).run()
        return output.text
    }

    /// The digest of a replay.
    func digest(_ files: [String], _ change: (inout ReplayOptions) -> Void = { _ in }) throws -> String {
        try replay(files) { options in
            options.wantsDigest = true
            change(&options)
        }.trimmingCharacters(in: .newlines)
    }

    /// What a command on a journal prints.
    func journal(_ name: String, _ command: (JournalCommands, MemoryOutput) throws -> Void) throws -> String {
        let output = MemoryOutput()
        try command(JournalCommands(path: path(name), progress: .hidden), output)
        return output.text.trimmingCharacters(in: .newlines)
    }

    /// The words and the exit status of the error that `body` ends in.
    static func failure(_ body: () throws -> Void) -> (text: String, status: Int32)? {
        do {
            try body()
            return nil
        } catch {
            let failure = ToolError(error)
            return (failure.description, failure.status)
        }
    }
}

extension ProgressLine {
    /// Progress that nobody sees.
    static var hidden: ProgressLine { ProgressLine(output: nil) { Clock.now } }
}
