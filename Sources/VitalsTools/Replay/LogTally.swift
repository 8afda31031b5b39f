import VitalsCore

/// Warnings of an engine, counted: a line for each would bury the one that matters. What they are about stands in the
/// records.
struct LogTally {
    private var counts: [String: Int] = [:]

    /// Counts a warning; anything less is left out.
    mutating func count(_ line: LogLine) {
        guard line.level == .warning else { return }
        counts[line.message, default: 0] += 1
    }

    /// `warning: malformed packet kept raw (12 times)`, sorted.
    var lines: [String] {
        counts.sorted { $0.key < $1.key }.map { "warning: \($0.key) (\($0.value.counted("time")))" }
    }
}
