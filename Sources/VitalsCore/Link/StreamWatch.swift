import VitalsModel

/// One continuous stream of a sensor that should bring values: when it does not, it is subscribed to again, then the link is
/// made anew, then the adapter is recovered, then somebody is told (lessons 17 and 19). Each step has the same time.
///
/// It outlives the link: a step shows its effect on the next one. After a whole round there is one every five minutes.
struct StreamWatch: Sendable {
    /// The characteristic.
    let uuid: BluetoothUUID
    private let span: MonotonicTime.Span
    /// The last value or subscription; nil when the stream is not subscribed to.
    private var since: MonotonicTime?
    private var position = Position.first
    /// Whether a whole round brought nothing.
    private(set) var isExhausted = false
    /// When the last value came.
    private(set) var lastValue: MonotonicTime?

    private enum Position: Sendable { case first, resubscribed, reconnected, recovered, resting }

    enum Action: Hashable, Sendable {
        case resubscribe
        case reconnect
        case recoverAdapter
        case giveUp
    }

    init(_ uuid: BluetoothUUID, span: MonotonicTime.Span) {
        self.uuid = uuid
        self.span = span
    }

    /// When to call `expire`.
    var deadline: MonotonicTime? {
        since.map { $0 + (position == .resting ? LinkLimits.slowRetry : span) }
    }

    /// Whether it brought a value lately, or has just been subscribed to.
    func isLive(at time: MonotonicTime) -> Bool {
        guard let lastValue, since != nil else { return false }
        return (time - lastValue).microseconds / 2 <= span.microseconds
    }

    /// It is subscribed to.
    mutating func subscribed(at time: MonotonicTime) { if position != .resting || since == nil { since = time } }

    /// The link ended, or the subscription did.
    mutating func ended() { since = nil }

    /// A value came. Returns whether that ended a silence that somebody was told of.
    mutating func value(at time: MonotonicTime) -> Bool {
        if since != nil { since = time }
        lastValue = time
        position = .first
        defer { isExhausted = false }
        return isExhausted
    }

    /// The next step, when it is due. With `mayReconnect` false only the mildest step of each round is taken: another stream
    /// of the same sensor brings values, and the alarm has been raised.
    mutating func expire(at time: MonotonicTime, mayReconnect: Bool) -> Action? {
        guard let due = deadline, due <= time else { return nil }
        since = time
        switch position {
        case .first, .resting:
            position = .resubscribed
            return .resubscribe
        case .resubscribed where mayReconnect:
            position = .reconnected
            return .reconnect
        case .reconnected:
            position = .recovered
            return .recoverAdapter
        case .resubscribed, .recovered:
            position = .resting
            isExhausted = true
            return .giveUp
        }
    }

    /// The adapter cannot be recovered for this stream's sake now: the round is over.
    mutating func adapterStays(at time: MonotonicTime) {
        if since != nil { since = time }
        position = .resting
        isExhausted = true
    }
}
