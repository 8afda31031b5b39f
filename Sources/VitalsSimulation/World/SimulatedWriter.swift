import VitalsCore
import VitalsModel
import VitalsStore

/// The journal's writer by turns: what `GroupCommitWriter` does on its thread, in virtual time. A commit is made at one
/// moment and told of at a later one, so that a kill may fall in between.
struct SimulatedWriter {
    /// What a turn came to.
    enum Outcome {
        case nothing
        /// These are durable, and nobody was told yet.
        case durable(CommitQueue.Group)
        /// The commit is told of: through this sequence, if it held records.
        case told(UInt64?)
        /// The commit failed; the writer goes on by itself.
        case refused(String)
        /// Nothing more can be made durable.
        case failed(String)
    }

    private var queue = CommitQueue(intervalMilliseconds: VitalsStoreLimits.commitIntervalMilliseconds)
    private let journal: any LiveJournalPort
    private let upkeep: any JournalUpkeep
    private var isUpkeepDue = false
    private var mustReopen = false
    private var hasFailure = false
    private var busyUntil: MonotonicTime?
    private var lastSequence: UInt64?
    private(set) var reopenings = 0
    private(set) var roomsMade = 0

    init(_ journal: any LiveJournalPort, _ upkeep: any JournalUpkeep) {
        self.journal = journal
        self.upkeep = upkeep
    }

    /// Records that wait in memory.
    var waitingRecords: Int { queue.waitingRecords }

    /// Whether all that was submitted is durable and told.
    var isIdle: Bool { queue.submittedTotal == queue.committedTotal && busyUntil == nil }

    mutating func submit(_ records: [Record], _ arrivals: [Arrival]) -> GroupCommitWriter.Admission {
        queue.submit(records, arrivals: arrivals)
    }

    mutating func flush() { queue.flush() }

    /// Upkeep is to be done.
    mutating func maintain() { isUpkeepDue = true }

    /// When the next turn is due; nil: when something is submitted.
    mutating func due(at now: MonotonicTime) -> MonotonicTime? {
        if let busyUntil { return busyUntil }
        if isUpkeepDue, !hasFailure { return now }
        // Asking changes nothing but what a commit would: a copy is asked.
        var copy = queue
        switch copy.next(now: now.microseconds / 1_000) {
        case .commit: return now
        case .wait(let milliseconds):
            return MonotonicTime(microseconds: (now.microseconds / 1_000 + Int64(milliseconds)) * 1_000)
        case .sleep, .end: return nil
        }
    }

    mutating func turn(at stamp: Stamp, latency: MonotonicTime.Span) -> Outcome {
        let now = stamp.monotonic
        if let until = busyUntil {
            guard now >= until else { return .nothing }
            busyUntil = nil
            queue.committed()
            hasFailure = false
            return .told(lastSequence)
        }
        switch queue.next(now: now.microseconds / 1_000) {
        case .commit(let group): return commit(group, at: stamp, latency: latency)
        case .sleep, .wait: return keepUp(at: stamp)
        case .end: return .nothing
        }
    }

    private mutating func commit(
        _ group: CommitQueue.Group, at stamp: Stamp, latency: MonotonicTime.Span
    ) -> Outcome {
        do {
            var isDurable = false
            if mustReopen {
                isDurable = try upkeep.reopen()
                reopenings += 1
                mustReopen = false
            }
            if !isDurable { try journal.append(group.records, arrivals: group.arrivals) }
            lastSequence = group.records.last?.sequence
            busyUntil = stamp.monotonic + latency
            return .durable(group)
        } catch {
            return failed(error, at: stamp)
        }
    }

    private mutating func failed(_ error: any Error, at stamp: Stamp) -> Outcome {
        let failure = error as? JournalError
        let mayRetry = failure?.isRecoverable ?? false || failure?.isTransient ?? false
        hasFailure = true
        mustReopen = !(failure?.isTransient ?? false)
        let now = stamp.monotonic.microseconds / 1_000
        queue.failed(mayRetry: mayRetry, now: now)
        guard mayRetry else { return .failed("\(error)") }
        if failure?.code == .diskFull, let isRoomier = try? upkeep.makeRoom(at: stamp), isRoomier {
            roomsMade += 1
            queue.retryNow(now)
        }
        return .refused("\(error)")
    }

    private mutating func keepUp(at stamp: Stamp) -> Outcome {
        guard isUpkeepDue, !hasFailure else { return .nothing }
        do {
            if try !upkeep.maintain(at: stamp) { isUpkeepDue = false }
            return .nothing
        } catch {
            isUpkeepDue = false
            return .refused("\(error)")
        }
    }
}
