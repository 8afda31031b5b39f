import GRDB
import Synchronization
import VitalsCore
public import VitalsModel

extension Journal: JournalUpkeep {
    /// One bounded piece of work between two commits: a mark, the ballast, or a chunk of retention.
    ///
    /// - Returns: Whether there is more at once.
    public func maintain(at stamp: Stamp) throws(JournalError) -> Bool {
        if try salvageOn() { return true }
        var upkeep = try loadedUpkeep()
        let acknowledged = delivered(upkeep.policy)
        if let (mark, removed, forgotten) = upkeep.mark(at: stamp, head: head, acknowledged: acknowledged) {
            try change("mark") { db, _, _ in
                try RetentionTables.write(mark, removing: removed, forgettingBefore: forgotten, db)
            }
        }
        try checkpointIfDue()
        try eraseIfDue(at: stamp)
        _ = reader.interruptOld(at: stamp.monotonic)
        try onWriter("maintain") { db in try upkeep.measure(db) }
        let isMore = try drop(&upkeep, at: stamp, acknowledged)
        keep(upkeep)
        return isMore
    }

    /// After a commit that found no room: frees the ballast, and drops what may go until a commit fits.
    ///
    /// - Returns: Whether there is more room than before.
    public func makeRoom(at stamp: Stamp) throws(JournalError) -> Bool {
        var upkeep = try loadedUpkeep()
        let space = upkeep.space
        var isRoomier = space.ballast.release()
        try onWriter("make room") { db in space.checkpoint(db) }
        let acknowledged = delivered(upkeep.policy)
        upkeep.demand()
        for _ in 0..<VitalsStoreLimits.roomChunks {
            let usage = try onWriter("make room") { db in try space.usage(db) }
            guard usage.freePages < space.budget.roomPages(usage) else { break }
            do {
                guard try drop(&upkeep, at: stamp, acknowledged) else { break }
                isRoomier = true
            } catch {
                guard error.code == .diskFull, upkeep.rows > 1 else { throw error }
                upkeep.didFail()
            }
        }
        try onWriter("make room") { db in
            space.checkpoint(db)
            try upkeep.measure(db, mayLayBallast: false)
        }
        keep(upkeep)
        return isRoomier
    }

    /// How the journal is, as the last upkeep found it.
    public var condition: JournalCondition { upkeep.withLock { $0?.condition ?? JournalCondition() } }

    /// What the journal takes on its disk now.
    public func space() throws(JournalError) -> JournalSpace { try reader.space(files: files) }

    /// Carries out the next step of retention; false when there is none.
    private func drop(
        _ upkeep: inout Upkeep, at stamp: Stamp, _ acknowledged: SequenceRanges
    ) throws(JournalError) -> Bool {
        guard let step = upkeep.step(at: stamp, head: head, acknowledged: acknowledged) else { return false }
        let isTight = upkeep.condition.isTight || upkeep.condition.isWithoutBallast
        let rows = upkeep.rows
        let began = clock().monotonic
        var planner = upkeep.planner
        try onWriter("retain") { [space = upkeep.space] db in try space.reserve(true, db) }
        // Whatever came of it, records may take no more than their share.
        defer { _ = try? onWriter("retain") { [space = upkeep.space] db in try space.reserve(false, db) } }
        let outcome = try change("retain") { db, ledger, stamp in
            let chunk = RetentionChunk(
                step: step, acknowledged: acknowledged, reading: reader.reading(db), cover: cover,
                rows: isTight ? min(rows, VitalsStoreLimits.tightChunkRows) : rows,
                bytes: isTight ? VitalsStoreLimits.tightChunkBytes : VitalsStoreLimits.chunkBytes)
            let outcome = try chunk.run(db, &ledger, at: stamp)
            planner.didScan(step, through: outcome.through)
            try RetentionTables.write(planner.through(step.retentionClass), of: step.retentionClass, db)
            return outcome
        }
        let took = (clock().monotonic - began).microseconds / 1_000
        upkeep.didScan(step, through: outcome.through, milliseconds: took)
        return true
    }

    private func delivered(_ policy: RetentionPolicy) -> SequenceRanges {
        acknowledgements.withLock { $0.delivered(to: policy.sinks) }
    }

    /// Reads what upkeep goes on with: at its first piece of work, so that a start does not wait for it.
    private func loadedUpkeep() throws(JournalError) -> Upkeep {
        if let upkeep = upkeep.withLock({ $0 }) { return upkeep }
        return try onWriter("maintain") { [retention, path, files] db in
            try Upkeep(db, policy: retention, path: path, files: files)
        }
    }

    private func keep(_ upkeep: Upkeep) { self.upkeep.withLock { $0 = upkeep } }
}
