/// What became of a damaged journal.
public struct SalvageReport: Hashable, Sendable {
    /// What was wrong, and how that showed.
    public let reason: String
    /// Where the damaged file is now; nil when there was none any more.
    public internal(set) var quarantine: String?
    /// Records that were taken over.
    public let records: UInt64
    /// Records that are gone, as far as anybody can tell: a file that lost its end does not say how long it was.
    public let lost: [ClosedRange<UInt64>]
    /// Where the records go on; nil when nothing of the old journal could be read, and a new epoch began.
    public let era: UInt64?
    /// Whether all of the damaged file was read; the rest is read while the gateway works.
    public let isComplete: Bool

    /// How many records are known to be gone.
    public var lostCount: UInt64 { lost.reduce(0) { $0 + ($1.upperBound - $1.lowerBound) + 1 } }
}

extension SalvageReport: CustomStringConvertible {
    /// What happened, what it cost, and where the file is, in one sentence.
    public var description: String {
        let taken =
            era == nil
            ? "nothing in it could be read, a new journal was begun"
            : "\(records) records were taken over, \(lostCount) are known to be lost\(ranges)"
                + (isComplete ? "" : ", the rest is still being read")
        let file = quarantine.map { "the damaged file is kept as \($0)" } ?? "there was no file to keep"
        return "the journal was damaged (\(reason)): \(taken); \(file)"
    }

    /// ` (41-100, 130 and 5 more ranges)`; the ledger names them all.
    private var ranges: String {
        guard !lost.isEmpty else { return "" }
        let named = lost.prefix(VitalsStoreLimits.lostRangesNamedMax).map {
            $0.lowerBound == $0.upperBound ? "\($0.lowerBound)" : "\($0.lowerBound)-\($0.upperBound)"
        }
        let rest = lost.count - named.count
        return " (" + named.joined(separator: ", ") + (rest > 0 ? " and \(rest) more ranges" : "") + ")"
    }
}
