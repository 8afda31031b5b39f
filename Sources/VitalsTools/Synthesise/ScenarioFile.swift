import Foundation
import VitalsDaemon
import VitalsJSON
public import VitalsSimulator

/// Reads a scenario from a TOML file. Every fault is a `ConfigurationError` with its line, and an unknown key comes
/// with the nearest known one.
public enum ScenarioFile {
    /// Reads a file.
    public static func read(_ path: String) throws -> Scenario {
        guard let data = FileManager.default.contents(atPath: path), data.count <= VitalsToolsLimits.scenarioBytesMax,
            let text = String(data: data, encoding: .utf8)
        else {
            throw ConfigurationError(
                file: path, line: nil,
                message: "cannot be read; check the path and its permissions, and that it is UTF-8 text")
        }
        return try parse(text, file: path)
    }

    /// Reads the text of a file.
    static func parse(_ text: String, file: String) throws -> Scenario {
        let document = try TOMLDocument(file: file, text: text)
        let lines = ScenarioLines(text)
        try refuseUnknownKeys(document.root, [], file, lines)
        var json = JSONWriter()
        json.value(document.root)
        do {
            let scenario = try JSONDecoder().decode(Scenario.self, from: Data(json.bytes))
            try scenario.validate()
            return scenario
        } catch let error as ScenarioError {
            throw ConfigurationError(
                file: file, line: lines.line(of: ScenarioLines.path(error.key)), message: error.description)
        } catch {
            throw ConfigurationError(
                file: file, line: nil, message: "this is no scenario; see docs/simulator.md for its keys")
        }
    }

    private static func refuseUnknownKeys(
        _ value: JSONValue, _ path: [ScenarioLines.Step], _ file: String, _ lines: ScenarioLines
    ) throws(ConfigurationError) {
        if case .array(let elements) = value {
            for (index, element) in elements.enumerated() {
                try refuseUnknownKeys(element, path + [.index(index)], file, lines)
            }
        }
        guard case .object(let members) = value else { return }
        let table = path.compactMap(\.name).joined(separator: ".")
        // A table that is itself unknown was refused as a key of the one around it.
        let known = Scenario.knownKeys[table] ?? []
        for member in members {
            let inner = path + [.name(member.name)]
            guard known.contains(member.name) else {
                let hint =
                    NearestName.of(member.name, among: known).map { "did you mean '\($0)'?" }
                    ?? "known here: \(known.joined(separator: ", "))"
                throw ConfigurationError(
                    file: file, line: lines.line(of: inner), message: "unknown key '\(member.name)'; \(hint)")
            }
            try refuseUnknownKeys(member.value, inner, file, lines)
        }
    }
}
