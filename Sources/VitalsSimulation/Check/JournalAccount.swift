import VitalsCore
import VitalsStore

/// Holds an opened journal against the promises and against what the far side has: every record is there as it was
/// promised, or its loss is accounted for.
struct JournalAccount {
    private(set) var faults: [(String, String)] = []
    /// Records that were durable and not promised: a commit that nobody could be told of.
    private(set) var unpromised: [Record] = []
    /// Records that retention dropped, and that the ledger accounts for.
    private(set) var dropped: UInt64 = 0

    /// - Parameter asked: The counter of the far side's last request.
    init(_ journal: Journal, _ promises: Promises, _ far: FarSide, asked: UInt64) {
        do {
            if let anchor = promises.anchor, anchor.identity != journal.identity {
                faults.append(("I1", "the journal has another epoch: \(journal.identity.epoch)"))
                return
            }
            let checkpoint = far.ledger.checkpoint
            let evidence = JournalVerifier.Evidence(
                anchor: promises.anchor, checkpoint: checkpoint,
                publicKeys: checkpoint == nil ? [] : far.ledger.signer.map { [$0] } ?? [])
            let outcome = try JournalVerifier.verify(journal.reader, evidence)
            if let fault = outcome.fault { faults.append(("I6", "\(fault)")) }
            if journal.head < promises.head {
                faults.append(("I1", "the head is \(journal.head), promised was \(promises.head)"))
            }
            let ledger = try LedgerAccount(journal.reader, far.ledger, asked: asked)
            faults += ledger.faults
            dropped = ledger.dropped
            try compare(journal, promises, far, ledger)
            compare(journal.acknowledged(sink: GatewayLife.sink), far)
        } catch {
            faults.append(("I1", "the journal cannot be read: \(error)"))
        }
    }

    private mutating func compare(
        _ journal: Journal, _ promises: Promises, _ far: FarSide, _ ledger: LedgerAccount
    ) throws {
        var found = SequenceRanges()
        var after: UInt64 = 0
        while true {
            let batch = try journal.records(after: after, limit: 1_024)
            guard let last = batch.last else { break }
            after = last.sequence
            for record in batch {
                guard let digest = promises.digests[record.sequence] else {
                    unpromised.append(record)
                    continue
                }
                found.insert(record.sequence)
                if digest != Promises.digest(record) {
                    faults.append(("I1", "record \(record.sequence) is not the one that was promised"))
                }
            }
        }
        let absent = UInt64(promises.digests.count) - found.count
        if absent != ledger.dropped {
            faults.append(("I1", "\(absent) promised records are gone, the ledger accounts for \(ledger.dropped)"))
        }
        if let range = ledger.unacknowledged.ranges.first(where: { found.missing(in: $0) != [$0] }) {
            faults.append(("I1", "the ledger says that \(range) is no more, and some of it is there"))
        }
        guard absent > 0 else { return }
        let gone = promises.digests.keys.filter { !found.contains($0) && !far.hadOnce($0) }.sorted()
        // What nobody has was named, and was no alarm.
        if let alarm = gone.first(where: { promises.alarms.contains($0) }) {
            faults.append(("I4", "record \(alarm) is an alarm, and was dropped before anybody had it"))
        }
        if let untold = gone.first(where: { !ledger.unacknowledged.contains($0) }) {
            faults.append(("I1", "record \(untold) was dropped before anybody had it, and the ledger does not say so"))
        }
    }

    /// What counts as acknowledged did arrive.
    private mutating func compare(_ acknowledged: [ClosedRange<UInt64>], _ far: FarSide) {
        for range in acknowledged {
            if let early = range.first(where: { !far.hadOnce($0) }) {
                faults.append(("I1", "record \(early) counts as delivered, and never arrived"))
                return
            }
        }
    }
}
