public import VitalsModel

/// What can be said of one stream of one sensor: whether its numbers are live, and if not, since when and why.
///
/// Absence is data: each way in which a number can be missing or worthless is a state with a stated detection time, and
/// `State.refusal` is what every other detector is told while it lasts. The states, the first that applies standing:
///
/// | State | Holds when | Detected |
/// |---|---|---|
/// | `linkDown` | the link ended | with the event |
/// | `stale` | no notification for more than max(3 s, 3 RR), at most 10 s | at that moment, by `deadline` |
/// | `waiting` | the link is up and nothing came yet; `stale` after 10 s | with the event |
/// | `noContact` | contact detection is supported and there is none | with the notification |
/// | `invalid` | the sensor sent no number, or says that it is none | with the notification |
/// | `noReading` | a heart rate of 0, which is how straps say that they have none | with the notification |
/// | `frozen` | one packet, unchanged in every field, for 60 s with RR intervals, 300 s (oximeter: 300 s with a pulse amplitude index, else 600 s) | then |
/// | `flat` | RR intervals equal to the last bit for 10 s and 8 beats | then |
/// | `questionable` | the sensor doubts its value | with the notification |
/// | `streaming` | none of these | with the notification |
///
/// A constant number alone is no fault: SpO2 stands at 98 % for hours, a smoothed heart rate for minutes. What cannot
/// stay the same is a pulse amplitude index or a train of RR intervals (lesson 21: 63 bpm for 679 minutes off the wrist).
///
/// Time passes only through its calls: the engine calls `expire(at:)` when data time reaches `deadline`, before it hands
/// over what happened later. `receive` does not need that to be right: a late notification reports its gap.
///
/// - Cost: a comparison with the last packet; 200 octets and that packet.
/// - Cannot see: a sensor that invents plausible numbers; a frozen value in the time before it is detected, which is why
///   the output says since when the packet repeats.
public struct SignalState: Sendable {
    /// The detector's name and version.
    public static let identity = DetectorIdentity(name: "signal-state", version: 1)

    /// The bounds.
    public let configuration: Configuration
    /// The stream's state.
    public private(set) var state = State.linkDown
    /// When the stream entered it, in data time; nil before the first event.
    public private(set) var since: MonotonicTime?
    /// When the stream becomes stale if nothing arrives before: the first microsecond of a gap that is too long.
    public private(set) var deadline: MonotonicTime?

    private var continuity: NotificationContinuity
    private var repetition = Repetition()
    private var lastReceived: MonotonicTime?

    /// A stream whose link is not up yet.
    public init(configuration: Configuration = .heartRate) {
        self.configuration = configuration
        continuity = NotificationContinuity(floor: configuration.staleAfter)
    }

    /// The link came up: the stream has until `deadline` to show a first notification.
    public mutating func linkUp(at time: MonotonicTime) -> Output {
        forget()
        deadline = time + configuration.firstNotificationWithin
        return enter(.waiting, at: time)
    }

    /// The link ended.
    public mutating func linkDown(at time: MonotonicTime) -> Output {
        forget()
        deadline = nil
        return enter(.linkDown, at: time)
    }

    /// Data time reached `time`: the stream is stale if its deadline has passed. Nil when nothing changes.
    public mutating func expire(at time: MonotonicTime) -> Output? {
        guard let due = deadline, time >= due else { return nil }
        deadline = nil
        repetition = Repetition()
        return enter(.stale, at: due)
    }

    /// A notification arrived.
    public mutating func receive(_ notification: SignalNotification) -> Output {
        let time = notification.time
        var gap: MonotonicTime.Span?
        if let lastReceived {
            let silence = time - lastReceived
            // A step back in time is an interruption too: nothing may be measured across it.
            if silence > continuity.bound || silence.microseconds < 0 { gap = silence }
        }
        if gap != nil { repetition = Repetition() }
        lastReceived = time
        continuity.note(notification.rrIntervals)
        deadline = time + continuity.bound + MonotonicTime.Span(microseconds: 1)
        repetition.note(notification)
        return enter(classify(notification), at: time, gap: gap)
    }

    private func classify(_ notification: SignalNotification) -> State {
        if notification.contact == .notDetected { return .noContact }
        guard notification.validity != .invalid, let value = notification.value else { return .invalid }
        if value <= 0 { return .noReading }
        if repetition.repeatedFor(until: notification.time) >= configuration.frozenBound(repetition) { return .frozen }
        if repetition.isFlat(for: configuration.flatAfter, beats: configuration.flatBeats) { return .flat }
        return notification.validity == .questionable ? .questionable : .streaming
    }

    private mutating func enter(_ new: State, at time: MonotonicTime, gap: MonotonicTime.Span? = nil) -> Output {
        let previous = state
        let isChange = previous != new || since == nil
        if isChange {
            state = new
            since = time
        }
        return Output(
            state: new, previous: isChange ? previous : nil, since: since ?? time, gap: gap,
            repeatedSince: repetition.repeatedSince, repeatedIntervals: repetition.equalIntervals, deadline: deadline)
    }

    private mutating func forget() {
        lastReceived = nil
        repetition = Repetition()
        continuity.reset()
    }
}
