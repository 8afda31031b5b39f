/// Which signals are wanted (D-Bus specification, Match Rules). What is nil matches everything.
public struct BusMatch: Hashable, Sendable {
    /// The sender's name. A well-known name is matched by the bus alone: whoever must be sure compares the signal's
    /// unique name with the owner's, since anybody can send a signal to anybody directly.
    public var sender: String?
    /// The object.
    public var path: String?
    /// The object, or any below it.
    public var pathNamespace: String?
    /// The interface of the signal.
    public var interface: String?
    /// The signal.
    public var member: String?
    /// The first argument, a string.
    public var arg0: String?

    /// A match.
    public init(
        sender: String? = nil, path: String? = nil, pathNamespace: String? = nil, interface: String? = nil,
        member: String? = nil, arg0: String? = nil
    ) {
        self.sender = sender
        self.path = path
        self.pathNamespace = pathNamespace
        self.interface = interface
        self.member = member
        self.arg0 = arg0
    }

    /// A name on the bus gets another owner, or none.
    public static func ownerChange(of name: String) -> BusMatch {
        BusMatch(
            sender: "org.freedesktop.DBus", path: "/org/freedesktop/DBus", interface: "org.freedesktop.DBus",
            member: "NameOwnerChanged", arg0: name)
    }

    /// The rule as the bus reads it. An apostrophe would end a quotation; sd-bus and the bus read its escape differently.
    var rule: String {
        get throws(BusError) {
            let parts: [(String, String?)] = [
                ("sender", sender), ("path", path), ("path_namespace", pathNamespace), ("interface", interface),
                ("member", member), ("arg0", arg0),
            ]
            var rule = "type='signal'"
            for case (let key, let value?) in parts {
                guard !value.utf8.contains(UInt8(ascii: "'")) else {
                    throw BusError(name: BusError.invalidArguments, message: "a match cannot hold an apostrophe")
                }
                rule += ",\(key)='\(value)'"
            }
            return rule
        }
    }
}
