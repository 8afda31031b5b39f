import VitalsModel

/// An adapter that listens and hears nothing: discovery is started again, the adapter is switched off and on, the controller
/// is reset, and then somebody is told (lesson 13). Each step has the whole span to show its effect.
///
/// An empty ward is silent too, so that after a round the next one waits twice as long, up to half an hour.
struct SilenceLadder: Sendable {
    private let span: MonotonicTime.Span
    private let mayReset: Bool
    /// From when on nothing was heard; nil when the adapter does not listen.
    private var since: MonotonicTime?
    private var position = 0
    private var rounds = 0
    /// Whether a whole round brought nothing.
    private(set) var isExhausted = false

    enum Action: Hashable, Sendable {
        case recover(LinkRecovery)
        /// The round is over and brought nothing.
        case giveUp
    }

    init(span: MonotonicTime.Span, mayReset: Bool) {
        self.span = span
        self.mayReset = mayReset
    }

    private var steps: [LinkRecovery] {
        mayReset ? [.restartDiscovery, .powerCycle, .reset] : [.restartDiscovery, .powerCycle]
    }

    /// When to call `expire`.
    var deadline: MonotonicTime? { since.map { $0 + wait } }

    /// Before the first step of a later round it is waited longer.
    private var wait: MonotonicTime.Span {
        guard position == 0, rounds > 0 else { return span }
        let doubled = span.microseconds.multipliedReportingOverflow(by: 1 << Int64(min(rounds, Self.doublingsMax)))
        let wait = MonotonicTime.Span(microseconds: doubled.overflow ? .max : doubled.partialValue)
        return min(wait, LinkLimits.adapterSilenceMax)
    }

    /// Discovery runs.
    mutating func listens(at time: MonotonicTime) { if since == nil { since = time } }

    /// Discovery ended.
    mutating func listensNoLonger() { since = nil }

    /// Anything was heard over the adapter. Returns whether that ended a silence that somebody was told of.
    mutating func heard(at time: MonotonicTime) -> Bool {
        if since != nil { since = time }
        position = 0
        rounds = 0
        defer { isExhausted = false }
        return isExhausted
    }

    /// The next step, when it is due, or at once when it is known already that nothing can be heard. An adapter over which a
    /// link streams is never disturbed.
    mutating func expire(at time: MonotonicTime, isDeaf: Bool = false, mayDisturb: Bool) -> Action? {
        guard let due = deadline, isDeaf || due <= time else { return nil }
        since = time
        guard position < steps.count else {
            position = 0
            rounds = min(rounds + 1, Self.doublingsMax)
            isExhausted = true
            return .giveUp
        }
        guard position == 0 || mayDisturb else { return nil }
        defer { position += 1 }
        return .recover(steps[position])
    }

    /// 0.1 s doubled so often is longer than the longest wait.
    private static let doublingsMax = 20
}
