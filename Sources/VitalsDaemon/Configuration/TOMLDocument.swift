internal import CTOMLGuard
internal import TOMLKit
public import VitalsJSON

/// A parsed TOML file: its values, and the lines on which they stand.
///
/// TOMLKit gives positions for syntax errors only, so the line of a key is found again in the text, by the table that
/// it stands in and its name.
public struct TOMLDocument: Sendable {
    /// What to call the file in errors.
    public let file: String
    /// The root table. Dates and times read as strings.
    public let root: JSONValue

    private let lines: [Substring]

    /// Parses TOML text. A file that is no TOML is a `ConfigurationError` with the line.
    public init(file: String, text: String) throws(ConfigurationError) {
        self.file = file
        lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        if let line = Self.unanswered(text) {
            throw ConfigurationError(
                file: file, line: line,
                message: "this is not TOML: a table's name, a key or a value on this line is not written as TOML asks")
        }
        do {
            let table = try TOMLTable(string: text)
            root = try JSONParser.parse(Array(table.convert(to: .json).utf8))
        } catch let error as TOMLParseError {
            throw ConfigurationError(
                file: file, line: error.source.begin.line, message: "this is not TOML: \(error.description)")
        } catch {
            throw ConfigurationError(file: file, line: nil, message: "this is not TOML: \(error)")
        }
    }

    /// The line, from 1, at which the parser would end the process instead of answering, or nil.
    ///
    /// It reads its text once, from the front: the line is the last one of the shortest text that it cannot answer.
    private static func unanswered(_ text: String) -> Int? {
        // C text ends at its first NUL: what stands behind would be left out without a word.
        let lines = text.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        if let line = lines.firstIndex(where: { $0.contains(0) }) { return line + 1 }
        guard unsafe !vitals_toml_has_answer(text) else { return nil }
        var answered = 0
        var count = lines.count
        while count - answered > 1 {
            let half = answered + (count - answered) / 2
            let end = lines[half - 1].endIndex
            if unsafe vitals_toml_has_answer(String(text[..<end])) { answered = half } else { count = half }
        }
        return count
    }

    /// An error about the value at `path`, with its line.
    public func error(at path: [PathElement], _ message: String) -> ConfigurationError {
        ConfigurationError(file: file, line: line(of: path), message: message)
    }

    /// A step from a table to a member, or from an array of tables to one of them.
    public enum PathElement: Hashable, Sendable {
        /// The member of that name.
        case name(String)
        /// The table at that place of an array, from 0.
        case index(Int)
    }

    /// The line, from 1, of the last element of the path that stands in the text.
    public func line(of path: [PathElement]) -> Int? {
        var table: [PathElement] = []
        var counts: [String: Int] = [:]
        var best: (depth: Int, line: Int)?
        for (index, raw) in lines.enumerated() {
            let line = raw.drop { $0 == " " || $0 == "\t" }
            if line.hasPrefix("[[") {
                let name = Self.keys(line.dropFirst(2))
                let joined = name.joined(separator: ".")
                counts[joined, default: -1] += 1
                table = name.map { .name($0) } + [.index(counts[joined] ?? 0)]
            } else if line.hasPrefix("[") {
                table = Self.keys(line.dropFirst()).map { .name($0) }
            } else if let equals = line.firstIndex(of: "="), !line.hasPrefix("#") {
                let full = table + Self.keys(line[..<equals]).map { .name($0) }
                note(full, index + 1, path, &best)
                continue
            } else {
                continue
            }
            note(table, index + 1, path, &best)
        }
        return best?.line
    }

    private func note(
        _ found: [PathElement], _ line: Int, _ path: [PathElement], _ best: inout (depth: Int, line: Int)?
    ) {
        // The first line that names the most of the path, and nothing beside it.
        guard found.count <= path.count, path.starts(with: found), found.count > best?.depth ?? 0 else { return }
        best = (found.count, line)
    }

    private static func keys(_ text: some StringProtocol) -> [String] {
        let end = text.firstIndex(of: "]") ?? text.endIndex
        let edges: Set<Character> = [" ", "\t", "\"", "'"]
        return text[..<end].split(separator: ".").map { part in String(part).trimmed(edges) }
    }
}

extension String {
    fileprivate func trimmed(_ edges: Set<Character>) -> String {
        let start = drop { edges.contains($0) }
        guard let last = start.lastIndex(where: { !edges.contains($0) }) else { return "" }
        return String(start[...last])
    }
}
