import VitalsCore
import VitalsDaemon
import VitalsModel
public import VitalsStore

/// What `vitalsctl journal` reads from a journal. None of it changes the file, and all of it works while the daemon
/// writes.
public struct JournalCommands {
    private let path: String
    private let reader: JournalReader
    private let progress: ProgressLine?

    /// Opens a journal.
    public init(
        path: String, protection: JournalProtection = JournalProtection(), progress: ProgressLine? = nil
    ) throws {
        self.path = path
        self.progress = progress
        reader = try JournalReader(path: path, protection: protection)
    }

    /// `20112 records, chain OK, head 5c0e…`, or an error that names the first fault.
    ///
    /// - Parameters:
    ///   - anchor: a head that was kept elsewhere, as `anchor` writes it.
    ///   - checkpoint: a file with a checkpoint that was kept elsewhere.
    ///   - publicKeys: keys that may have signed, in hexadecimal digits.
    public func verify(
        anchor: String? = nil, checkpoint: String? = nil, publicKeys: [String] = [], to output: any ByteOutput
    ) throws {
        let evidence = try VerificationOptions.evidence(anchor: anchor, checkpoint: checkpoint, publicKeys: publicKeys)
        let outcome = try JournalVerifier.verify(reader, evidence)
        let records = Int(clamping: outcome.records).counted("record")
        if let fault = outcome.fault {
            throw ToolError(
                path, "\(fault); \(records) before it \(outcome.records == 1 ? "is" : "are") as written",
                remedy: "keep the file as it is, and go on with a copy or a new path", status: ExitStatus.badInput)
        }
        var words = "\(records), chain OK, head \(Hex.string(outcome.anchor.hash))"
        if outcome.dropped > 0 { words += ", \(outcome.dropped) dropped and accounted for" }
        if outcome.checkpoints > 0 { words += ", \(outcome.checkpoints.counted("checkpoint"))" }
        for signer in outcome.signers { words += ", signed by \(signer)" }
        try output.write(words + "\n")
    }

    /// The last checkpoint as a note, to be kept elsewhere and given to `verify`.
    public func checkpoint(to output: any ByteOutput) throws {
        guard let entry = try reader.lastLedgerEntry(.checkpoint), let last = Checkpoint(entry, of: reader.identity)
        else {
            throw ToolError(
                path, "it has no checkpoint yet", remedy: "the daemon makes one every minute",
                status: ExitStatus.unavailable)
        }
        try output.write(last.signedNote)
    }

    /// The head with its hash in one line, to be kept elsewhere and given to `verify`.
    public func anchor(to output: any ByteOutput) throws { try output.write("\(try reader.anchor)\n") }

    /// The digest of the record lines from a sequence on: what `replay --digest` prints for the same records.
    public func digest(from first: UInt64 = 1, to output: any ByteOutput) throws {
        var lines = RecordLines()
        try walk(from: first) { try lines.write($0) }
        if let digest = try lines.digest() { try output.write(digest + "\n") }
    }

    /// The record lines from a sequence on.
    public func export(from first: UInt64 = 1, to output: any ByteOutput) throws {
        var lines = RecordLines(to: output)
        try flushing(&lines) { lines in
            try walk(from: first, isBesideOutput: true) { try lines.write($0) }
        }
    }

    /// The lines of the records that a filter takes.
    public func export(_ filter: RecordFilter, to output: any ByteOutput) throws {
        var lines = RecordLines(to: output)
        try flushing(&lines) { lines in
            try walk(from: filter.sequences.lowerBound, through: filter.sequences.upperBound, isBesideOutput: true) {
                if filter.takes($0) { try lines.write($0) }
            }
        }
    }

    /// What comes before a record that cannot be read is written, whatever the error.
    private func flushing(_ lines: inout RecordLines, _ body: (inout RecordLines) throws -> Void) throws {
        do {
            try body(&lines)
        } catch {
            try lines.flush()
            throw error
        }
        try lines.flush()
    }

    /// A table of every alarm.
    public func alarms(to output: any ByteOutput) throws {
        var history = AlarmHistory()
        try walk(from: 1) { history.take($0) }
        try output.write(history.text)
    }

    /// How much there is, and in how much space.
    public func statistics(to output: any ByteOutput) throws {
        let statistics = try JournalStatistics(reader)
        try output.write(
            StatisticsReport(
                path: path, identity: reader.identity, created: reader.created, statistics: statistics,
                acknowledged: try reader.acknowledged()
            ).text)
    }

    private func walk(
        from first: UInt64, through last: UInt64 = .max, isBesideOutput: Bool = false,
        _ body: (Record) throws -> Void
    ) throws {
        let progress = progress ?? ProgressLine(isBesideOutput: isBesideOutput)
        defer { progress.clear() }
        try reader.walk(after: first == 0 ? 0 : first - 1, through: last) { record in
            try body(record)
            progress.update { "reading \(path): record \(record.sequence)" }
        }
    }
}
