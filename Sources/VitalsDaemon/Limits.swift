internal import VitalsModel

/// The bounds of the daemon's composition, each with its reason.
enum VitalsDaemonLimits {
    /// Events handled before the loop looks at its other sources: at some microseconds an event, a signal or the
    /// watchdog waits a few milliseconds at most.
    static let eventsPerTurn = 512

    /// How often a draining daemon looks whether all is published, and the status line is written.
    static let drainPoll = MonotonicTime.Span.milliseconds(100)
    static let statusInterval = MonotonicTime.Span.seconds(5)

    /// How long a stop may take to make durable what is queued: the writer's largest queue on a slow SD card.
    static let writerStopMilliseconds = 10_000

    /// How long a stop may take to publish what is on the way. With the above it stays below the unit's
    /// `TimeoutStopSec=`.
    static let uplinkStop = MonotonicTime.Span.seconds(5)
}
