import VitalsJSON
import VitalsModel

extension EngineConfiguration {
    /// The configuration as one JSON object with sorted members: the same configuration is always the same bytes.
    ///
    /// Members are found by reflection, so that a setting that a detector gains cannot be forgotten here.
    public var json: [UInt8] {
        var json = JSONWriter()
        json.object { json in
            json.member("blockSeconds", blockSeconds)
            json.name("sensors")
            json.object { json in
                for (sensor, configuration) in sensors.sorted(by: { $0.key < $1.key }) {
                    json.name(sensor.description)
                    json.reflect(configuration)
                }
            }
            json.name("standard")
            json.reflect(standard)
        }
        return json.bytes
    }
}

extension JSONWriter {
    /// A value of numbers, truths, texts, optionals, plain enumerations and structures of these.
    fileprivate mutating func reflect(_ value: Any) {
        if let number = value as? any BinaryInteger {
            self.number("\(number)")
        } else if let truth = value as? Bool {
            self.value(truth)
        } else if let text = value as? String {
            self.value(text)
        } else {
            reflectParts(of: Mirror(reflecting: value), value)
        }
    }

    private mutating func reflectParts(of mirror: Mirror, _ value: Any) {
        switch mirror.displayStyle {
        case .optional:
            if let child = mirror.children.first { reflect(child.value) } else { null() }
        case .collection:
            array { json in for child in mirror.children { json.reflect(child.value) } }
        case .enum where mirror.children.isEmpty:
            self.value(String(describing: value))
        default:
            let members = mirror.children.map { ($0.label ?? "", $0.value) }
            object { json in
                for (name, value) in members.sorted(by: { $0.0.utf8.lexicographicallyPrecedes($1.0.utf8) }) {
                    json.name(name)
                    json.reflect(value)
                }
            }
        }
    }
}
