public import VitalsModel

/// Alarms on their way to the disk, and the moment from which each of them no longer waits for it.
///
/// A record is published after its commit. An alarm whose commit takes longer than the budget is published at once, under
/// the sequence that it will be committed with: a slow disk delays no alarm.
public struct LateAlarms: Sendable {
    private var waiting: [(record: Record, due: MonotonicTime)] = []
    private var last: UInt64 = 0
    private let budget: MonotonicTime.Span

    /// With the time that a commit may take.
    public init(budget: MonotonicTime.Span) { self.budget = budget }

    /// Records are on their way to the journal's writer; the alarms among them begin to wait. Those that are told again
    /// have begun already.
    public mutating func submitted(_ records: [Record], at now: MonotonicTime) {
        for record in records where record.kind == .alarm && record.sequence > last {
            guard waiting.count < UplinkLimits.lateAlarmsMax else { return }
            waiting.append((record, now + budget))
            last = record.sequence
        }
    }

    /// Records up to this sequence are durable.
    public mutating func committed(upTo sequence: UInt64) { waiting.removeAll { $0.record.sequence <= sequence } }

    /// Those that have waited for too long, and wait no more.
    public mutating func takeLate(at now: MonotonicTime) -> [Record] {
        let late = waiting.prefix { $0.due <= now }.map(\.record)
        waiting.removeFirst(late.count)
        return late
    }

    /// When the first of them has waited for too long; nil when none waits.
    public var deadline: MonotonicTime? { waiting.first?.due }
}
