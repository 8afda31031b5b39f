import VitalsModel

/// Something that must never happen, and did.
public struct Violation: Hashable, Sendable {
    /// Which promise it breaks, `I1` to `I9` (docs/simulation.md).
    public let invariant: String
    /// When, in true microseconds since the world began.
    public let time: Int64
    /// What was found.
    public let text: String

    /// The time as people read it: `00:12:34.567`.
    public var clock: String { Self.clock(time) }

    static func clock(_ time: Int64) -> String {
        func two(_ number: Int64) -> String { number < 10 ? "0\(number)" : "\(number)" }
        let milliseconds = time / 1_000
        let rest = milliseconds % 1_000
        let padding = rest < 10 ? "00" : rest < 100 ? "0" : ""
        return "\(two(milliseconds / 3_600_000)):\(two(milliseconds / 60_000 % 60)):\(two(milliseconds / 1_000 % 60))"
            + ".\(padding)\(rest)"
    }
}
