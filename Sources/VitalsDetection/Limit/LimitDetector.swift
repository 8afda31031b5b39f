public import VitalsModel

/// Watches one limit of one quantity, with a delay before it is raised and a hysteresis before it is cleared.
///
/// **Rule.** A reading is *beyond* when it is below the limit of a low alarm (above that of a high alarm), *back* when
/// it is at least the hysteresis on the other side of it, and *between* otherwise.
/// - `inactive` to `pending`: the first reading beyond.
/// - `pending` to `active` (`raised`): a reading beyond, `delay` or more after the first one, or once the readings
///   beyond have brought `beats` beats. The transition carries the time at which the delay expired.
/// - `pending` or `active` to `inactive` (`cleared`): readings back, without one that is not, for `recoveryDelay`. So
///   neither a value that plays around the limit nor one flicker resets a streak or makes a second alarm (lesson 43).
/// - A pending streak is not carried over more than `absenceBound` without an assessable reading, nor over a step back
///   in time: it begins anew. An active condition does not clear because readings stop: the engine ends it with
///   `abandon(at:)` once its technical alarm has taken over.
///
/// A limit changes state on readings only. Nothing happens when time passes without one, so it has no deadline.
///
/// - Unit and range: hundredths of the quantity's unit, any `Int32`.
/// - Cost: a few comparisons a reading, 100 octets.
/// - First decision: on the first reading. First alarm: `delay` after the first reading beyond, to the next reading.
/// - Source: BICEPS `AlertCondition` and `DefaultConditionGenerationDelay` (IEEE 11073-10207) for the states; the delay
///   of 15 s at 90 % for its effect on nuisance alarms.
/// - Cannot see: a fall that is back before the delay has expired, and anything while there are no valid readings.
public struct LimitDetector: Sendable {
    /// The detector's name and version.
    public static let identity = DetectorIdentity(name: "limit", version: 1)

    /// What is watched, and how.
    public let configuration: Configuration
    /// The condition's state.
    public private(set) var state = State.inactive

    private var beats = 0
    private var lastReading: MonotonicTime?
    private var wasBeyond = false
    private var backSince: MonotonicTime?

    /// A detector without history.
    public init(configuration: Configuration) {
        self.configuration = configuration
    }

    /// Where the condition stands.
    public enum State: Hashable, Sendable {
        /// No condition.
        case inactive
        /// The limit is violated since then, not long enough for an alarm.
        case pending(since: MonotonicTime)
        /// The condition is raised; the violation began then.
        case active(since: MonotonicTime)
    }

    /// Judges one reading.
    ///
    /// - Parameters:
    ///   - reading: the value, or why there is none; without one the state stays and the output refuses.
    ///   - time: when the reading was received.
    ///   - beats: how many beats the packet of this reading reported; 0 where the sensor sends no intervals.
    public mutating func judge(_ reading: Reading, at time: MonotonicTime, beats newBeats: Int = 0) -> Output {
        switch reading {
        case .absent(let refusal): output(nil, nil, refusal)
        case .value(let value): judge(value, at: time, beats: newBeats)
        }
    }

    /// Ends the condition because it can no longer be judged (signal lost, sensor off), as a transition of its own.
    ///
    /// - Returns: the output with `abandoned` when the condition was active; a pending one ends without a transition.
    public mutating func abandon(_ refusal: Refusal, at time: MonotonicTime) -> Output {
        var transition: Transition?
        if case .active = state { transition = .abandoned(at: time) }
        state = .inactive
        breakStreak()
        return output(nil, transition, refusal)
    }

    private mutating func judge(_ value: Int32, at time: MonotonicTime, beats newBeats: Int) -> Output {
        let previous = lastReading
        lastReading = time
        if let previous, !(previous...(previous + configuration.absenceBound) ~= time) { breakStreak() }
        let position = configuration.position(of: value)
        var transition: Transition?
        switch position {
        case .beyond: transition = advance(at: time, beats: newBeats, after: previous)
        case .between: backSince = nil
        case .back: transition = recover(at: time)
        }
        wasBeyond = position == .beyond
        return output(value, transition, nil)
    }

    private mutating func advance(at time: MonotonicTime, beats newBeats: Int, after previous: MonotonicTime?)
        -> Transition?
    {
        backSince = nil
        if case .active = state { return nil }
        var since = time
        if case .pending(let start) = state { since = start } else { beats = 0 }
        let counted = min(max(newBeats, 0), VitalsDetectionLimits.pendingBeats)
        beats = min(beats + counted, VitalsDetectionLimits.pendingBeats)
        let expiry = since + configuration.delay
        let isLongEnough = time >= expiry
        guard isLongEnough || configuration.beats.map({ beats >= $0 }) == true else {
            state = .pending(since: since)
            return nil
        }
        state = .active(since: since)
        // The value in force when the delay expired was the previous reading's: only if that one was beyond did the
        // condition become true there and not at this reading.
        let becameTrueEarlier = isLongEnough && wasBeyond && previous.map { $0 < expiry } == true
        return .raised(at: becameTrueEarlier ? expiry : time)
    }

    private mutating func recover(at time: MonotonicTime) -> Transition? {
        guard state != .inactive else { return nil }
        let since = backSince ?? time
        backSince = since
        let expiry = since + configuration.recoveryDelay
        guard time >= expiry else { return nil }
        var transition: Transition?
        if case .active = state { transition = .cleared(at: expiry) }
        state = .inactive
        backSince = nil
        return transition
    }

    private mutating func breakStreak() {
        backSince = nil
        wasBeyond = false
        if case .pending = state { state = .inactive }
    }

    private func output(_ value: Int32?, _ transition: Transition?, _ refusal: Refusal?) -> Output {
        Output(
            decision: refusal.map { .notAssessed($0) } ?? Decision(state), state: state, transition: transition,
            value: value, threshold: configuration.threshold(isActive: isActive), beats: isPending ? beats : 0)
    }

    private var isActive: Bool {
        if case .active = state { true } else { false }
    }

    private var isPending: Bool {
        if case .pending = state { true } else { false }
    }
}
