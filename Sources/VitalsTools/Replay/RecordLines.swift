import Crypto
import VitalsCore
import VitalsJSON
import VitalsModel

/// Record lines on their way out: as text, or as their digest alone.
///
/// The digest is the SHA-256 of the record lines, each with the line feed at its end, in order, and of nothing else:
/// trace lines are never in it. So it is the same number for a replay, for the daemon's journal and for `journal
/// export`.
struct RecordLines {
    private var json = JSONWriter()
    private var hash: SHA256?
    private let output: (any ByteOutput)?

    /// Lines as text.
    init(to output: any ByteOutput) {
        self.output = output
        hash = nil
    }

    /// The digest of the lines, without the lines.
    init() {
        output = nil
        hash = SHA256()
    }

    /// Adds the line of a record.
    mutating func write(_ record: Record) throws {
        try RecordLine.write(record, to: &json)
        if json.bytes.count >= VitalsToolsLimits.outputBytes { try flush() }
    }

    /// Adds a line of the evaluation trace, which a digest leaves out.
    mutating func write(trace line: [UInt8]) throws {
        guard output != nil else { return }
        json.raw(line)
        json.endLine()
        if json.bytes.count >= VitalsToolsLimits.outputBytes { try flush() }
    }

    /// Writes what gathered.
    mutating func flush() throws {
        guard !json.bytes.isEmpty else { return }
        hash?.update(data: json.bytes)
        try output?.write(json.bytes)
        json.removeAll()
    }

    /// The digest of everything so far, 64 hexadecimal digits; nil when lines were wanted.
    mutating func digest() throws -> String? {
        try flush()
        return hash.map { Hex.string($0.finalize()) }
    }
}
