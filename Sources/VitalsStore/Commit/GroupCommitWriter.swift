import Dispatch
import Foundation
import Synchronization
public import VitalsCore
public import VitalsModel

/// The thread that makes records durable, so that the engine never waits for a disk.
///
/// Records gather while a commit is under way and go into the next one together: at most ten commits a second, a lone
/// record at once. Arrivals go with them; alone, they wait for up to a second.
///
/// A commit that fails is tried again for ever, with the same group, ever more slowly: on a full disk after room was made
/// (`JournalUpkeep.makeRoom`), after a failed disk on a connection that was opened anew and compared with what was
/// committed (`reopen`). What no opening mends, such as damage, ends the writer.
///
/// While the disk takes nothing, what comes waits in memory. When that is full, waveforms go first, then other samples,
/// events and findings, each from the oldest on; alarms stay. The ledger tells what went, as soon as it takes something.
///
/// Between commits the thread does the journal's upkeep, a bounded piece at a time.
public final class GroupCommitWriter: Sendable {
    /// What became of what was submitted.
    public enum Admission: Sendable {
        /// Taken.
        case accepted
        /// Taken, but the disk does not keep up: whoever can wait should, in `waitForRoom`.
        case congested
        /// Not taken, none of them: the queue is full, the writer stops, or it has failed.
        case refused
    }

    private struct State {
        var queue: CommitQueue
        var waiters: [Waiter] = []
        /// The stamp of the upkeep that was asked for and is not done yet.
        var upkeep: Stamp?
        /// The last stamp that was told.
        var stamp = Stamp(
            monotonic: MonotonicTime(microseconds: 0), wall: WallTime(microseconds: 0), isSynchronised: false)
        var latency = LatencyHistogram()
        var failure: (any Error)?
        /// Whether the connection failed, and must not be used again.
        var mustReopen = false
    }

    /// How the writer stands.
    public struct Condition: Sendable {
        /// Records that wait in memory.
        public let waitingRecords: Int
        /// Records that were ever given up, since memory was full.
        public let shedRecords: UInt64
        /// Why the last commit failed; nil when it did not.
        public let failure: (any Error)?
    }

    /// Somebody who waits for the queue to reach a state.
    private struct Waiter {
        let wake = DispatchSemaphore(value: 0)
        let isDone: @Sendable (CommitQueue) -> Bool
    }

    private let journal: any LiveJournalPort
    private let didCommit: @Sendable (UInt64) -> Void
    private let tell: @Sendable (any Error) -> Void
    private let state: Mutex<State>
    private let work = DispatchSemaphore(value: 0)
    private let ended = DispatchSemaphore(value: 0)

    /// Starts the thread.
    ///
    /// - Parameters:
    ///   - intervalMilliseconds: The least time between the starts of two commits.
    ///   - arrivalMilliseconds: The same before a commit of arrivals alone.
    ///   - committed: Called on the writer's thread after each commit of records with the sequence of the last one.
    ///   - failed: Called on the writer's thread after each failed commit. After a recoverable `JournalError` the
    ///     writer goes on by itself.
    public init(
        journal: any LiveJournalPort, intervalMilliseconds: Int = VitalsStoreLimits.commitIntervalMilliseconds,
        arrivalMilliseconds: Int = VitalsStoreLimits.arrivalCommitMilliseconds,
        committed: @escaping @Sendable (UInt64) -> Void, failed: @escaping @Sendable (any Error) -> Void
    ) {
        self.journal = journal
        didCommit = committed
        tell = failed
        let queue = CommitQueue(
            intervalMilliseconds: intervalMilliseconds, arrivalMilliseconds: arrivalMilliseconds)
        state = Mutex(State(queue: queue))
        let thread = Thread { [self] in
            run()
            ended.signal()
        }
        thread.name = "vitalsd-journal"
        thread.start()
    }

    /// Hands records over, and arrivals, which come with the record that settles them at the latest. It never waits:
    /// neither for the disk, nor for a lock that is held across one.
    public func submit(_ records: [Record], arrivals: [Arrival] = []) -> Admission {
        let admission = state.withLock { $0.queue.submit(records, arrivals: arrivals) { upkeep?.anchor } }
        work.signal()
        return admission
    }

    /// Waits until a congested queue has room, or the writer has failed: for producers that can wait, such as a replay.
    public func waitForRoom() {
        wait(until: .distantFuture) { !$0.isCongested || $0.hasFailed }
    }

    /// Asks for upkeep, at this time: marks, the ballast, retention. It is done between commits.
    public func maintain(at stamp: Stamp) {
        state.withLock { state in
            state.stamp = stamp
            state.upkeep = stamp
        }
        work.signal()
    }

    /// How long commits took.
    public var latency: LatencyHistogram { state.withLock { $0.latency } }

    /// How it stands. From any thread.
    public var condition: Condition {
        state.withLock { state in
            Condition(
                waitingRecords: state.queue.waitingRecords, shedRecords: state.queue.shedTotal, failure: state.failure)
        }
    }

