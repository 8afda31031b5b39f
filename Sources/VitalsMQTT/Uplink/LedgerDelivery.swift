import VitalsCore
import VitalsModel

/// The second cursor of a sink: the journal's ledger, entry by entry, in order, one at a time.
///
/// Entries are rare (a checkpoint a minute, a note when something was dropped), so one in flight is enough. One that the
/// broker refuses is tried again later and holds up no record.
struct LedgerDelivery {
    private let ledger: any LedgerPort
    private let sink: String
    /// Every entry up to here is acknowledged.
    private(set) var through: UInt64
    private var waiting: [LedgerEntry] = []
    private var inFlight: (token: UInt64, number: UInt64)?
    private var lookAt: MonotonicTime

    init(ledger: any LedgerPort, sink: String, at now: MonotonicTime) throws {
        self.ledger = ledger
        self.sink = sink
        through = try ledger.ledgerAcknowledged(sink: sink)
        lookAt = now
    }

    /// The next entry that is to be published, when it is time for one.
    mutating func next(at now: MonotonicTime) throws -> LedgerEntry? {
        guard inFlight == nil, now >= lookAt else { return nil }
        if waiting.isEmpty { waiting = try ledger.ledger(after: through, limit: VitalsMQTTLimits.ledgerReadMax) }
        if waiting.isEmpty { lookAt = now + VitalsMQTTLimits.ledgerInterval }
        return waiting.first
    }

    /// The moment of the next look; nil while an entry is in flight.
    var deadline: MonotonicTime? { inFlight == nil ? lookAt : nil }

    /// It was handed over under this token.
    mutating func published(_ entry: LedgerEntry, token: UInt64) { inFlight = (token, entry.number) }

    /// The broker answered; false when the token is not of an entry.
    mutating func answered(token: UInt64, isTaken: Bool, at now: MonotonicTime) throws -> Bool {
        guard let entry = inFlight, entry.token == token else { return false }
        inFlight = nil
        guard isTaken else {
            retry(at: now + VitalsMQTTLimits.ledgerRetryDelay)
            return true
        }
        through = entry.number
        waiting.removeFirst()
        try ledger.acknowledgeLedger(through: through, sink: sink)
        return true
    }

    /// Notes something, durably.
    func note(_ kind: LedgerEntry.Kind, body: [UInt8]) throws { try ledger.note(kind, body: body) }

    /// Not before that moment.
    mutating func retry(at moment: MonotonicTime) { lookAt = moment }

    /// The connection is gone.
    mutating func disconnected() { inFlight = nil }
}
