internal import VitalsModel

/// The bounds of the daemon's composition, each with its reason.
enum VitalsDaemonLimits {
    /// Events handled before the loop looks at its other sources: at some microseconds an event, a signal or the
    /// watchdog waits a few milliseconds at most.
    static let eventsPerTurn = 512

    /// How often a draining daemon looks whether all is published, and the status line is written.
    static let drainPoll = MonotonicTime.Span.milliseconds(100)
    static let statusInterval = MonotonicTime.Span.seconds(5)

    /// Records that wait here when the writer's queue, which gives up all that may go, takes no more: alarms, some tens of
    /// megabytes. Beyond that the process would be ended without a word.
    static let heldRecordsMax = 50_000

    /// What a journal in memory may take that stands in for one which cannot be opened: beside all else it fits into the
    /// unit's `MemoryMax=`, and holds half a day of eight sensors without waveforms. Beyond that retention drops the oldest.
    static let standInBytes: Int64 = 32 << 20

    /// How long a journal that stands in goes on to publish when the other one can be opened again, and how many records may
    /// be left then: a stop publishes them too.
    static let standInDrain = MonotonicTime.Span.seconds(60)
    static let standInBacklog: UInt64 = 64

    /// A jump of the wall clock against the one that never steps that counts as a step: slewing moves it by 0.5 ms a
    /// second at most, and nobody schedules care by half a second.
    static let clockStep = MonotonicTime.Span.milliseconds(500)

    /// The least time between two requests to the flight recorder: a frozen set holds several minutes.
    static let freezeInterval = MonotonicTime.Span.seconds(60)

    /// How often the synchronisation of the wall clock is asked for: it changes minutes after a start, or hours.
    static let synchronisationInterval = MonotonicTime.Span.seconds(30)

    /// How long the answer to that may take: timedated may have to be started first, on a slow machine.
    static let synchronisationDeadline = MonotonicTime.Span.seconds(10)

    /// How long a stop may take to make durable what is queued: the writer's largest queue on a slow SD card.
    static let writerStopMilliseconds = 10_000

    /// How long a stop may take to publish what is on the way. With the above it stays below the unit's
    /// `TimeoutStopSec=`.
    static let uplinkStop = MonotonicTime.Span.seconds(5)
}
