public import VitalsModel

/// When the events of a recording are due on the clock of this machine.
public struct ReplayPace: Sendable {
    private let speed: Double
    private var origin: (clock: MonotonicTime, data: MonotonicTime)?

    /// `speed` times real time; 0 is as fast as possible.
    public init(speed: Double) { self.speed = speed }

    /// Says that the data time `data` is now.
    public mutating func begin(at clock: MonotonicTime, data: MonotonicTime) { origin = (clock, data) }

    /// When an event is due; nil when it is due at once.
    public func due(_ data: MonotonicTime) -> MonotonicTime? {
        guard speed > 0, let origin else { return nil }
        let ahead = Double((data - origin.data).microseconds) / speed
        return origin.clock + MonotonicTime.Span(microseconds: Int64(min(max(ahead, 0), 9e18)))
    }
}
