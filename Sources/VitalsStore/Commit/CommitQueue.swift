package import VitalsCore

/// Records and arrivals on their way to the journal: what the writer thread is to do next. A pure machine; its owner
/// holds the lock, the clock and the thread.
///
/// They leave in the order in which they came: an arrival never becomes durable after the record that settles it.
///
/// When memory is full since the disk takes nothing, the least of what waits is given up, and its account waits in its
/// place (`makeRoom`).
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
        /// What was given up; these sequences lie between those of the records, or beside them.
        package fileprivate(set) var shed: [ShedRun] = []

        /// The last sequence that becomes durable with it; nil when it holds arrivals alone.
        package var last: UInt64? {
            [records.last?.sequence, shed.last?.sequences.upperBound].compactMap(\.self).max()
        }
    }

    enum Entry {
        case record(Record)
        case arrival(Arrival)
        /// What is left of records that were given up.
        case shed(ShedRun)
    }

    /// An entry with its number among all that were ever submitted.
    struct Item {
        let number: UInt64
        let entry: Entry
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
    var queued: [Item] = []
    var queuedRecords = 0
    /// Bytes of all that is queued or in flight.
    var queuedBytes = 0
    private(set) var inFlight: [Item] = []
    /// Follows the runs of what has left the queue.
    private(set) var settlements = SettlementReader()
    /// Whether the records up to this number were looked at for what they settle.
    var settledThrough: UInt64 = 0
    private var lastCommit: Int64?
    private var flushes = 0
    private var isStopping = false

    /// Records and arrivals that were ever taken, and up to which of them all are done with: durable, or told of where they
    /// would have been.
    package private(set) var submittedTotal: UInt64 = 0
    package private(set) var committedTotal: UInt64 = 0
    /// Records that were ever given up.
    package internal(set) var shedTotal: UInt64 = 0

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
    ///
    /// - Parameter anchor: The last durable record and its hash. With it, beyond a bound, what matters least of what waits
    ///   is given up for what comes.
    package mutating func submit(
        _ records: [Record], arrivals: [Arrival] = [], behind anchor: () -> JournalAnchor? = { nil }
    ) -> GroupCommitWriter.Admission {
        guard !hasFailed, !isStopping else { return .refused }
        let entries = arrivals.map { Entry.arrival($0) } + records.map { Entry.record($0) }
        let bytes = entries.reduce(0) { $0 + Self.bytes($1) }
        if !hasRoom(entries: entries.count, bytes: bytes), let anchor = anchor() {
            makeRoom(entries: entries.count, bytes: bytes, behind: anchor)
        }
        guard hasRoom(entries: entries.count, bytes: bytes) else { return .refused }
        for (index, entry) in entries.enumerated() {
            queued.append(Item(number: submittedTotal + UInt64(index) + 1, entry: entry))
        }
        queuedRecords += records.count
        queuedBytes += bytes
        submittedTotal += UInt64(entries.count)
        return isCongested ? .congested : .accepted
    }

    /// Whether so much more fits into a share of both bounds, in percent.
    func hasRoom(entries: Int, bytes: Int, percent: Int = 100) -> Bool {
        (count + entries) * 100 <= VitalsStoreLimits.queueRecordsMax * percent
            && (queuedBytes + bytes) * 100 <= VitalsStoreLimits.queueBytesMax * percent
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
        inFlight.reduce(0) { count, item in if case .record = item.entry { count + 1 } else { count } }
    }

    /// The group of the last `commit` is durable.
    package mutating func committed() {
        queuedBytes -= Self.bytes(inFlight)
        committedTotal = inFlight.last?.number ?? committedTotal
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
            queued.prefix(VitalsStoreLimits.groupRecordsMax).prefix { item in
                defer { bytes += Self.bytes(item.entry) }
                return bytes < VitalsStoreLimits.groupBytesMax
            })
        queued.removeFirst(inFlight.count)
        for case .record(let record) in inFlight.lazy.map(\.entry) {
            queuedRecords -= 1
            if record.kind == .start { _ = settlements.settlement(of: record) }
        }
    }

    /// What is in flight.
    private var group: Group {
        var group = Group()
        for item in inFlight {
            switch item.entry {
            case .record(let record): group.records.append(record)
            case .arrival(let arrival): group.arrivals.append(arrival)
            case .shed(let run): group.shed.append(run)
            }
        }
        return group
    }

    static func bytes(_ items: [Item]) -> Int { items.reduce(0) { $0 + bytes($1.entry) } }

    static func bytes(_ entry: Entry) -> Int {
        switch entry {
        case .record(let record):
            VitalsStoreLimits.recordOverhead + record.subject.utf8.count + record.body.count
        case .arrival(let arrival): VitalsStoreLimits.recordOverhead + arrival.boot.utf8.count + arrival.value.count
        case .shed: VitalsStoreLimits.shedOverhead
        }
    }
}
