import VitalsJSON
import VitalsModel

/// Reads one table of a configuration against its settings: unknown keys, wrong types and values out of range are errors
/// with their line.
struct ConfigurationReader {
    private let document: TOMLDocument
    private let prefix: [TOMLDocument.PathElement]
    private let values: [String: JSONValue]

    /// The whole file, without `[[sensor]]`.
    init(_ document: TOMLDocument) throws(ConfigurationError) {
        self.document = document
        prefix = []
        var values: [String: JSONValue] = [:]
        try Self.flatten(document.root, [], document, &values)
        values["sensor"] = nil
        self.values = values
        try check(Settings.all)
    }

    /// One `[[sensor]]` table.
    init(_ document: TOMLDocument, sensor index: Int, _ table: JSONValue) throws(ConfigurationError) {
        self.document = document
        prefix = [.name("sensor"), .index(index)]
        guard case .object(let members) = table else {
            throw document.error(at: prefix, "a sensor is a table: write [[sensor]] and its keys below it")
        }
        values = Dictionary(members.map { ("sensor." + $0.name, $0.value) }) { $1 }
        try check(Settings.sensor)
    }

    private static func flatten(
        _ value: JSONValue, _ path: [String], _ document: TOMLDocument, _ values: inout [String: JSONValue]
    ) throws(ConfigurationError) {
        guard case .object(let members) = value else { return }
        for member in members {
            let inner = path + [member.name]
            let dotted = inner.joined(separator: ".")
            if case .object = member.value {
                guard Settings.tables.contains(where: { $0.name == dotted || $0.name.hasPrefix(dotted + ".") }) else {
                    let nearest = NearestName.of(dotted, among: Settings.tables.map(\.name))
                    throw document.error(
                        at: inner.map { .name($0) },
                        "there is no table [\(dotted)]" + (nearest.map { "; did you mean [\($0)]?" } ?? ""))
                }
                try flatten(member.value, inner, document, &values)
            } else {
                values[dotted] = member.value
            }
        }
    }

    private func path(_ dotted: String) -> [TOMLDocument.PathElement] {
        let names = dotted.split(separator: ".").map { TOMLDocument.PathElement.name(String($0)) }
        return prefix.isEmpty ? names : prefix + names.dropFirst()
    }

    private func check(_ settings: [Setting]) throws(ConfigurationError) {
        for name in values.keys.sorted() where !settings.contains(where: { $0.path == name }) {
            let table = name.split(separator: ".").dropLast().joined(separator: ".")
            let siblings = settings.filter { $0.table == table }.map(\.name)
            let own = String(name.split(separator: ".").last ?? "")
            let hint: String
            if let nearest = NearestName.of(own, among: siblings) {
                hint = "; did you mean '\(nearest)'?"
            } else if siblings.isEmpty {
                hint = "; it needs a table, such as [\(Settings.tables[0].name)]"
            } else {
                hint = "; known here: \(siblings.sorted().joined(separator: ", "))"
            }
            throw document.error(at: path(name), "unknown key '\(own)'" + hint)
        }
        for setting in settings { try check(setting) }
    }

    private func check(_ setting: Setting) throws(ConfigurationError) {
        guard let value = values[setting.path] else { return }
        func refuse(_ expected: String) -> ConfigurationError {
            document.error(at: path(setting.path), "'\(setting.name)' \(expected)")
        }
        switch setting.kind {
        case .text(_, let rule):
            guard let text = value.string else { throw refuse("must be a string in quotes") }
            if let expected = rule.expectation(of: text) { throw refuse(expected) }
        case .integer(_, let range, let unit):
            guard let number = value.number?.integer, range.contains(Int(number)) else {
                let suffix = unit.isEmpty ? "" : " (\(unit))"
                throw refuse("must be a whole number from \(range.lowerBound) to \(range.upperBound)\(suffix)")
            }
        case .decimal(_, let range, let unit):
            guard let number = value.number.flatMap({ Double($0.text) }), range.contains(number) else {
                throw refuse("must be a number from \(range.lowerBound) to \(range.upperBound) (\(unit))")
            }
        case .truth:
            guard value.bool != nil else { throw refuse("must be true or false") }
        case .texts(_, let rule):
            guard let texts = value.array?.map(\.string) else { throw refuse("must be a list such as [\"a\", \"b\"]") }
            for text in texts {
                guard let text else { throw refuse("must hold strings in quotes") }
                if let expected = rule.expectation(of: text) { throw refuse("holds \"\(text)\", which " + expected) }
            }
        case .choice(_, let names):
            guard let text = value.string, names.contains(text) else {
                throw refuse("must be one of \(names.map { "\"\($0)\"" }.joined(separator: ", "))")
            }
        }
    }

    /// Whether the file sets the key.
    func isSet(_ dotted: String) -> Bool { values[dotted] != nil }

    /// An error about a key.
    func error(at dotted: String, _ message: String) -> ConfigurationError {
        document.error(at: path(dotted), message)
    }

    /// The text of a key, or its default.
    func text(_ dotted: String) -> String {
        if let value = values[dotted]?.string { return value }
        switch setting(dotted).kind {
        case .text(let text, _), .choice(let text, _): return text
        default: preconditionFailure("\(dotted) is no text")
        }
    }

    /// The texts of a key's list; none by default.
    func texts(_ dotted: String) -> [String] { values[dotted]?.array?.compactMap(\.string) ?? [] }

    /// The whole number of a key, or its default.
    func integer(_ dotted: String) -> Int {
        guard case .integer(let standard, _, _) = setting(dotted).kind else {
            preconditionFailure("\(dotted) is no integer")
        }
        return values[dotted]?.number?.integer.map { Int($0) } ?? standard
    }

    /// The number of a key, or its default.
    func decimal(_ dotted: String) -> Double {
        guard case .decimal(let standard, _, _) = setting(dotted).kind else {
            preconditionFailure("\(dotted) is no decimal")
        }
        return values[dotted]?.number.flatMap { Double($0.text) } ?? standard
    }

    /// The truth of a key, or its default.
    func truth(_ dotted: String) -> Bool {
        guard case .truth(let standard) = setting(dotted).kind else { preconditionFailure("\(dotted) is no truth") }
        return values[dotted]?.bool ?? standard
    }

    private func setting(_ dotted: String) -> Setting {
        let settings = prefix.isEmpty ? Settings.all : Settings.sensor
        guard let setting = settings.first(where: { $0.path == dotted }) else {
            preconditionFailure("\(dotted) is no setting")
        }
        return setting
    }
}
