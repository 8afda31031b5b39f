import Foundation

/// Counts for docs/reliability.md: one line in the file that VITALS_RESULTS names, when it names one.
enum SuiteCounts {
    static func note(_ suite: String, _ counts: [String: Int], seed: UInt64) {
        guard let path = ProcessInfo.processInfo.environment["VITALS_RESULTS"] else { return }
        let pairs = counts.sorted { $0.key < $1.key }.map { "\"\($0.key)\":\($0.value)" }.joined(separator: ",")
        let line = "{\"counts\":{\(pairs)},\"seed\":\(seed),\"suite\":\"\(suite)\"}\n"
        guard let handle = FileHandle(forUpdatingAtPath: path) else { return }
        defer { try? handle.close() }
        _ = try? handle.seekToEnd()
        try? handle.write(contentsOf: Data(line.utf8))
    }
}
