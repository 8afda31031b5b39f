import Foundation

/// What a fault suite found, as one line of JSON for docs/reliability.md (Tests/Torture/report.py).
///
/// It is appended to the file that the environment variable `VITALS_RESULTS` names, which scripts/torture sets; without
/// it nothing is written.
public struct SuiteResult: Sendable {
    /// A figure that was asked for.
    private struct Goal: Sendable {
        let line: String
        let value: String
        let holds: Bool?
    }

    private let suite: String
    private let tests: [String]
    private let seed: String
    private let isFull: Bool
    private let began = Date()
    private var counts: [(name: String, value: Int)] = []
    private var goals: [Goal] = []

    /// The result of a suite under its name; `tests` are its numbers in the catalogue of tests, such as `T13`.
    public init(_ suite: String, tests: [String], seed: String, isFull: Bool) {
        self.suite = suite
        self.tests = tests
        self.seed = seed
        self.isFull = isFull
    }

    /// A number for the page.
    public mutating func count(_ name: String, _ value: some BinaryInteger) {
        counts.append((name, Int(clamping: value)))
    }

    /// What was asked for, what was reached, and whether that holds; nil: it could not be measured here.
    public mutating func goal(_ line: String, _ value: String, holds: Bool?) {
        goals.append(Goal(line: line, value: value, holds: holds))
    }

    /// Writes the line.
    public func report() throws {
        guard let path = ProcessInfo.processInfo.environment["VITALS_RESULTS"] else { return }
        let object: [String: Any] = [
            "suite": suite, "tests": tests, "seed": seed, "form": isFull ? "full" : "short",
            "counts": Dictionary(counts.map { ($0.name, $0.value) }) { $1 },
            "goals": goals.map { goal -> [String: Any] in
                ["line": goal.line, "value": goal.value, "holds": goal.holds.map { $0 as Any } ?? NSNull()]
            },
            "seconds": (Date().timeIntervalSince(began) * 10).rounded() / 10,
        ]
        let line = try JSONSerialization.data(withJSONObject: object, options: [.sortedKeys, .withoutEscapingSlashes])
        if !FileManager.default.fileExists(atPath: path) {
            _ = FileManager.default.createFile(atPath: path, contents: nil)
        }
        let file = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
        defer { try? file.close() }
        try file.seekToEnd()
        try file.write(contentsOf: line + Data("\n".utf8))
    }
}
