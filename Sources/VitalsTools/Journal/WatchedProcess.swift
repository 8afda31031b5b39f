import Foundation

/// A process whose end is waited for.
struct WatchedProcess {
    private let file: String
    private let began: Substring?

    /// The process that has this number now.
    init(_ number: Int32) {
        file = "/proc/\(number)/stat"
        began = Self.fields(file)?.began
    }

    /// Whether it has ended. One that waits for its parent to ask has, and a number that went to another process is not
    /// this one.
    var isGone: Bool {
        guard let fields = Self.fields(file) else { return true }
        return fields.state == "Z" || fields.state == "X" || fields.began != began
    }

    /// The state and the time of the start, proc_pid_stat(5). The name before them may hold anything, in parentheses.
    private static func fields(_ file: String) -> (state: Substring, began: Substring)? {
        guard let text = try? String(contentsOfFile: file, encoding: .utf8), let end = text.lastIndex(of: ")") else {
            return nil
        }
        let fields = text[text.index(after: end)...].split(separator: " ")
        // Fields 3 and 22, counted from the one behind the name.
        guard fields.count > 19 else { return nil }
        return (fields[0], fields[19])
    }
}
