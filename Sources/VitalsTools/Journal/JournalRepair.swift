import VitalsDaemon
import VitalsModel
public import VitalsStore

/// What `vitalsctl journal` does about a journal's state: check it, salvage it, write it anew, take it back a version.
public struct JournalRepair {
    private let path: String
    private let protection: JournalProtection
    private let progress: ProgressLine

    /// Work on a journal.
    ///
    /// - Parameter protection: The key of a sealed one.
    public init(
        path: String, protection: JournalProtection = JournalProtection(), progress: ProgressLine? = nil
    ) {
        self.path = path
        self.protection = protection
        self.progress = progress ?? ProgressLine(isBesideOutput: true)
    }

    /// One line for each finding, and one at the end; an error when something is wrong.
    ///
    /// - Parameters:
    ///   - isFull: Whether every page, row and hash is read.
    ///   - marks: Whether a journal in which something is wrong is marked, so that the daemon salvages it when it starts.
    public func check(isFull: Bool, marks: Bool, to output: any ByteOutput) throws {
        let check = try JournalCheck(path: path, depth: isFull ? .full : .fast, protection: protection)
        for finding in check.findings {
            try output.write("\(finding.isFault ? "FAULT" : "note"): \(finding.what); \(finding.remedy)\n")
        }
        guard check.isSound else {
            if marks { JournalRecovery.suspect(path: path, reason: "a check found a fault") }
            let faults = check.findings.count { $0.isFault }.counted("fault")
            throw ToolError(
                path, "\(faults) found",
                remedy: marks
                    ? "start vitalsd: it keeps the file, and takes over what is whole"
                    : "run this again with --mark and start vitalsd: it keeps the file, and takes over what is whole",
                status: ExitStatus.badInput)
        }
        guard check.isComplete else {
            let what = isFull ? "every page and the ledger read" : "looked over"
            try output.write("\(path): sound as far as anybody can tell without its key, \(what)\n")
            return
        }
        let what =
            isFull ? "\(Int(clamping: check.records).counted("record")), every page and hash read" : "looked over"
        try output.write("\(path): sound, \(what)\n")
    }

    /// Takes over what is whole of a damaged journal into a new one, and says what is lost.
    public func salvage(to other: String, output: any ByteOutput) throws {
        let report = try JournalSalvage.run(from: path, to: other, now: Clock.wall, protection: protection)
        try output.write("\(Int(clamping: report.records).counted("record")) taken over into \(other)\n")
        for range in report.lost {
            let isOne = range.lowerBound == range.upperBound
            try output.write(
                isOne
                    ? "record \(range.lowerBound) is lost\n"
                    : "records \(range.lowerBound) to \(range.upperBound) are lost\n")
        }
        if report.lost.isEmpty { try output.write("no record is known to be lost\n") }
        if let era = report.era { try output.write("new records go on at \(era)\n") }
    }

    /// Writes the journal anew without its free pages, and puts it in place when it was verified.
    public func compact(to output: any ByteOutput) throws {
        let outcome = try JournalCompaction.run(path: path, protection: protection)
        let records = Int(clamping: outcome.records).counted("record")
        try output.write("\(path): \(records) verified, \(outcome.before) bytes before, \(outcome.after) now\n")
    }

    /// Writes a copy for the releases before the ledger.
    public func downgrade(version: Int, to other: String, output: any ByteOutput) throws {
        guard Int64(version) == JournalDowngrade.version else {
            throw ToolError(
                "--to", "version \(version) cannot be written", remedy: "give \(JournalDowngrade.version)",
                status: ExitStatus.usage)
        }
        defer { progress.clear() }
        let reader = try JournalReader(path: path, protection: protection)
        let outcome = try JournalDowngrade.run(reader, to: other) { sequence in
            progress.update { "writing \(other): record \(sequence)" }
        }
        progress.clear()
        let records = Int(clamping: outcome.records).counted("record")
        let arrivals = outcome.arrivals.counted("arrival")
        try output.write("\(other): version \(version), \(records), \(arrivals)\n")
        if outcome.wasSealed {
            try output.write("version \(version) knows no seals: who reads \(other) reads its records\n")
        }
        if outcome.hasGaps {
            try output.write(
                "records that retention dropped, or damage took, are not in it: 'journal verify' of a release that knows "
                    + "version \(version) alone calls them missing\n")
        }
    }
}
