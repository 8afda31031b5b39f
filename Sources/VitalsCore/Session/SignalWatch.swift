import VitalsDetection
import VitalsJSON
import VitalsModel

/// Follows the signal of one stream: writes each change of its state as absence, and raises the technical alarm of a
/// state that lasts. Until then physiological alarms stand; from then on they are given up, so that a sensor that was
/// taken off does not alarm for ever (lesson 43).
///
/// A technical alarm ends, or makes room for another one, when its state has been over for
/// `SensorConfiguration.technicalHold`: a state that flickers is one alarm.
///
/// A strap whose rate stands still or falls and that sends no interval any more is one that has frozen or one on a
/// heart that stands still. Nothing that it sends tells the two apart, so its values are said not to be current, soon:
/// somebody has to look.
struct SignalWatch {
    private var signal: SignalState
    private let stream: SampleStream
    private let configuration: SensorConfiguration

    /// Since when no live value has come; nil while the signal is live.
    private var absentSince: MonotonicTime?
    /// The record of the last change.
    private var cause: UInt64 = 0
    private var raised: AlarmCondition?
    /// When the raised alarm ends, unless its state comes back before; nil while it holds.
    private var ends: MonotonicTime?
    /// Whether a state was written before.
    private var hasBegun = false
    /// The intervals of a heart-rate stream, and since when they are missing while its rate does not rise.
    private var beats = BeatSilence(provenAfter: Self.beatsMissingBound)
    private var beatsMissingSince: MonotonicTime?
    /// What is raised when, if the state lasts.
    private var pending: (condition: AlarmCondition, due: MonotonicTime)?

    init(stream: SampleStream, signal: SignalState.Configuration, configuration: SensorConfiguration) {
        self.signal = SignalState(configuration: signal)
        self.stream = stream
        self.configuration = configuration
    }

    /// The state of the stream.
    var state: SignalState.State { signal.state }

    /// When to call `expire`.
    var deadline: MonotonicTime? { .earliest(signal.deadline, pending?.due, ends) }

    mutating func receive(
        _ notification: SignalNotification, at stamp: Stamp, _ desk: inout AlarmDesk, _ output: inout EngineOutput
    ) -> SignalState.Output {
        let result = signal.receive(notification)
        note(result, at: stamp, &desk, &output)
        if stream == .heartRate { watchBeats(notification, result, at: stamp, desk, &output) }
        return result
    }

    mutating func linkUp(at stamp: Stamp, _ desk: inout AlarmDesk, _ output: inout EngineOutput) {
        note(signal.linkUp(at: stamp.monotonic), at: stamp, &desk, &output)
    }

    mutating func linkDown(at stamp: Stamp, _ desk: inout AlarmDesk, _ output: inout EngineOutput) {
        beats.reset()
        beatsMissingSince = nil
        note(signal.linkDown(at: stamp.monotonic), at: stamp, &desk, &output)
    }

    /// Whether `expire` has something to do.
    func isDue(at time: MonotonicTime) -> Bool { deadline.map { $0 <= time } ?? false }

    /// Does what is due at the stamp's time. When a state has lasted so long that it is a technical alarm, the refusal
    /// with which the stream's physiological conditions are given up.
    mutating func expire(at stamp: Stamp, _ desk: inout AlarmDesk, _ output: inout EngineOutput) -> Refusal? {
        if let result = signal.expire(at: stamp.monotonic) { note(result, at: stamp, &desk, &output) }
        if let ends, ends <= stamp.monotonic { clear(at: stamp, &desk, &output) }
        guard let pending, pending.due <= stamp.monotonic else { return nil }
        self.pending = nil
        if raised != pending.condition {
            clear(at: stamp, &desk, &output)
            raised = pending.condition
            desk.raise(
                pending.condition, for: stream, since: absentSince ?? stamp.monotonic, cause: cause, at: stamp,
                &output)
        }
        return signal.state.refusal
    }

    private mutating func clear(at stamp: Stamp, _ desk: inout AlarmDesk, _ output: inout EngineOutput) {
        if let raised { desk.clear(raised, for: stream, at: stamp, &output) }
        raised = nil
        ends = nil
    }

