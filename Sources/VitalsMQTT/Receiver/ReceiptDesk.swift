import VitalsModel

/// When a receiver says what it has applied, and to which gateways.
struct ReceiptDesk {
    let key: RequestKey
    private(set) var dueAt: MonotonicTime
    private var said: [DeliveryAudit.Key: UInt64] = [:]

    init(key: RequestKey, at now: MonotonicTime) {
        self.key = key
        dueAt = now
    }

    func isDue(at now: MonotonicTime) -> Bool { now >= dueAt }

    /// On a new connection everything is said again: the gateway may not have heard it.
    mutating func connected() { said.removeAll() }

    /// The receipts that say more than those before.
    mutating func take(_ applied: [(key: DeliveryAudit.Key, through: UInt64)], at now: MonotonicTime)
        -> [AppliedReceipt]
    {
        dueAt = now + VitalsMQTTLimits.receiptInterval
        var receipts: [AppliedReceipt] = []
        for (journal, through) in applied where through > said[journal] ?? 0 {
            said[journal] = through
            receipts.append(AppliedReceipt(gateway: journal.gateway, epoch: journal.epoch, applied: through))
        }
        return receipts
    }
}
