/// What an audit found.
public struct AuditReport: Hashable, Sendable, CustomStringConvertible {
    /// What it found of one journal.
    public struct Journal: Hashable, Sendable, CustomStringConvertible {
        /// The gateway.
        public var gateway: String
        /// The epoch of its journal.
        public var epoch: String
        /// Records seen, each counted once.
        public var records: UInt64
        /// The largest sequence seen, or said in a status message: the records are `1...last`.
        public var last: UInt64
        /// What is missing of `1...last`, without what the ledger told.
        public var missing: [ClosedRange<UInt64>]
        /// Missing sequences of which the ledger told that they are no more.
        public var dropped: UInt64 = 0
        /// Further copies that were discarded by their identity.
        public var redelivered: UInt64
        /// Identities with two different payloads, and samples under two identities.
        public var duplicated: UInt64
        /// What the gateway last said of itself, or the broker in its name.
        public var isOnline: Bool?
        /// Entries of the ledger that have arrived.
        public var ledgerEntries: UInt64 = 0

        /// Records of `1...last` that were not seen.
        public var lost: UInt64 { missing.reduce(0) { $0 + ($1.upperBound - $1.lowerBound + 1) } }

        /// `gateway ward-3, epoch 00…01: 1200 records, 0 lost, 0 duplicated (20 redelivered copies discarded)`
        public var description: String {
            var text = "gateway \(gateway), epoch \(epoch): \(records) record\(records == 1 ? "" : "s"), \(lost) lost, "
            text += "\(duplicated) duplicated"
            if redelivered > 0 {
                text += " (\(redelivered) redelivered cop\(redelivered == 1 ? "y" : "ies") discarded)"
            }
            if dropped > 0 { text += ", \(dropped) dropped as the ledger tells" }
            guard !missing.isEmpty else { return text }
            let named = missing.prefix(VitalsMQTTLimits.rangesNamedMax).map {
                $0.lowerBound == $0.upperBound ? "\($0.lowerBound)" : "\($0.lowerBound)-\($0.upperBound)"
            }
            let rest = missing.count - named.count
            return text + "; missing " + named.joined(separator: ", ") + (rest > 0 ? " and \(rest) more ranges" : "")
        }
    }

    /// One entry for each journal.
    public var journals: [Journal]
    /// Messages that could not be read.
    public var unreadable: UInt64

    /// Whether nothing is lost, doubled or unreadable.
    public var isClean: Bool { unreadable == 0 && journals.allSatisfy { $0.missing.isEmpty && $0.duplicated == 0 } }

    /// One line for each journal; `no records` where there is none.
    public var description: String {
        var lines = journals.map(\.description)
        if lines.isEmpty { lines = ["no records"] }
        if unreadable > 0 { lines.append("\(unreadable) message\(unreadable == 1 ? "" : "s") could not be read") }
        return lines.joined(separator: "\n")
    }
}
