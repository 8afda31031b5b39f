import VitalsCore

/// Checks at the receiving end what the gateway promises: every record once, none missing, none changed.
///
/// It is told every message that arrives and keeps, for each journal (gateway and epoch), which sequences it has seen.
/// Its memory is bounded by `VitalsMQTTLimits`: beyond them, a copy is still discarded by its identity, but no longer
/// compared with the first. What it cannot read it counts; nothing is passed over in silence.
public struct DeliveryAudit: Sendable {
    /// What a message was.
    public enum Verdict: Hashable, Sendable {
        /// The first copy of a record.
        case first
        /// A further copy of a record, discarded; the same bytes, where they could be compared.
        case redelivered
        /// The identity of a record that was seen, with another payload.
        case conflicting
        /// The status of a gateway.
        case status
        /// An entry of a journal's ledger.
        case ledger
        /// What a far side asked of a gateway.
        case request
        /// Not one of our messages, or damaged.
        case unreadable
    }

    /// Which journal.
    struct Key: Hashable {
        var gateway: String
        var epoch: String
    }

    private var journals: [Key: JournalAudit] = [:]
    private var unreadable: UInt64 = 0

    /// An audit that has seen nothing.
    public init() {}

    /// Takes a message.
    public mutating func receive(_ message: MQTTMessage) -> Verdict {
        guard let content = ReceivedContent(message) else {
            unreadable += 1
            return .unreadable
        }
        let key = Key(gateway: content.gateway, epoch: content.epoch)
        if case .request = content.kind { return .request }
        guard journals[key] != nil || journals.count < VitalsMQTTLimits.journalsMax else {
            unreadable += 1
            return .unreadable
        }
        switch content.kind {
        case .status(let isOnline, let last):
            journals[key, default: JournalAudit()].status(isOnline: isOnline, last: last)
            return .status
        case .ledger(let entry, let losses):
            journals[key, default: JournalAudit()].note(entry: entry, losses)
            return .ledger
        case .request: return .request
        case .records(let first, let count, let samples):
            return journals[key, default: JournalAudit()].receive(
                first...(first + count - 1), payload: message.payload, samples: samples)
        }
    }

    /// Up to where each journal's records have all arrived, or are known to be no more; for receipts.
    var applied: [(key: Key, through: UInt64)] { journals.map { ($0, $1.applied) } }

    /// What was found so far, one entry for each journal, sorted by gateway and epoch.
    public var report: AuditReport {
        let entries = journals.map { key, audit in audit.entry(gateway: key.gateway, epoch: key.epoch) }
        return AuditReport(
            journals: entries.sorted { ($0.gateway, $0.epoch) < ($1.gateway, $1.epoch) }, unreadable: unreadable)
    }
}
