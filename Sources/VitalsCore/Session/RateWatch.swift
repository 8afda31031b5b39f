import VitalsDetection
import VitalsModel

/// The rules on single beats with the alarm conditions that they decide.
///
/// Asystole and the extreme rates are states. A rule that cannot be judged for a moment leaves its alarm as it is
/// (lesson 43); the alarm is given up when that lasts, or when the signal's technical alarm takes over. A pause is an
/// event: its alarm ends by itself after a while without another one.
struct RateWatch {
    private var rules: RateRules
    private let pauseHold: MonotonicTime.Span
    private let patience: MonotonicTime.Span
    private var pauseEnds: MonotonicTime?
    /// When raised conditions that can no longer be judged are given up.
    private var givenUp: [AlarmCondition: MonotonicTime] = [:]

    /// `patience` is how long a rule may be without a judgement before its alarm is given up.
    init(_ configuration: RateRules.Configuration, pauseHold: MonotonicTime.Span, patience: MonotonicTime.Span) {
        rules = RateRules(configuration: configuration)
        self.pauseHold = pauseHold
        self.patience = patience
    }

    /// When to call `expire`.
    var deadline: MonotonicTime? { .earliest(pauseEnds, givenUp.values.min()) }

    mutating func judge(
        _ notification: SignalNotification, _ state: SignalState.Output, at stamp: Stamp,
        in block: inout BlockBuilder<HeartRateSample>, _ desk: inout AlarmDesk, _ output: inout EngineOutput
    ) {
        let result = evaluate(notification, state, desk)
        output.trace(RateRules.identity, result, of: "rate", sensor: desk.sensor, at: stamp.monotonic)
        let longest = BeatInterval.span(ticks: Int64(result.longestInterval))
        if result.pause == .present {
            find(.pause, result, longest, at: stamp, in: &block, &desk, &output)
            pauseEnds = stamp.monotonic + pauseHold
        }
        let beatless = max(longest, result.beatless)
        follow(.asystole, result.asystole, result, beatless, at: stamp, in: &block, &desk, &output)
        follow(
            .extremeBradycardia, result.bradycardia, result, BeatInterval.span(ticks: result.bradycardiaTicks),
            at: stamp, in: &block, &desk, &output)
        follow(
            .extremeTachycardia, result.tachycardia, result, BeatInterval.span(ticks: result.tachycardiaTicks),
            at: stamp, in: &block, &desk, &output)
    }

    /// Ends the alarms whose time has come.
    mutating func expire(at stamp: Stamp, _ desk: inout AlarmDesk, _ output: inout EngineOutput) {
        if let pauseEnds, pauseEnds <= stamp.monotonic {
            self.pauseEnds = nil
            desk.clear(.pause, for: .heartRate, at: stamp, &output)
        }
        guard !givenUp.isEmpty else { return }
        for condition in Self.states where givenUp[condition].map({ $0 <= stamp.monotonic }) == true {
            givenUp[condition] = nil
            desk.clear(condition, for: .heartRate, outcome: "abandoned", at: stamp, &output)
        }
    }

    /// That packets or intervals only repeat is known to the signal's state alone, and they are no heartbeat. Packets
    /// without intervals are also what a strap sends that finds none: the interval after them decides. An asystole that
    /// was shown is not less so because it lasts: it is what repeats.
    private mutating func evaluate(
        _ notification: SignalNotification, _ state: SignalState.Output, _ desk: AlarmDesk
    ) -> RateRules.Output {
        guard let refusal = state.refusal, state.state == .frozen || state.state == .flat else {
            return rules.judge(notification)
        }
        guard notification.rrIntervals.isEmpty, state.state == .frozen else { return rules.interrupt(refusal) }
        return isAsystolic(desk) ? rules.judge(notification) : rules.suspend(notification, refusal)
    }

    /// Gives everything up: the signal is gone. One that only repeats itself may be what it is in asystole, and the
    /// rules keep what the interval after it is judged by.
    mutating func abandon(
        _ refusal: Refusal, at stamp: Stamp, _ desk: inout AlarmDesk, _ output: inout EngineOutput
    ) {
        let isLasting = refusal == .frozenSignal && isAsystolic(desk)
        if refusal != .frozenSignal { _ = rules.interrupt(refusal) }
        pauseEnds = nil
        givenUp.removeAll()
        for condition in [.pause] + Self.states where !(isLasting && condition == .asystole) {
            desk.clear(condition, for: .heartRate, outcome: "abandoned", at: stamp, &output)
        }
    }

    private func isAsystolic(_ desk: AlarmDesk) -> Bool { desk.book.holds(.asystole, for: .heartRate) }

    private static let states = [AlarmCondition.asystole, .extremeBradycardia, .extremeTachycardia]

    private mutating func follow(
        _ condition: AlarmCondition, _ verdict: RateRules.Verdict, _ result: RateRules.Output,
        _ span: MonotonicTime.Span, at stamp: Stamp, in block: inout BlockBuilder<HeartRateSample>,
        _ desk: inout AlarmDesk, _ output: inout EngineOutput
    ) {
        let isRaised = desk.book.holds(condition, for: .heartRate)
        switch verdict {
        case .present where isRaised, .absent where !isRaised: givenUp[condition] = nil
        case .present: find(condition, result, span, at: stamp, in: &block, &desk, &output)
        case .absent:
            givenUp[condition] = nil
            desk.clear(condition, for: .heartRate, at: stamp, &output)
        case .notAssessed:
            if isRaised && givenUp[condition] == nil { givenUp[condition] = stamp.monotonic + patience }
        }
    }

    private func find(
        _ condition: AlarmCondition, _ result: RateRules.Output, _ span: MonotonicTime.Span, at stamp: Stamp,
        in block: inout BlockBuilder<HeartRateSample>, _ desk: inout AlarmDesk, _ output: inout EngineOutput
    ) {
        let from = MonotonicTime(microseconds: stamp.monotonic.microseconds.subtractingSaturating(span.microseconds))
        let evidence = AlarmDesk.Evidence(
            detector: RateRules.identity, stream: .heartRate, from: from,
            records: block.records(since: from, &output))
        let finding = desk.find(condition.rawValue, evidence, result, at: stamp, &output)
        desk.raise(condition, for: .heartRate, since: from, cause: finding, at: stamp, &output)
    }
}
