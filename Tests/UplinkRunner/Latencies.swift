import Synchronization
import VitalsJSON
import VitalsModel

/// How long records took: from the moment they were handed to the journal's writer to their commit, and to the broker's
/// acknowledgement of the message.
final class Latencies: Sendable {
    private struct Batch {
        var last: UInt64
        var at: MonotonicTime
    }

    private struct State {
        var batches: [Batch] = []
        var uncommitted = 0
        var commit: [Int64] = []
        var record: [Int64] = []
        var alarm: [Int64] = []
        /// Records before this one are not looked at. Nil: nothing is kept, so that the memory of a run that is not
        /// measured is that of the production parts.
        var mark: UInt64?

        /// The batch that a record was handed over in, found by halving.
        func index(of sequence: UInt64) -> Int? {
            var low = 0
            var high = batches.count
            while low < high {
                let middle = (low + high) / 2
                if batches[middle].last < sequence { low = middle + 1 } else { high = middle }
            }
            return low < batches.count ? low : nil
        }
    }

    /// Times of each kind that are kept; the first ones of a run that is longer.
    private static let timesMax = 2_000_000
    private let state = Mutex(State())

    /// Records up to this one were handed to the writer.
    func submitted(through last: UInt64, at now: MonotonicTime) {
        state.withLock { if $0.mark != nil { $0.batches.append(Batch(last: last, at: now)) } }
    }

    /// Records up to this one are durable.
    func committed(through last: UInt64, at now: MonotonicTime) {
        state.withLock { state in
            while state.uncommitted < state.batches.count, state.batches[state.uncommitted].last <= last {
                Self.note(now - state.batches[state.uncommitted].at, in: &state.commit)
                state.uncommitted += 1
            }
        }
    }

    /// The broker took the record.
    func acknowledged(_ sequence: UInt64, at now: MonotonicTime) {
        state.withLock { state in
            // Records of an earlier run have no time here.
            guard let mark = state.mark, sequence >= mark, let index = state.index(of: sequence) else { return }
            let span = now - state.batches[index].at
            Self.note(span, in: &state.record)
            if sequence.isMultiple(of: RecordSource.alarmEvery) { Self.note(span, in: &state.alarm) }
        }
    }

    /// Keeps the times of records from this one on.
    func mark(from sequence: UInt64) { state.withLock { $0.mark = sequence } }

    /// Forgets the times so far.
    func reset() {
        state.withLock { state in
            state.commit.removeAll()
            state.record.removeAll()
            state.alarm.removeAll()
        }
    }

    /// `{"alarm":{…},"commit":{…},"record":{…}}`, microseconds.
    func write(_ json: inout JSONWriter) {
        let (alarm, commit, record) = state.withLock { ($0.alarm, $0.commit, $0.record) }
        for (name, times) in [("alarm", alarm), ("commit", commit), ("record", record)] {
            let sorted = times.sorted()
            json.name(name)
            json.object { json in
                json.member("count", sorted.count)
                json.member("max", sorted.last ?? 0)
                json.member("p50", Self.quantile(sorted, 50))
                json.member("p99", Self.quantile(sorted, 99))
            }
        }
    }

    private static func note(_ span: MonotonicTime.Span, in times: inout [Int64]) {
        if times.count < timesMax { times.append(span.microseconds) }
    }

    private static func quantile(_ sorted: [Int64], _ percent: Int) -> Int64 {
        sorted.isEmpty ? 0 : sorted[min(sorted.count - 1, sorted.count * percent / 100)]
    }
}
