import VitalsJSON

/// Records of which the ledger says that they are no more: retention dropped them before anybody had acknowledged them,
/// or damage took them. The receiver does not wait for them, and does not call them lost in silence.
struct LedgerLosses: Hashable {
    /// Sequences that were dropped or lost.
    private(set) var ranges: [ClosedRange<UInt64>] = []
    /// The first sequence of an era that begins with this entry: what came last before it is not known.
    private(set) var era: UInt64?

    /// Reads the body of an entry: `unacknowledged` and `lost`, as arrays of two or as objects with `first` and `last`.
    init(_ body: JSONValue?) {
        for name in ["unacknowledged", "lost"] {
            for entry in body?[name]?.array?.prefix(VitalsMQTTLimits.ledgerRangesMax) ?? [] {
                let first = entry.array?.first ?? entry["first"]
                let last = entry.array?.last ?? entry["last"]
                guard let first = first.flatMap(ReceivedContent.natural),
                    let last = last.flatMap(ReceivedContent.natural), first > 0, first <= last
                else { continue }
                ranges.append(first...last)
            }
        }
        era = body?["era"].flatMap(ReceivedContent.natural)
    }
}
