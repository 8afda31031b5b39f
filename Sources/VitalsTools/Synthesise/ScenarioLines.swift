/// The lines on which the keys of a TOML text stand, tables inside arrays of tables included: the parser tells
/// positions of syntax errors only.
struct ScenarioLines {
    /// A step from a table to a member, or from an array of tables to one of them.
    enum Step: Hashable {
        /// The member of that name.
        case name(String)
        /// The table at that place of an array, from 0.
        case index(Int)

        /// The name, if it is one.
        var name: String? {
            if case .name(let name) = self { name } else { nil }
        }
    }

    private var lines: [[Step]: Int] = [:]

    /// Finds every key and table of a text that is known to be TOML. What stands inside a text of several lines may
    /// look like a key; then the first line of that name counts.
    init(_ text: String) {
        var table: [Step] = []
        var counts: [[Step]: Int] = [:]
        for (index, raw) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            let line = raw.drop { $0 == " " || $0 == "\t" }
            var path: [Step]
            if line.hasPrefix("[") {
                let isArray = line.hasPrefix("[[")
                let names = Self.names(line.dropFirst(isArray ? 2 : 1).prefix { $0 != "]" })
                path = []
                for (depth, name) in names.enumerated() {
                    path.append(.name(name))
                    if isArray && depth == names.count - 1 { counts[path, default: -1] += 1 }
                    if let count = counts[path] { path.append(.index(count)) }
                }
                table = path
            } else if let equals = line.firstIndex(of: "="), !line.hasPrefix("#") {
                path = table + Self.names(line[..<equals]).map { .name($0) }
            } else {
                continue
            }
            // The table's own line stands for it, and for the array that it belongs to.
            while !path.isEmpty {
                if lines[path] == nil { lines[path] = index + 1 }
                path.removeLast()
            }
        }
    }

    /// The line, from 1, of the longest beginning of the path that stands in the text.
    func line(of path: [Step]) -> Int? {
        var path = path
        while !path.isEmpty {
            if let line = lines[path] { return line }
            path.removeLast()
        }
        return nil
    }

    /// The path of a key as `ScenarioError.key` writes it: `sensor[0].heart.heart_rate`.
    static func path(_ key: String) -> [Step] {
        key.split(separator: ".").flatMap { part -> [Step] in
            guard let bracket = part.firstIndex(of: "["), let index = Int(part[bracket...].dropFirst().dropLast())
            else { return [.name(String(part))] }
            return [.name(String(part[..<bracket])), .index(index)]
        }
    }

    private static func names(_ text: some StringProtocol) -> [String] {
        text.split(separator: ".").map { part in String(part.filter { !" \t\"'".contains($0) }) }
    }
}
