import VitalsJSON

/// The members of an object, each of which must be used.
struct MemberReader {
    private let subject: String
    private var members: [JSONValue.Member]

    /// The members of `value`, which the messages call `subject`.
    init(_ value: JSONValue, subject: String) throws(LineFault) {
        guard case .object(let members) = value else {
            throw LineFault("\(subject) is no JSON object", remedy: "write {…} with the members of the format")
        }
        self.subject = subject
        self.members = members
    }

    /// Whether a member is there.
    func has(_ name: String) -> Bool { members.contains { $0.name == name } }

    /// Takes a member that may be absent.
    mutating func optional(_ name: String) -> JSONValue? {
        guard let index = members.firstIndex(where: { $0.name == name }) else { return nil }
        return members.remove(at: index).value
    }

    /// Takes a member and makes something of it.
    mutating func take<Value>(
        _ name: String, _ expectation: String, _ make: (JSONValue) -> Value?
    ) throws(LineFault) -> Value {
        guard let member = optional(name) else {
            throw LineFault("the member '\(name)' of \(subject) is missing", remedy: "add it: \(expectation)")
        }
        guard let value = make(member) else {
            throw LineFault("the member '\(name)' of \(subject) is not valid", remedy: "write \(expectation)")
        }
        return value
    }

    /// Refuses what was not taken.
    func finish() throws(LineFault) {
        guard let name = members.first?.name else { return }
        let shown = name.prefix(VitalsCaptureLimits.quotedCharactersMax)
        throw LineFault("\(subject) has no member '\(shown)'", remedy: "remove it, or correct its name")
    }
}
