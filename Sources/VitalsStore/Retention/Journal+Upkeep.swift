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
        let (budget, pressure) = (upkeep.space.budget, upkeep.pressure)
        let isMore = try drop(&upkeep, at: stamp, acknowledged) { budget.state($0).pressure(was: pressure) == nil }
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
        func isEnough(_ usage: SpaceUsage) -> Bool { usage.freePages >= space.budget.roomPages(usage) }
        for _ in 0..<VitalsStoreLimits.roomChunks {
            let usage = try onWriter("make room") { db in try space.usage(db) }
            guard !isEnough(usage) else { break }
            do {
                guard try drop(&upkeep, at: stamp, acknowledged, until: isEnough) else { break }
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

    /// Carries out the next steps of retention, as many as one chunk takes; false when there is none.
    ///
    /// A chunk ends with no class: where a class has a few new records at every commit, those behind it would otherwise
    /// never come to their turn, and each of these few would cost an entry of the ledger. It ends where enough room is
    /// made, since what goes may be wanted yet.
    private func drop(
        _ upkeep: inout Upkeep, at stamp: Stamp, _ acknowledged: SequenceRanges, until isEnough: (SpaceUsage) -> Bool
    ) throws(JournalError) -> Bool {
        guard upkeep.step(at: stamp, head: head, acknowledged: acknowledged) != nil else {
            upkeep.didFindNothing()
            return false
        }
        let isTight = upkeep.condition.isTight || upkeep.condition.isWithoutBallast
        let began = clock().monotonic
        let before = upkeep
        try onWriter("retain") { [space = upkeep.space] db in try space.reserve(true, db) }
        // Whatever came of it, records may take no more than their share.
        defer { _ = try? onWriter("retain") { [space = upkeep.space] db in try space.reserve(false, db) } }
        let after = try change("retain") { db, ledger, now in
            var after = before
            var rows = isTight ? min(before.rows, VitalsStoreLimits.tightChunkRows) : before.rows
            var bytes = isTight ? VitalsStoreLimits.tightChunkBytes : VitalsStoreLimits.chunkBytes
            var looks = rows * VitalsStoreLimits.looksPerRow
            for number in 0..<VitalsStoreLimits.chunkSteps {
                guard rows > 0, bytes > 0, looks > 0,
                    let step = after.step(at: stamp, head: head, acknowledged: acknowledged)
                else { break }
                if number > 0, step.reason != .age, isEnough(try before.space.usage(db)) { break }
                let chunk = RetentionChunk(
                    step: step, acknowledged: acknowledged, reading: reader.reading(db), cover: cover, rows: rows,
                    looks: looks, bytes: bytes)
                let outcome = try chunk.run(db, &ledger, at: now)
                after.didScan(step, through: outcome.through)
                try RetentionTables.write(after.planner.through(step.retentionClass), of: step.retentionClass, db)
                rows -= outcome.count
                bytes -= outcome.bytes
                looks -= outcome.looks
                guard outcome.isWhole else { break }
            }
            return after
        }
        upkeep = after
        upkeep.didTake(milliseconds: (clock().monotonic - began).microseconds / 1_000)
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
