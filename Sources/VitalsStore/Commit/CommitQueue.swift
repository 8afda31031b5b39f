package import VitalsCore

/// Records and arrivals on their way to the journal: what the writer thread is to do next. A pure machine; its owner
/// holds the lock, the clock and the thread.
///
/// They leave in the order in which they came: an arrival never becomes durable after the record that settles it.
package struct CommitQueue: Sendable {
    /// What the writer thread is to do.
    package enum Action {
        /// Nothing, until there is something.
        case sleep
        /// Nothing, for so many milliseconds at most.
        case wait(milliseconds: Int)
        /// Commit these; then say `committed` or `failed`.
        case commit(Group)
        /// End: everything is durable, or nothing more can be.
        case end
    }

    /// What goes into one transaction.
    package struct Group: Sendable {
        package fileprivate(set) var records: [Record] = []
        package fileprivate(set) var arrivals: [Arrival] = []
    }

    private enum Entry {
        case record(Record)
        case arrival(Arrival)
    }

    private enum State {
        /// Commits are made as their time comes.
        case running
        /// A commit failed; the same group is tried again at that time, after a pause of so long.
        case waitingToRetry(at: Int64, pause: Int)
        /// Nothing can be made durable any more.
        case failed
    }

    private let interval: Int64
    private let arrivalInterval: Int64
    private var state = State.running
    private var queued: [Entry] = []
    private var queuedRecords = 0
    private var queuedBytes = 0
    private var inFlight: [Entry] = []
    private var lastCommit: Int64?
    private var flushes = 0
    private var isStopping = false

    /// Records and arrivals that were ever taken, and that ever became durable.
    package private(set) var submittedTotal: UInt64 = 0
    package private(set) var committedTotal: UInt64 = 0

    package init(
        intervalMilliseconds: Int, arrivalMilliseconds: Int = VitalsStoreLimits.arrivalCommitMilliseconds
    ) {
        interval = Int64(intervalMilliseconds)
        arrivalInterval = Int64(arrivalMilliseconds)
    }

    /// Whether nothing can be made durable any more.
    package var hasFailed: Bool {
        if case .failed = state { true } else { false }
    }

    /// Whether a producer should wait.
    package var isCongested: Bool {
        count * 100 >= VitalsStoreLimits.queueRecordsMax * VitalsStoreLimits.highWaterPercent
            || queuedBytes * 100 >= VitalsStoreLimits.queueBytesMax * VitalsStoreLimits.highWaterPercent
    }

    private var count: Int { queued.count + inFlight.count }

    /// Takes all of the records and arrivals or, beyond either bound, none. An arrival that one of the records settles
    /// has to come with it at the latest.
    package mutating func submit(_ records: [Record], arrivals: [Arrival] = []) -> GroupCommitWriter.Admission {
        let entries = arrivals.map { Entry.arrival($0) } + records.map { Entry.record($0) }
        let bytes = Self.bytes(entries)
        guard !hasFailed, !isStopping, count + entries.count <= VitalsStoreLimits.queueRecordsMax,
            queuedBytes + bytes <= VitalsStoreLimits.queueBytesMax
        else { return .refused }
        queued += entries
        queuedRecords += records.count
        queuedBytes += bytes
        submittedTotal += UInt64(entries.count)
        return isCongested ? .congested : .accepted
    }

    /// Commits what is there without waiting for the interval, until `flushed`.
    package mutating func flush() { flushes += 1 }

    /// A flush has what it wanted, or gave up.
    package mutating func flushed() { flushes -= 1 }

    /// Nothing more is taken; the thread ends when all are durable.
    package mutating func stop() { isStopping = true }

    /// The thread ends now, whatever is left.
    package mutating func abandon() { state = .failed }

    /// What to do at this time, in milliseconds on a clock that never steps.
    package mutating func next(now: Int64) -> Action {
        switch state {
        case .failed: return .end
        case .waitingToRetry(let time, _):
            guard now >= time else { return .wait(milliseconds: Int(time - now)) }
            return .commit(group)
        case .running:
            guard !queued.isEmpty else { return isStopping ? .end : .sleep }
            let isFull = queued.count >= VitalsStoreLimits.groupRecordsMax
            let due = lastCommit.map { $0 + (queuedRecords > 0 ? interval : arrivalInterval) } ?? now
            guard isFull || flushes > 0 || isStopping || now >= due else {
                return .wait(milliseconds: Int(due - now))
            }
            lastCommit = now
            takeOldest()
            return .commit(group)
        }
    }

    /// How many records wait, those that are being committed included.
    package var waitingRecords: Int { queuedRecords + inFlightRecords }

    private var inFlightRecords: Int {
        inFlight.reduce(0) { count, entry in if case .record = entry { count + 1 } else { count } }
    }

    /// The group of the last `commit` is durable.
    package mutating func committed() {
        queuedBytes -= Self.bytes(inFlight)
        committedTotal += UInt64(inFlight.count)
        inFlight = []
        state = .running
    }

    /// They are not. What may work later is tried again, ever more slowly; anything else is the end.
    package mutating func failed(mayRetry: Bool, now: Int64) {
        guard mayRetry else {
            state = .failed
            return
        }
        var pause = VitalsStoreLimits.retryMillisecondsMin
        if case .waitingToRetry(_, let last) = state { pause = min(last * 2, VitalsStoreLimits.retryMillisecondsMax) }
        state = .waitingToRetry(at: now + Int64(pause), pause: pause)
    }

    /// Room was made: the group is tried again at once.
    package mutating func retryNow(_ now: Int64) {
        if case .waitingToRetry(_, let pause) = state { state = .waitingToRetry(at: now, pause: pause) }
    }

    /// Takes the oldest entries, as many as one transaction takes, at least one.
    private mutating func takeOldest() {
        var bytes = 0
        inFlight = Array(
            queued.prefix(VitalsStoreLimits.groupRecordsMax).prefix { entry in
                defer { bytes += Self.bytes(entry) }
                return bytes < VitalsStoreLimits.groupBytesMax
            })
        queued.removeFirst(inFlight.count)
        queuedRecords -= group.records.count
    }

    /// What is in flight.
    private var group: Group {
        var group = Group()
        for entry in inFlight {
            switch entry {
            case .record(let record): group.records.append(record)
            case .arrival(let arrival): group.arrivals.append(arrival)
            }
        }
        return group
    }

    private static func bytes(_ entries: [Entry]) -> Int { entries.reduce(0) { $0 + bytes($1) } }

    private static func bytes(_ entry: Entry) -> Int {
        switch entry {
        case .record(let record):
            VitalsStoreLimits.recordOverhead + record.subject.utf8.count + record.body.count
        case .arrival(let arrival): VitalsStoreLimits.recordOverhead + arrival.boot.utf8.count + arrival.value.count
        }
    }
}
