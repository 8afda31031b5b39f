import VitalsModel

/// The bounds of a simulation, each with its reason.
public enum VitalsSimulationLimits {
    /// Virtual hours of a run: a day with all its records fits into the memory of a small machine.
    public static let hoursMax = 24.0

    /// Sensors of a run: a ward.
    public static let sensorsMax = 64

    /// How long the last phase of a run may take until everything is delivered, with nothing failing any more.
    static let livenessSpan = MonotonicTime.Span.seconds(900)

    /// From the end of the faults until the broker is reached again (I8).
    static let reconnectSpan = MonotonicTime.Span.seconds(30)

    /// How soon the service manager starts a process again that ended (`RestartSec=` of the unit).
    static let restartDelay = MonotonicTime.Span.seconds(1)

    /// From the record of an alarm to its publication, while the broker and the disk are well (I5).
    static let alarmSpan = MonotonicTime.Span.seconds(2)

    /// How long everything has to have been well before `alarmSpan` is asked for.
    static let calmSpan = MonotonicTime.Span.seconds(30)

    /// Turns of one moment of virtual time: beyond it something spins.
    static let turnsPerMomentMax = 10_000

    /// How long the far side waits for what it asked for before it asks anew: a replay of an hour takes seconds, and a
    /// gateway that was killed over it has forgotten it.
    static let requestSpan = MonotonicTime.Span.seconds(60)

    /// Ranges that a request names one by one; beyond them it names what holds them all (docs/uplink.md: 1,000 at most).
    static let requestRanges = 500

    /// Changes of the operator's key in one world: each is wrapped anew at a start, and all former ones are kept.
    static let keyChangesMax = 5

    /// How often the cheap invariants on bounds are looked at, in virtual time.
    static let checkInterval = MonotonicTime.Span.seconds(10)

    /// Violations that a run reports: after the first, others follow from it.
    static let violationsMax = 8
}
