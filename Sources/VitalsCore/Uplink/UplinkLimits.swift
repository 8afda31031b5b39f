public import VitalsModel

/// The bounds of a sink's delivery.
public enum UplinkLimits {
    /// Records handed to the transport and not yet acknowledged. 20 is what libmosquitto sends before it starts to queue
    /// (its `max_inflight_messages`): above it, its unbounded queue would hold records (lesson 33).
    public static let inFlightMax = 20

    /// Records read from the journal at once: three windows, so that one read serves several round trips, and at most
    /// some 64 KiB of sample blocks stand in memory whatever the backlog.
    public static let readAheadMax = 64

    /// How long a broker may leave a record unacknowledged. A broker that is alive answers within its round trip; one
    /// that hangs is otherwise never noticed while its TCP peer acknowledges (lesson 34).
    public static let acknowledgementDeadline = MonotonicTime.Span.seconds(10)

    /// The first pause after a refusal: long enough not to hammer a broker that is over its quota.
    public static let refusalDelayMin = MonotonicTime.Span.seconds(1)

    /// The longest pause after a refusal: a subscriber that comes back waits no longer than this for its records.
    public static let refusalDelayMax = MonotonicTime.Span.seconds(60)

    /// Doublings after which the pause is at its longest (2^6 s is beyond 60 s), so that the shift cannot overflow.
    static let refusalDoublingsMax = 6
}
