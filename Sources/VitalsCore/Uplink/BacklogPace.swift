public import VitalsModel

/// How fast the backlog goes out: as fast as the broker answers without delay, within bounds.
///
/// The rate begins low and doubles every tenth of a second for as long as it is what holds the backlog back and answers
/// stay quick; from the first slow answer on it grows by a tenth and shrinks by three tenths, as congestion control does
/// (Jacobson 1988). A slow answer takes more than four times the shortest.
public struct BacklogPace: Hashable, Sendable {
    /// Records a second.
    public private(set) var rate: Int64
    private let highest: Int64
    private var isStarting = true
    private var dueAt = MonotonicTime(microseconds: .min)
    private var watchedSince: MonotonicTime?
    private var isHolding = false
    private var shortest = MonotonicTime.Span(microseconds: .max)
    private var slowest = MonotonicTime.Span(microseconds: 0)

    /// A pace that never exceeds `highest` records a second.
    public init(highest: Int64 = UplinkLimits.backlogRateMax) {
        self.highest = max(UplinkLimits.backlogRateMin, highest)
        rate = min(UplinkLimits.backlogRateStart, self.highest)
    }

    /// Nil when a record may go now, else the moment to ask again.
    public mutating func delay(at now: MonotonicTime) -> MonotonicTime? {
        guard dueAt > now else { return nil }
        isHolding = true
        return dueAt + UplinkLimits.backlogStep
    }

    /// A record goes.
    public mutating func took(at now: MonotonicTime) {
        let oldest = now + MonotonicTime.Span(microseconds: -UplinkLimits.backlogBurst.microseconds)
        dueAt = max(dueAt, oldest) + MonotonicTime.Span(microseconds: 1_000_000 / rate)
    }

    /// The broker took a record of the backlog after this time.
    public mutating func answered(after delay: MonotonicTime.Span, at now: MonotonicTime) {
        shortest = min(shortest, delay)
        slowest = max(slowest, delay)
        let since = watchedSince ?? now
        watchedSince = since
        guard now - since >= UplinkLimits.paceInterval else { return }
        let slow = max(
            UplinkLimits.paceQuickAnswer.microseconds,
            shortest.microseconds.multipliedSaturating(by: UplinkLimits.paceSlownessMax))
        if slowest.microseconds > slow {
            isStarting = false
            rate = max(UplinkLimits.backlogRateMin, rate * 7 / 10)
        } else if isHolding {
            rate = min(highest, isStarting ? rate * 2 : rate + max(1, rate / 10))
        }
        watchedSince = now
        isHolding = false
        slowest = MonotonicTime.Span(microseconds: 0)
    }

    /// The broker refused a record: it wants less.
    public mutating func refused() {
        isStarting = false
        rate = max(UplinkLimits.backlogRateMin, rate / 2)
    }

    /// The broker took so many live records a second when it was given all that it would take.
    public mutating func knows(rate known: Int64) { rate = min(highest, max(rate, known)) }

    /// Another connection, perhaps another broker: what was learned of the answers is void, the rate stays.
    public mutating func connected() {
        shortest = MonotonicTime.Span(microseconds: .max)
        slowest = MonotonicTime.Span(microseconds: 0)
        watchedSince = nil
        isHolding = false
    }
}
