import VitalsCore
import VitalsDisk
import VitalsMQTT
import VitalsModel
import VitalsStore

/// What the far side asks of the gateway.
struct FarSideRequests {
    /// The counter of the last request.
    private(set) var counter: UInt64 = 0
    /// The last request, as it is on the wire.
    private(set) var last: MQTTMessage?
    /// When it was first sent.
    private(set) var askedAt: Int64 = 0
    /// Up to where the far side has said that it has applied the records.
    var said: UInt64 = 0

    /// A request for what is missing.
    mutating func ask(for ranges: [ClosedRange<UInt64>], epoch: String, at now: Int64) throws -> MQTTMessage? {
        guard let key = FarSideKey.key else { return nil }
        counter += 1
        askedAt = now
        let message = try Self.request(ranges, epoch: epoch, counter: counter).message(key: key)
        last = message
        return message
    }

    /// The request of somebody who does not have the key.
    func forgery(epoch: String) throws -> MQTTMessage? {
        guard let key = FarSideKey.foreign else { return nil }
        return try Self.request([1...1_000], epoch: epoch, counter: counter + 1_000_000).message(key: key)
    }

    /// What the far side says of itself.
    func receipt(epoch: String) throws -> MQTTMessage? {
        guard let key = FarSideKey.key else { return nil }
        return try AppliedReceipt(gateway: GatewayLife.gateway, epoch: epoch, applied: said).message(key: key)
    }

    private static func request(_ ranges: [ClosedRange<UInt64>], epoch: String, counter: UInt64) -> ReplayRequest {
        // 9999-12-31: the gateway's wall clock may be centuries wrong, and that is another fault.
        ReplayRequest(
            gateway: GatewayLife.gateway, epoch: epoch, counter: counter,
            expires: WallTime(microseconds: 253_402_214_400_000_000), scope: .records(ranges))
    }
}

/// The far side's part in the world.
extension Simulation {
    /// The broker loses what it had acknowledged: of requests all since some record, with receipts what was not applied.
    func loseStore() {
        guard plan.hearsRequests, promises.head > requests.said else { return }
        let first = requests.said + 1 + UInt64(random.below(Int(promises.head - requests.said)))
        let count = broker.far.lose(first...promises.head)
        reach(FaultKind.storeLost.rawValue, count > 0 ? 1 : 0)
        tell("the broker lost \(count) records from \(first) on")
    }

    /// What the far side says of itself, every ten seconds.
    func farSideSpeaks() {
        guard plan.hearsRequests, broker.isHeard, let epoch = broker.far.epoch else { return }
        do {
            if plan.hearsReceipts, !isSafetyPhase || random.once(in: 4) {
                requests.said = max(requests.said, broker.far.applied)
                if requests.said > 0, let receipt = try requests.receipt(epoch: epoch) { broker.ask(receipt) }
            }
            if isSafetyPhase, random.once(in: 16), let forgery = try requests.forgery(epoch: epoch) {
                broker.ask(forgery)
            }
            if isSafetyPhase, random.once(in: 16), let old = requests.last { broker.ask(old) }
            try askAgain(epoch)
        } catch {
            violate("I8", "the far side could not make a request: \(error)")
        }
    }

    /// Asks for what the broker lost until it is there again, with a new request when one was heard and did not bring all.
    private func askAgain(_ epoch: String) throws {
        guard !broker.far.lost.isEmpty else { return }
        if let last = requests.last {
            guard broker.far.ledger.heard.contains(requests.counter) else { return broker.ask(last) }
            guard clock.now - requests.askedAt >= VitalsSimulationLimits.requestSpan.microseconds else { return }
        }
        giveUpDropped()
        let lost = SequenceRanges(broker.far.lost.sorted().map { $0...$0 }).ranges
        guard let first = lost.first, let last = lost.last else { return }
        let isShort = lost.count <= VitalsSimulationLimits.requestRanges
        let wanted = isShort ? lost : [first.lowerBound...last.upperBound]
        if let message = try requests.ask(for: wanted, epoch: epoch, at: clock.now) { broker.ask(message) }
    }

    /// What the gateway has dropped since it was delivered never comes again. All else does.
    private func giveUpDropped() {
        guard let journal = life?.journal else { return }
        for sequence in broker.far.lost.sorted() {
            guard let found = try? journal.reader.records(after: sequence - 1, limit: 1) else { return }
            if found.first?.sequence != sequence { broker.far.giveUp(sequence) }
        }
    }

    /// What arrived of the ledger, and what came again.
    func hearFarSide() {
        for number in broker.far.takeNewEntries() {
            trace.add(number)
            reach("ledger-witnessed")
        }
        let restored = broker.far.restored
        reach("record-sent-again", restored - sentAgain)
        sentAgain = restored
        guard let life else { return }
        let applied = life.snapshot.applied
        if applied > requests.said {
            violate("I1", "records up to \(applied) count as applied, the far side said \(requests.said)")
        }
        if applied > keptReceipt { reach("receipt-kept") }
        keptReceipt = max(keptReceipt, applied)
    }
}
