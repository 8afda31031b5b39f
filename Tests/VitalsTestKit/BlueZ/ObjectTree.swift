import VitalsSystemd

/// The objects of a service on the bus: interfaces by path, properties by interface.
struct ObjectTree {
    typealias Properties = [String: BusValue]

    private(set) var objects: [String: [String: Properties]] = [:]

    var isEmpty: Bool { objects.isEmpty }

    func has(_ path: String, _ interface: String) -> Bool { objects[path]?[interface] != nil }

    func properties(_ path: String, _ interface: String) -> Properties? { objects[path]?[interface] }

    /// The paths of an object and all below it, the deepest first.
    func paths(below path: String) -> [String] {
        objects.keys.filter { $0 == path || $0.hasPrefix(path + "/") }.sorted(by: >)
    }

    mutating func set(_ path: String, _ interface: String, _ properties: Properties) {
        objects[path, default: [:]][interface] = properties
    }

    mutating func change(_ path: String, _ interface: String, _ changes: Properties, without removed: [String] = []) {
        objects[path]?[interface]?.merge(changes) { $1 }
        for name in removed { objects[path]?[interface]?[name] = nil }
    }

    mutating func remove(_ path: String, _ interface: String) {
        objects[path]?[interface] = nil
        if objects[path]?.isEmpty == true { objects[path] = nil }
    }

    mutating func remove(_ path: String) { objects[path] = nil }

    /// `a{sa{sv}}` of one object.
    static func interfaces(_ interfaces: [String: Properties]) -> BusValue {
        .dictionary(
            interfaces.sorted { $0.key < $1.key }.map {
                BusEntry(key: .string($0.key), value: .properties($0.value))
            }, key: "s", value: "a{sv}")
    }

    /// `a{oa{sa{sv}}}`, as `GetManagedObjects` answers.
    var managed: BusValue {
        .dictionary(
            objects.sorted { $0.key < $1.key }.map {
                BusEntry(key: .objectPath($0.key), value: Self.interfaces($0.value))
            }, key: "o", value: "a{sa{sv}}")
    }
}
