import VitalsCore
import VitalsDaemon

/// A record as people write it down: its sequence, or `EPOCH:SEQUENCE` as it stands in publications.
struct RecordReference: Hashable, Sendable {
    /// The journal that it belongs to; nil when only the sequence was written.
    let epoch: String?
    /// Its place in the journal, from 1.
    let sequence: UInt64

    /// Reads a reference.
    ///
    /// - Throws: `ToolError` when the text is none.
    init(_ text: String) throws {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count <= 2, let sequence = parts.last.flatMap({ UInt64($0) }), sequence > 0,
            parts.count == 1 || !parts[0].isEmpty
        else {
            throw ToolError(
                "'\(text.printable)'", "names no record",
                remedy: "give its sequence, or EPOCH:SEQUENCE as it was published", status: ExitStatus.usage)
        }
        epoch = parts.count == 2 ? String(parts[0]) : nil
        self.sequence = sequence
    }
}