    /// Makes everything durable that was submitted before; false when that failed, or took longer than the deadline.
    public func drain(timeoutMilliseconds: Int) -> Bool {
        let target = state.withLock { state in
            state.queue.flush()
            return state.queue.submittedTotal
        }
        defer { state.withLock { $0.queue.flushed() } }
        wait(until: .now() + .milliseconds(timeoutMilliseconds)) { $0.committedTotal >= target || $0.hasFailed }
        return state.withLock { $0.queue.committedTotal >= target }
    }

    /// Takes no more records, makes durable what it has, and ends the thread; false when something is left that could
    /// not be made durable before the deadline. Of upkeep no further piece is begun, and the one that is under way is
    /// waited for: whoever closes the journal next must not do so below it.
    public func stop(timeoutMilliseconds: Int) -> Bool {
        let deadline = DispatchTime.now() + .milliseconds(timeoutMilliseconds)
        state.withLock { state in
            state.queue.stop()
            state.upkeep = nil
        }
        let isDurable = drain(timeoutMilliseconds: timeoutMilliseconds)
        if !isDurable { state.withLock { $0.queue.abandon() } }
        work.signal()
        // A second stop finds the thread's end as the first one did.
        if ended.wait(timeout: deadline) == .success { ended.signal() }
        return isDurable
    }

    private func wait(until deadline: DispatchTime, _ isDone: @escaping @Sendable (CommitQueue) -> Bool) {
        let waiter = Waiter(isDone: isDone)
        let mustWait = state.withLock { state in
            guard !isDone(state.queue) else { return false }
            state.waiters.append(waiter)
            return true
        }
        work.signal()
        guard mustWait, waiter.wake.wait(timeout: deadline) == .timedOut else { return }
        state.withLock { $0.waiters.removeAll { $0.wake === waiter.wake } }
    }

    private func run() {
        while true {
            switch state.withLock({ $0.queue.next(now: Self.now) }) {
            case .sleep: if !maintain() { work.wait() }
            case .wait(let milliseconds):
                if !maintain() { _ = work.wait(timeout: .now() + .milliseconds(milliseconds)) }
            case .commit(let group):
                commit(group)
                _ = maintain()
            case .end:
                wakeWaiters()
                return
            }
        }
    }

    private func commit(_ group: CommitQueue.Group) {
        do {
            if try reopenIfFailed() {
                committed(group)
            } else {
                let began = DispatchTime.now().uptimeNanoseconds
                try append(group)
                let took = (DispatchTime.now().uptimeNanoseconds - began) / 1_000
                state.withLock { $0.latency.note(microseconds: took) }
                committed(group)
            }
        } catch {
            failed(error)
        }
        wakeWaiters()
    }

    private func committed(_ group: CommitQueue.Group) {
        state.withLock { state in
            state.queue.committed()
            state.failure = nil
        }
        if let last = group.last { didCommit(last) }
    }

    private func append(_ group: CommitQueue.Group) throws {
        guard let upkeep else { return try journal.append(group.records, arrivals: group.arrivals) }
        try upkeep.append(group.records, arrivals: group.arrivals, shed: group.shed)
    }

    private func failed(_ error: any Error) {
        let journalError = error as? JournalError
        let mayRetry = journalError?.isTransient ?? false || (upkeep != nil && journalError?.isRecoverable ?? false)
        let stamp = state.withLock { state in
            state.failure = error
            state.mustReopen = !(journalError?.isTransient ?? false)
            state.queue.failed(mayRetry: mayRetry, now: Self.now)
            return state.stamp
        }
        tell(error)
        guard journalError?.code == .diskFull, let upkeep else { return }
        do {
            if try upkeep.makeRoom(at: stamp) { state.withLock { $0.queue.retryNow(Self.now) } }
        } catch {
            tell(error)
        }
    }

    /// After a failed disk: opens the journal anew. True when the commit that failed is durable after all.
    private func reopenIfFailed() throws -> Bool {
        guard state.withLock({ $0.mustReopen }), let upkeep else { return false }
        let isDurable = try upkeep.reopen()
        state.withLock { $0.mustReopen = false }
        return isDurable
    }

    /// One piece of the upkeep that was asked for; false when there is none. While commits fail there is none either.
    private func maintain() -> Bool {
        let stamp = state.withLock { state in state.failure == nil ? state.upkeep : nil }
        guard let stamp, let upkeep else { return false }
        do {
            let isMore = try upkeep.maintain(at: stamp)
            if !isMore { state.withLock { $0.upkeep = nil } }
            return isMore
        } catch {
            state.withLock { $0.upkeep = nil }
            tell(error)
            return false
        }
    }

    private var upkeep: (any JournalUpkeep)? { journal as? any JournalUpkeep }

    private func wakeWaiters() {
        let done = state.withLock { state in
            let done = state.waiters.filter { $0.isDone(state.queue) }
            state.waiters.removeAll { $0.isDone(state.queue) }
            return done
        }
        for waiter in done { waiter.wake.signal() }
    }

    /// Milliseconds on the clock that never steps.
    private static var now: Int64 { Int64(DispatchTime.now().uptimeNanoseconds / 1_000_000) }
}
