import CProbe

/// The probe's arguments.
enum Environment {
    /// A variable; empty when it is not set.
    static func text(_ name: String) -> String { unsafe getenv(name).map { unsafe String(cString: $0) } ?? "" }

    /// A variable that is a number.
    static func number(_ name: String) -> Int? { Int(text(name)) }

    /// A variable that lists files, with colons between them.
    static func files(_ name: String) -> [String] { text(name).split(separator: ":").map { String($0) } }
}
