import GRDB
import Synchronization
import VitalsCore
import VitalsModel

extension Journal {
    /// Makes a checkpoint if one is due: a minute after something was written. Call it every few seconds, so that the far
    /// side's witness is never far behind, also when nothing more comes.
    public func checkpointIfDue() throws(JournalError) {
        let (schedule, tail, ledger) = (
            checkpoints.withLock { $0 }, self.tail.withLock { $0 }, self.ledger.withLock { $0 }
        )
        guard
            schedule.isDue(
                records: tail.head, ledger: ledger.head, at: clock().monotonic, canSign: signer != nil, isLast: false)
        else {
            return
        }
        try flush()
    }

    /// Whether bodies are sealed.
    public var isSealed: Bool { sealer != nil }

    /// Covers the hashes that stand outside of records.
    var cover: ChainCover { sealer?.cover ?? .none }

    /// Writes the checkpoint that these heads make due, in the transaction that is under way; gives back when the next
    /// one is.
    func checkpoint(
        _ tail: JournalTail, _ ledger: inout Ledger, at stamp: Stamp, isLast: Bool, _ db: Database
    ) throws -> CheckpointSchedule {
        var schedule = checkpoints.withLock { $0 }
        guard
            schedule.isDue(
                records: tail.head, ledger: ledger.head, at: stamp.monotonic, canSign: signer != nil, isLast: isLast)
        else {
            return schedule
        }
        let cover = cover
        let checkpoint = Checkpoint(
            identity: identity, records: tail.head, root: cover.root(tail.chain), isCovered: cover.isOn,
            ledger: ledger.head, ledgerRoot: ledger.chain.hash)
        let acknowledged = acknowledgements.withLock { $0.prefixes }
        try ledger.append(checkpoint.note(signedBy: signer, acknowledged: acknowledged), at: stamp, db)
        schedule.made(records: tail.head, ledger: ledger.head, at: stamp.monotonic)
        return schedule
    }
}
