import VitalsMQTT
import VitalsModel

/// When a reception is over; the first that holds ends it. Without any it lasts until it is interrupted.
struct ReceptionGoal: Hashable, Sendable {
    /// At least so many records have arrived, and none before the last one is missing.
    var records: UInt64?
    /// Every gateway seen has said a clean goodbye with its last sequence, and everything up to it has arrived.
    var isUntilStopped = false
    /// Nothing has arrived for so long.
    var idle: MonotonicTime.Span?

    /// What was wanted and did not come, a sentence each; what is lost or doubled stands in the report itself.
    func shortfalls(_ report: AuditReport, goodbyes: Goodbyes) -> [String] {
        guard !report.journals.isEmpty else {
            return ["no gateway was heard: check --gateway, and that it publishes here"]
        }
        var shortfalls: [String] = []
        if let records, Self.count(report) < records { shortfalls.append("\(records) records were expected") }
        if isUntilStopped, !goodbyes.areComplete(in: report) {
            shortfalls.append("not every gateway has said goodbye and sent everything up to it")
        }
        return shortfalls
    }

    /// Whether the reception is over.
    func isReached(_ report: AuditReport, goodbyes: Goodbyes, silence: MonotonicTime.Span) -> Bool {
        if let idle, silence >= idle { return true }
        let isComplete = report.journals.allSatisfy { $0.missing.isEmpty }
        if let records, isComplete, Self.count(report) >= records { return true }
        return isUntilStopped && goodbyes.areComplete(in: report)
    }

    static func count(_ report: AuditReport) -> UInt64 { report.journals.reduce(0) { $0 + $1.records } }
}
