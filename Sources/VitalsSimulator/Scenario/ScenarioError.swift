/// What is wrong with a scenario, at which key, and what is allowed there.
public struct ScenarioError: Error, Hashable, Sendable {
    /// The path of the key, such as `sensor[0].heart.heart_rate`; arrays count from 0.
    public let key: String
    /// What is wrong, and what is allowed.
    public let message: String

    /// An error at a key.
    public init(key: String, message: String) {
        self.key = key
        self.message = message
    }
}

extension ScenarioError: CustomStringConvertible {
    /// The key, then the message.
    public var description: String { "\(key): \(message)" }
}

/// Decoding with errors that name the key: some decoders report a value of the wrong type as a missing key.
extension KeyedDecodingContainer {
    /// The value of `key`, or nil when it is absent; `expected` says in an error what belongs there.
    func value<Value: Decodable>(_ type: Value.Type, _ key: Key, expected: String) throws -> Value? {
        guard contains(key) else { return nil }
        do {
            return try decode(type, forKey: key)
        } catch let error as ScenarioError {
            throw error
        } catch {
            throw ScenarioError(key: path(of: key), message: "\(expected) is expected")
        }
    }

    /// A number, or `fallback` when the key is absent.
    func number(_ key: Key, _ fallback: ScenarioNumber) throws -> ScenarioNumber {
        try value(ScenarioNumber.self, key, expected: Expected.number) ?? fallback
    }

    /// A whole number, or `fallback` when the key is absent.
    func whole(_ key: Key, _ fallback: Int64) throws -> Int64 {
        try value(Int64.self, key, expected: "a whole number") ?? fallback
    }

    /// A length of time, or `fallback` when the key is absent.
    func span(_ key: Key, _ fallback: ScenarioSpan) throws -> ScenarioSpan {
        try value(ScenarioSpan.self, key, expected: Expected.span) ?? fallback
    }

    /// A truth value, or `fallback` when the key is absent.
    func flag(_ key: Key, _ fallback: Bool) throws -> Bool {
        try value(Bool.self, key, expected: "true or false") ?? fallback
    }

    /// A text, or nil when the key is absent.
    func text(_ key: Key) throws -> String? { try value(String.self, key, expected: "a text") }

    /// One of the names of an enumeration, or nil when the key is absent.
    func choice<Choice: CaseIterable & RawRepresentable>(_ type: Choice.Type, _ key: Key) throws -> Choice?
    where Choice.RawValue == String {
        guard let name = try text(key) else { return nil }
        if let choice = Choice(rawValue: name) { return choice }
        let names = Choice.allCases.map(\.rawValue).joined(separator: ", ")
        throw ScenarioError(key: path(of: key), message: "\"\(name)\" is none of \(names)")
    }

    /// A table, or nil when the key is absent.
    func table<Table: Decodable>(_ type: Table.Type, _ key: Key) throws -> Table? {
        try value(type, key, expected: "a table")
    }

    /// An array of tables, empty when the key is absent.
    func tables<Table: Decodable>(_ type: Table.Type, _ key: Key) throws -> [Table] {
        try value([Table].self, key, expected: "an array of tables ([[\(key.stringValue)]])") ?? []
    }

    /// The path of a key in the notation of `ScenarioError.key`.
    func path(of key: Key) -> String {
        var path = ""
        for step in codingPath + [key] {
            if let index = step.intValue {
                path += "[\(index)]"
            } else {
                path += (path.isEmpty ? "" : ".") + step.stringValue
            }
        }
        return path
    }
}

/// What an error says is expected.
enum Expected {
    static let number = "a number with at most three decimals"
    static let span = "a time in seconds (90, 1.5) or with units (\"40m\", \"1h30m\", \"250ms\")"
}
