// Embedded Swift has no string processing. This file stands beside the core's sources where they are compiled for Arm.

extension String {
    /// Whether a text stands in this one.
    func contains(_ other: String) -> Bool {
        let (text, part) = (Array(utf8), Array(other.utf8))
        guard part.count <= text.count else { return false }
        return (0...text.count - part.count).contains { start in
            text[start..<start + part.count].elementsEqual(part)
        }
    }
}
