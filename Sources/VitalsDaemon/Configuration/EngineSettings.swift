import VitalsJSON
import VitalsModel

/// The settings that decide what the engine records, as a configuration file of their own.
///
/// The text stands in the record with which a run begins, so that a journal can be judged again without the file that its
/// daemon had. It holds what differs from the defaults and nothing that names a person, a host or a secret: sensors of
/// one subject share a number in it.
struct EngineSettings {
    private var lines: [String] = []
    private var sensors: [SensorAddress: [String]] = [:]

    /// Empty for the defaults.
    var text: String {
        let tables = sensors.sorted { $0.key < $1.key }.flatMap(\.value)
        return (lines + tables).map { $0 + "\n" }.joined()
    }

    /// Takes the tables of the file that apply to every sensor.
    init(_ reader: ConfigurationReader) {
        var table = ""
        for setting in Settings.all where Self.decides(setting) {
            guard let value = reader.line(of: setting, unless: setting.defaultText) else { continue }
            if setting.table != table { lines.append("[\(setting.table)]") }
            table = setting.table
            lines.append(value)
        }
    }

    /// Takes a `[[sensor]]` table. Every sensor that has one is in the configuration, even if it changes nothing.
    mutating func add(_ sensor: SensorAddress, _ reader: ConfigurationReader) {
        let table = ["[[sensor]]", "address = \"\(sensor)\""]
        sensors[sensor] = table + Settings.sensor.filter(\.isOverride).compactMap { reader.line(of: $0, unless: nil) }
    }

    /// Notes whom a sensor is on.
    mutating func add(subject: Int, to sensor: SensorAddress) { sensors[sensor]?.append("subject = \"\(subject)\"") }

    private static func decides(_ setting: Setting) -> Bool {
        setting.table.hasPrefix("detection.") || setting.path == "journal.block_seconds"
    }
}

extension Setting {
    /// The default as it would stand in a file.
    fileprivate var defaultText: String {
        switch kind {
        case .text(let text, _), .choice(let text, _): "\"\(text)\""
        case .integer(let number, _, _): "\(number)"
        case .decimal(let number, _, _): "\(number)"
        case .truth(let truth): "\(truth)"
        case .texts: "[]"
        }
    }

    /// Whether it is a key of `[[sensor]]` that stands for one under `detection`.
    fileprivate var isOverride: Bool { name.hasPrefix("heart_rate_") || name.hasPrefix("spo2_") }
}

extension ConfigurationReader {
    /// The key with its value, where the file sets it to something else than this text.
    fileprivate func line(of setting: Setting, unless text: String?) -> String? {
        guard isSet(setting.path) else { return nil }
        let value: String
        switch setting.kind {
        case .text, .choice: value = "\"\(self.text(setting.path))\""
        case .integer: value = "\(integer(setting.path))"
        case .decimal: value = "\(decimal(setting.path))"
        case .truth: value = "\(truth(setting.path))"
        case .texts: return nil
        }
        return value == text ? nil : "\(setting.name) = \(value)"
    }
}
