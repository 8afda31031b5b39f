import VitalsCore
import VitalsDaemon
import VitalsModel

/// Which records of a journal are wanted.
public struct RecordFilter: Sendable {
    let sequences: ClosedRange<UInt64>
    private let kinds: Set<RecordKind>
    private let since: WallTime?
    private let until: WallTime?

    /// A filter.
    ///
    /// - Parameters:
    ///   - from: The first sequence.
    ///   - to: The last one.
    ///   - kinds: Names of kinds; none for all.
    ///   - since: RFC 3339; the first wall time.
    ///   - until: RFC 3339; the wall time behind the last.
    /// - Throws: `ToolError` for a range without records, a kind that there is not, or a time that is none.
    public init(from: UInt64, to: UInt64, kinds: [String], since: String?, until: String?) throws {
        guard from <= to else {
            throw ToolError(
                "--to", "\(to) lies before \(from)", remedy: "give a sequence from --from on", status: ExitStatus.usage)
        }
        sequences = from...to
        self.kinds = try Set(kinds.map { try Self.kind($0) })
        self.since = try since.map { try Self.time($0, of: "--since") }
        self.until = try until.map { try Self.time($0, of: "--until") }
    }

    func takes(_ record: Record) -> Bool {
        guard sequences.contains(record.sequence), kinds.isEmpty || kinds.contains(record.kind) else { return false }
        if let since, record.stamp.wall < since { return false }
        if let until, record.stamp.wall >= until { return false }
        return true
    }

    private static func kind(_ name: String) throws -> RecordKind {
        if let kind = RecordKind.allCases.first(where: { $0.name == name }) { return kind }
        let names = RecordKind.allCases.map(\.name).joined(separator: ", ")
        throw ToolError(
            "--kind", "'\(name)' is no kind of record", remedy: "give one of \(names)", status: ExitStatus.usage)
    }

    private static func time(_ text: String, of option: String) throws -> WallTime {
        if let time = WallTime(rfc3339: text) { return time }
        throw ToolError(
            option, "'\(text)' is no time", remedy: "give one such as 2026-11-21T07:30:00Z", status: ExitStatus.usage)
    }
}
