import VitalsCore
import VitalsJSON
import VitalsModel

/// Judges what the far side asks for. It carries nothing out: what it lets pass, the uplink does.
///
/// A request counts once: its number must be above every one before, and the ledger holds that number, durably, before
/// anything is done. So a thousand copies of a request, or a copy after a restart, have no effect (reliability.md, S).
struct RequestDesk {
    private let identity: JournalIdentity
    private let keyFile: String
    private let ledger: RequestLedger
    /// The number of the last request that was heard; nil while the ledger was not asked.
    private var lastCounter: UInt64?
    private var nextAt = MonotonicTime(microseconds: .min)

    init(identity: JournalIdentity, keyFile: String, ledger: any LedgerPort) {
        self.identity = identity
        self.keyFile = keyFile
        self.ledger = RequestLedger(ledger)
    }

    /// Lets a request pass that is signed, new, in time and not too soon, once the ledger holds it.
    mutating func replay(
        _ message: MQTTMessage, wall: WallTime, at now: MonotonicTime
    ) throws(RequestRefusal) -> ReplayRequest {
        guard let request = ReplayRequest(message) else { throw .unreadable }
        try verify(message, request.signedText)
        guard request.gateway == identity.gateway, request.epoch == identity.epoch else { throw .otherJournal }
        guard request.expires >= wall else { throw .expired }
        guard try request.counter > known() else { throw .repeated }
        guard now >= nextAt else { throw .tooSoon }
        do {
            try ledger.note(heard: request)
        } catch {
            throw .notNoted("\(error)")
        }
        lastCounter = request.counter
        nextAt = now + VitalsMQTTLimits.requestInterval
        return request
    }

    /// Lets a receipt pass that is signed and speaks of records that exist.
    func receipt(_ message: MQTTMessage, head: UInt64) throws(RequestRefusal) -> UInt64 {
        guard let receipt = AppliedReceipt(message) else { throw .unreadable }
        try verify(message, receipt.signedText)
        guard receipt.gateway == identity.gateway, receipt.epoch == identity.epoch else { throw .otherJournal }
        guard receipt.applied <= head else { throw .beyondHead }
        return receipt.applied
    }

    private func verify(_ message: MQTTMessage, _ text: String) throws(RequestRefusal) {
        let key: RequestKey
        do {
            key = try RequestKey(file: keyFile)
        } catch {
            throw .noKey(error)
        }
        guard let code = (try? JSONParser.parse(message.payload))?["mac"]?.string, key.verifies(code, of: text) else {
            throw .unsigned
        }
    }

    /// What was asked for and not sent as a whole before this run.
    func unfinished() throws -> [ReplayRequest.Scope] { try ledger.unfinished() }

    /// Notes that everything was sent that was asked for.
    mutating func done() throws(RequestRefusal) {
        do {
            try ledger.note(done: try known())
        } catch {
            throw .notNoted("\(error)")
        }
    }

    private mutating func known() throws(RequestRefusal) -> UInt64 {
        if let lastCounter { return lastCounter }
        do {
            let counter = try ledger.lastCounter()
            lastCounter = counter
            return counter
        } catch {
            throw .notNoted("\(error)")
        }
    }
}
