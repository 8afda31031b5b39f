import VitalsCore
import VitalsModel
import VitalsStore

/// The journal of a replay. What it holds already is compared and skipped
/// (docs/decisions/0002-resume-by-re-execution.md).
///
/// The decision is about one recording; several are its repetition. The longest row of runs at the journal's end that
/// began as the first recordings would begin is resumed, and the other recordings are new runs behind its head. So the
/// same command twice writes everything once, and a recording is never compared with the run of another.
final class ReplayJournal {
    /// The gateway of a journal that no configuration names: the configuration's own default.
    static let standardGateway = "gateway"

    private let journal: Journal
    private let resumed: [UInt64]
    private let head: UInt64
    private var pending: [Record] = []
    private var lastCommit = Clock.now

    /// Opens or creates the journal, and finds which runs it holds.
    init(path: String, gateway: String, starts: [Stamp], _ engines: EngineMaker) throws {
        journal = try Journal(path: path, gateway: gateway, created: Clock.wall)
        head = journal.head
        let held = try Self.starts(in: journal)
        resumed = Self.resumable(held, starts: starts, engines).map(\.sequence)
    }

    /// The sequence at which a run begins when the runs before it ended with `last`.
    func firstSequence(ofRun index: Int, after last: UInt64) -> UInt64 {
        index < resumed.count ? resumed[index] : max(last, head) + 1
    }

    /// Keeps a record, or finds that it is there. One that is there with other content is an error that names it.
    func append(_ record: Record) throws {
        if record.sequence <= head {
            _ = try journal.contains(record)
            return
        }
        pending.append(record)
        if pending.count >= VitalsToolsLimits.journalBatch { try commit() }
    }

    /// The replay is about to wait: what gathered is made durable, unless that was done just before.
    func pause() throws {
        let interval = MonotonicTime.Span.milliseconds(Int64(VitalsStoreLimits.commitIntervalMilliseconds))
        if Clock.now - lastCommit >= interval { try commit() }
    }

    /// Makes durable what is left, and closes the journal.
    func finish() throws {
        try commit()
        try journal.close()
    }

    private func commit() throws {
        try journal.append(pending)
        pending.removeAll(keepingCapacity: true)
        lastCommit = Clock.now
    }

    private static func starts(in journal: Journal) throws -> [Record] {
        var starts: [Record] = []
        try journal.reader.walk { if $0.kind == .start { starts.append($0) } }
        return starts
    }

    private static func resumable(_ held: [Record], starts: [Stamp], _ engines: EngineMaker) -> ArraySlice<Record> {
        for count in stride(from: min(held.count, starts.count), to: 0, by: -1) {
            let last = held.suffix(count)
            if zip(last, starts).allSatisfy({ engines.startRecord($1, sequence: $0.sequence) == $0 }) { return last }
        }
        return []
    }
}

extension JournalReader {
    /// Every record after a sequence, in order; before an error that one of them is, all those that come before it.
    func walk(after sequence: UInt64 = 0, through end: UInt64 = .max, _ body: (Record) throws -> Void) throws {
        var last = sequence
        var limit = VitalsToolsLimits.walkBatch
        while last < end {
            let batch: [Record]
            do {
                batch = try records(after: last, limit: limit)
            } catch {
                guard limit > 1, case .damaged = error.code else { throw error }
                limit = 1
                continue
            }
            guard let newest = batch.last else { return }
            for record in batch where record.sequence <= end { try body(record) }
            last = newest.sequence
        }
    }
}
