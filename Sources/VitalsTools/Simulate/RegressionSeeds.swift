import Foundation
import VitalsDaemon

/// The file of seeds that once failed: one a line, with what follows a `#` for people.
struct RegressionSeeds {
    private let path: String
    private(set) var seeds: [UInt64] = []

    /// Reads the file. One that is not there would be a series without what failed before, unnoticed.
    init(path: String) throws {
        self.path = path
        guard let data = FileManager.default.contents(atPath: path) else {
            throw ToolError(
                path, "it cannot be read", remedy: "name a file of seeds; an empty one to begin with",
                status: ExitStatus.badInput)
        }
        let text = String(decoding: data.prefix(VitalsToolsLimits.scenarioBytesMax), as: UTF8.self)
        for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            let word = line.prefix { $0 != "#" }.split(whereSeparator: \.isWhitespace).first
            guard let word else { continue }
            guard let seed = UInt64(word) else {
                throw ToolError(
                    "\(path): line \(index + 1)", "'\(word)' is no seed",
                    remedy: "write one whole number a line, and a comment behind a #", status: ExitStatus.badInput)
            }
            seeds.append(seed)
        }
    }

    /// Adds a seed that failed, with what was found.
    mutating func add(_ seed: UInt64, _ text: String) throws {
        guard !seeds.contains(seed) else { return }
        seeds.append(seed)
        let old = FileManager.default.contents(atPath: path) ?? Data()
        let line = Data("\(seed) # \(text)\n".utf8)
        guard FileManager.default.createFile(atPath: path, contents: old + line) else {
            throw ToolError(
                path, "the failing seed \(seed) cannot be added", remedy: "check the path and its permissions",
                status: ExitStatus.cannotCreate)
        }
    }
}
