public import VitalsCore

extension Journal: LedgerPort {
    /// The number of the last entry, 0 when there is none.
    public var ledgerHead: UInt64 {
        get throws(JournalError) { try reader.ledgerHead }
    }

    /// Adds an entry, which is durable when it returns.
    public func note(_ kind: LedgerEntry.Kind, body: [UInt8]) throws(JournalError) {
        try note([LedgerNote(kind, body: body)])
    }

    /// Entries with `number > after`, in order, at most `limit` of them.
    public func ledger(after number: UInt64, limit: Int) throws(JournalError) -> [LedgerEntry] {
        try reader.ledger(after: number, limit: limit)
    }

    /// The newest entry of a kind; nil when there is none.
    public func lastLedgerEntry(_ kind: LedgerEntry.Kind) throws(JournalError) -> LedgerEntry? {
        try reader.lastLedgerEntry(kind)
    }

    /// Notes that a sink's receiver acknowledged every entry up to this number.
    public func acknowledgeLedger(through number: UInt64, sink: String) throws(JournalError) {
        guard number > 0 else { return }
        try acknowledge([1...number], sink: Acknowledgements.ledgerSink(of: sink))
    }

    /// The number up to which the sink's receiver has acknowledged every entry; 0 when none.
    public func ledgerAcknowledged(sink: String) throws(JournalError) -> UInt64 {
        acknowledged(sink: Acknowledgements.ledgerSink(of: sink)).last?.upperBound ?? 0
    }
}
