/// The known key that a mistyped one most likely meant.
enum NearestKey {
    /// The candidate with the fewest edits, if they are at most a third of its length, or two.
    static func of(_ key: String, among candidates: [String]) -> String? {
        candidates
            .map { (key: $0, edits: edits(Array(key.utf8), Array($0.utf8))) }
            .filter { $0.edits <= max(2, $0.key.utf8.count / 3) }
            .min { ($0.edits, $0.key) < ($1.edits, $1.key) }?.key
    }

    /// Insertions, deletions and substitutions from one to the other (Levenshtein).
    private static func edits(_ left: [UInt8], _ right: [UInt8]) -> Int {
        var previous = Array(0...right.count)
        for (row, byte) in left.enumerated() {
            var current = [row + 1]
            for (column, other) in right.enumerated() {
                let replaced = previous[column] + (byte == other ? 0 : 1)
                current.append(min(replaced, previous[column + 1] + 1, current[column] + 1))
            }
            previous = current
        }
        return previous[right.count]
    }
}
