/// Writes `config/vitalsd.toml` from the schema: every key, commented out, with what it does, its default and its unit.
public enum ConfigurationTemplate {
    /// The text of the file.
    public static var text: String {
        var lines = [
            "# Configuration of vitalsd. Every key is shown with its default; remove the '#' to change one.",
            "# A key that is not known is an error. `vitalsd --config FILE --check` reads a file and stops.",
        ]
        for table in Settings.tables {
            lines.append("")
            lines += table.comment.map { "# \($0)" }
            lines.append("[\(table.name)]")
            for setting in Settings.all where setting.table == table.name {
                lines += [""] + setting.comment.map { "# \($0)" }
                lines.append("#" + setting.line)
            }
        }
        lines.append("")
        lines += Settings.sensorComment.map { "# \($0)" }
        lines += [
            "#", "#[[sensor]]", "#address = \"C0:00:00:00:00:01\"", "#heart_rate_low = 35", "#spo2_low = 88",
        ]
        for setting in Settings.sensor where Settings.linkNames.contains(setting.name) {
            lines += ["#"] + setting.comment.map { "# \($0)" } + ["#" + setting.line]
        }
        return lines.joined(separator: "\n") + "\n"
    }
}

extension Setting {
    /// The key with its default and, where it has one, its unit and range.
    fileprivate var line: String {
        switch kind {
        case .text(let text, _): return "\(name) = \"\(text)\""
        case .integer(let number, let range, let unit):
            let suffix = unit.isEmpty ? "" : "\(unit), "
            return "\(name) = \(number)  # \(suffix)\(range.lowerBound) to \(range.upperBound)"
        case .decimal(let number, let range, let unit):
            return "\(name) = \(number)  # \(unit), \(Int(range.lowerBound)) to \(Int(range.upperBound))"
        case .truth(let truth): return "\(name) = \(truth)"
        case .texts(let example, _):
            return "\(name) = []  # such as [\(example.map { "\"\($0)\"" }.joined(separator: ", "))]"
        case .choice(let text, let names):
            return "\(name) = \"\(text)\"" + (names.count > 1 ? "  # \(names.joined(separator: ", "))" : "")
        }
    }
}