    private mutating func note(
        _ result: SignalState.Output, at stamp: Stamp, _ desk: inout AlarmDesk, _ output: inout EngineOutput
    ) {
        output.trace(SignalState.identity, result, of: stream.name, sensor: desk.sensor, at: stamp.monotonic)
        guard let previous = result.previous else {
            if let gap = result.gap { writeGap(gap, result, at: stamp, desk, &output) }
            return
        }
        cause = output.append(.absence, sensor: desk.sensor, stamp: stamp, subject: stream.name) { json in
            if let gap = result.gap { json.member("gap", gap.microseconds) }
            if hasBegun { json.member("previous", previous.name) }
            if let repeated = result.repeatedSince, result.state == .frozen {
                json.member("repeatedSince", repeated.microseconds)
            }
            json.member("since", result.since.microseconds)
            json.member("state", result.state.name)
        }
        hasBegun = true
        follow(result.state, at: stamp)
    }

    /// A silence that ended before anything called `expire`, as when the wall of a live gateway stood still.
    private func writeGap(
        _ gap: MonotonicTime.Span, _ result: SignalState.Output, at stamp: Stamp, _ desk: AlarmDesk,
        _ output: inout EngineOutput
    ) {
        output.append(.absence, sensor: desk.sensor, stamp: stamp, subject: stream.name) { json in
            json.member("gap", gap.microseconds)
            json.member("since", result.since.microseconds)
            json.member("state", result.state.name)
        }
    }

    private mutating func follow(_ state: SignalState.State, at stamp: Stamp) {
        let now = stamp.monotonic
        if state == .streaming && beatsMissingSince == nil {
            absentSince = nil
        } else if absentSince == nil {
            absentSince = beatsMissingSince ?? now
        }
        let next = technicalCondition(of: state)
        if let raised { ends = raised == next?.condition ? nil : ends ?? now + configuration.technicalHold }
        pending = next.map { condition, after in
            let due = max((absentSince ?? now) + after, ends ?? now, now)
            // A link that has just come up gets its time to bring a value, however long there was none before.
            return (condition, state == .waiting ? max(due, signal.deadline ?? due) : due)
        }
    }

    private func technicalCondition(
        of state: SignalState.State
    ) -> (condition: AlarmCondition, after: MonotonicTime.Span)? {
        switch state {
        case .streaming: beatsMissingSince == nil ? nil : (.signalLost, Self.beatsMissingAfter)
        case .noContact: (.sensorOff, configuration.sensorOffAfter)
        case .frozen, .flat: (.signalFrozen, .seconds(0))
        case .linkDown: (.linkLost, configuration.linkLostAfter)
        case .waiting, .stale, .invalid, .noReading, .questionable: (.signalLost, configuration.notCurrentAfter)
        }
    }

    /// No interval for so long is asystole, if a heart is at the other end.
    private static let beatsMissingBound = MonotonicTime.Span.seconds(4)

    /// Missing for so long, beats are a technical alarm. Twice the bound: a pause of a few seconds, which the interval
    /// that ends it tells, calls nobody to the sensor; and within the 10 s in which asystole has to be alarmed.
    private static let beatsMissingAfter = MonotonicTime.Span.seconds(8)

    /// Follows whether intervals come. Only a rate that stands still or falls is doubtful: one that rises is computed
    /// from beats.
    private mutating func watchBeats(
        _ notification: SignalNotification, _ result: SignalState.Output, at stamp: Stamp, _ desk: AlarmDesk,
        _ output: inout EngineOutput
    ) {
        if result.state != .streaming || result.gap != nil {
            beats.reset()
        } else if !notification.rrIntervals.isEmpty {
            beats.beat(at: stamp.monotonic, heartRate: notification.value ?? 0)
        } else {
            beats.noBeat(heartRate: notification.value ?? 0, at: stamp.monotonic)
        }
        var missing: MonotonicTime?
        if let since = beats.since, stamp.monotonic - since >= Self.beatsMissingBound,
            beats.rate == .held || beats.rate == .falling
        {
            missing = since
        }
        guard missing != beatsMissingSince else { return }
        beatsMissingSince = missing
        if result.state == .streaming {
            cause = output.append(.absence, sensor: desk.sensor, stamp: stamp, subject: stream.name) { json in
                json.member("since", (missing ?? stamp.monotonic).microseconds)
                json.member("state", missing == nil ? result.state.name : "beats-missing")
            }
        }
        follow(result.state, at: stamp)
    }
}
