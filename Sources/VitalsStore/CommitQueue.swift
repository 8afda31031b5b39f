import VitalsCore

/// Records on their way to the journal: what the writer thread is to do next. A pure machine; its owner holds the lock,
/// the clock and the thread.
struct CommitQueue: Sendable {
    /// What the writer thread is to do.
    enum Action {
        /// Nothing, until there is something.
        case sleep
        /// Nothing, for so many milliseconds at most.
        case wait(milliseconds: Int)
        /// Commit these; then say `committed` or `failed`.
        case commit([Record])
        /// End: everything is durable, or nothing more can be.
        case end
    }

    private enum State {
        /// Commits are made as their time comes.
        case running
        /// A commit failed; the same records are tried again at that time, after a pause of so long.
        case waitingToRetry(at: Int64, pause: Int)
        /// Nothing can be made durable any more.
        case failed
    }

    private let interval: Int64
    private var state = State.running
    private var queued: [Record] = []
    private var queuedBytes = 0
    private var inFlight: [Record] = []
    private var nextCommit: Int64 = .min
    private var flushes = 0
    private var isStopping = false

    /// Records that were ever taken, and that ever became durable.
    private(set) var submittedTotal: UInt64 = 0
    private(set) var committedTotal: UInt64 = 0

    init(intervalMilliseconds: Int) { interval = Int64(intervalMilliseconds) }

    /// Whether nothing can be made durable any more.
    var hasFailed: Bool {
        if case .failed = state { true } else { false }
    }

    /// Whether a producer should wait.
    var isCongested: Bool {
        count * 100 >= VitalsStoreLimits.queueRecordsMax * VitalsStoreLimits.highWaterPercent
            || queuedBytes * 100 >= VitalsStoreLimits.queueBytesMax * VitalsStoreLimits.highWaterPercent
    }

    private var count: Int { queued.count + inFlight.count }

    /// Takes all of the records or, beyond either bound, none.
    mutating func submit(_ records: [Record]) -> GroupCommitWriter.Admission {
        let bytes = records.reduce(0) { $0 + Self.bytes($1) }
        guard !hasFailed, !isStopping, count + records.count <= VitalsStoreLimits.queueRecordsMax,
            queuedBytes + bytes <= VitalsStoreLimits.queueBytesMax
        else { return .refused }
        queued += records
        queuedBytes += bytes
        submittedTotal += UInt64(records.count)
        return isCongested ? .congested : .accepted
    }

    /// Commits what is there without waiting for the interval, until `flushed`.
    mutating func flush() { flushes += 1 }

    /// A flush has what it wanted, or gave up.
    mutating func flushed() { flushes -= 1 }

    /// No more records; the thread ends when all are durable.
    mutating func stop() { isStopping = true }

    /// The thread ends now, whatever is left.
    mutating func abandon() { state = .failed }

    /// What to do at this time, in milliseconds on a clock that never steps.
    mutating func next(now: Int64) -> Action {
        switch state {
        case .failed: return .end
        case .waitingToRetry(let time, _):
            guard now >= time else { return .wait(milliseconds: Int(time - now)) }
            return .commit(inFlight)
        case .running:
            guard !queued.isEmpty else { return isStopping ? .end : .sleep }
            let isFull = queued.count >= VitalsStoreLimits.groupRecordsMax
            guard isFull || flushes > 0 || isStopping || now >= nextCommit else {
                return .wait(milliseconds: Int(nextCommit - now))
            }
            nextCommit = now + interval
            inFlight = Self.group(&queued)
            return .commit(inFlight)
        }
    }

    /// The records of the last `commit` are durable.
    mutating func committed() {
        queuedBytes -= inFlight.reduce(0) { $0 + Self.bytes($1) }
        committedTotal += UInt64(inFlight.count)
        inFlight = []
        state = .running
    }

    /// They are not. What may work later is tried again, ever more slowly; anything else is the end.
    mutating func failed(isTransient: Bool, now: Int64) {
        guard isTransient else {
            state = .failed
            return
        }
        var pause = VitalsStoreLimits.retryMillisecondsMin
        if case .waitingToRetry(_, let last) = state { pause = min(last * 2, VitalsStoreLimits.retryMillisecondsMax) }
        state = .waitingToRetry(at: now + Int64(pause), pause: pause)
    }

    /// The oldest records, as many as one transaction takes, at least one.
    private static func group(_ queued: inout [Record]) -> [Record] {
        var bytes = 0
        let group = queued.prefix(VitalsStoreLimits.groupRecordsMax).prefix { record in
            defer { bytes += Self.bytes(record) }
            return bytes < VitalsStoreLimits.groupBytesMax
        }
        defer { queued.removeFirst(group.count) }
        return Array(group)
    }

    private static func bytes(_ record: Record) -> Int {
        VitalsStoreLimits.recordOverhead + record.subject.utf8.count + record.body.count
    }
}
