import Dispatch
import Foundation
import Synchronization
public import VitalsCore

/// The thread that makes records durable, so that the engine never waits for a disk.
///
/// Records gather while a commit is under way and go into the next one together: at most ten commits a second, a lone
/// record at once. Arrivals go with them; alone, they wait for up to a second. A commit that fails for a reason that
/// passes (a full disk) is tried again for ever, with the same group; one that fails otherwise ends the writer, since
/// nobody knows what the disk holds until the journal was opened and verified again.
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
    }

    /// Somebody who waits for the queue to reach a state.
    private struct Waiter {
        let wake = DispatchSemaphore(value: 0)
        let isDone: @Sendable (CommitQueue) -> Bool
    }

    private let journal: any LiveJournalPort
    private let committed: @Sendable (UInt64) -> Void
    private let failed: @Sendable (any Error) -> Void
    private let state: Mutex<State>
    private let work = DispatchSemaphore(value: 0)

    /// Starts the thread.
    ///
    /// - Parameters:
    ///   - intervalMilliseconds: The least time between the starts of two commits.
    ///   - arrivalMilliseconds: The same before a commit of arrivals alone.
    ///   - committed: Called on the writer's thread after each commit of records with the sequence of the last one.
    ///   - failed: Called on the writer's thread after each failed commit. After a transient `JournalError` the writer
    ///     goes on by itself.
    public init(
        journal: any LiveJournalPort, intervalMilliseconds: Int = VitalsStoreLimits.commitIntervalMilliseconds,
        arrivalMilliseconds: Int = VitalsStoreLimits.arrivalCommitMilliseconds,
        committed: @escaping @Sendable (UInt64) -> Void, failed: @escaping @Sendable (any Error) -> Void
    ) {
        self.journal = journal
        self.committed = committed
        self.failed = failed
        let queue = CommitQueue(
            intervalMilliseconds: intervalMilliseconds, arrivalMilliseconds: arrivalMilliseconds)
        state = Mutex(State(queue: queue))
        let thread = Thread { [self] in run() }
        thread.name = "vitalsd-journal"
        thread.start()
    }

    /// Hands records over, and arrivals, which come with the record that settles them at the latest. It never waits:
    /// neither for the disk, nor for a lock that is held across one.
    public func submit(_ records: [Record], arrivals: [Arrival] = []) -> Admission {
        let admission = state.withLock { $0.queue.submit(records, arrivals: arrivals) }
        work.signal()
        return admission
    }

    /// Waits until a congested queue has room, or the writer has failed: for producers that can wait, such as a replay.
    public func waitForRoom() {
        wait(until: .distantFuture) { !$0.isCongested || $0.hasFailed }
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
    /// not be made durable before the deadline.
    public func stop(timeoutMilliseconds: Int) -> Bool {
        state.withLock { $0.queue.stop() }
        let isDurable = drain(timeoutMilliseconds: timeoutMilliseconds)
        if !isDurable { state.withLock { $0.queue.abandon() } }
        work.signal()
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
            case .sleep: work.wait()
            case .wait(let milliseconds): _ = work.wait(timeout: .now() + .milliseconds(milliseconds))
            case .commit(let group): commit(group)
            case .end:
                wakeWaiters()
                return
            }
        }
    }

    private func commit(_ group: CommitQueue.Group) {
        do {
            try journal.append(group.records, arrivals: group.arrivals)
            state.withLock { $0.queue.committed() }
            if let last = group.records.last { committed(last.sequence) }
        } catch {
            let isTransient = (error as? JournalError)?.isTransient ?? false
            state.withLock { $0.queue.failed(isTransient: isTransient, now: Self.now) }
            failed(error)
        }
        wakeWaiters()
    }

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
