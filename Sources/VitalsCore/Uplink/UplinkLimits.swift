public import VitalsModel

/// The bounds of a sink's delivery.
public enum UplinkLimits {
    /// Records handed to the transport and not yet acknowledged. 20 is what libmosquitto sends before it starts to queue
    /// (its `max_inflight_messages`): above it, its unbounded queue would hold records (lesson 33).
    public static let inFlightMax = 20

    /// Records read from the journal at once: three windows, so that one read serves several round trips, and at most
    /// some 64 KiB of sample blocks stand in memory for each lane whatever the backlog.
    public static let readAheadMax = 64

    /// A backlog that one read brings is no backlog: it goes out in order, before what comes after it.
    static let catchUpMax: UInt64 = 64

    /// How long live data may be behind before newer data overtake them: well within the 5 s that live data may take.
    static let liveLagMax = MonotonicTime.Span.seconds(2)

    /// Of a full window, what samples leave free: an alarm never waits for the PUBACK of a sample.
    static let alarmReserve = 1

    /// Of a full window, what the backlog leaves free for live data and alarms: with less, live data would wait for a
    /// round trip of the backlog; with more, the backlog would be slower for nothing.
    static let liveReserve = 3

    /// Windows smaller than this have no room to reserve: there the order of the lanes alone decides.
    static let reservingWindowMin = 6

    /// How long a broker may leave a record unacknowledged. A broker that is alive answers within its round trip; one
    /// that hangs is otherwise never noticed while its TCP peer acknowledges (lesson 34).
    public static let acknowledgementDeadline = MonotonicTime.Span.seconds(10)

    /// The first pause after a refusal: long enough not to hammer a broker that is over its quota.
    public static let refusalDelayMin = MonotonicTime.Span.seconds(1)

    /// The longest pause after a refusal: a subscriber that comes back waits no longer than this for its records, and its
    /// alarms. It costs a broker that refuses for days one message in that time.
    public static let refusalDelayMax = MonotonicTime.Span.seconds(15)

    /// Doublings after which the pause is at its longest (2^4 s is beyond 15 s), so that the shift cannot overflow.
    static let refusalDoublingsMax = 4

    /// Alarms that may wait for a late commit at a time: a hundred sensors that raise ten each. What is beyond it waits for
    /// its commit, as every other record does.
    public static let lateAlarmsMax = 1_000

    /// How long the commit of an alarm may take before it is published without: five times the interval of two commits,
    /// so that a healthy disk never comes near it, and a quarter of the 2 s that an alarm may take.
    public static let alarmBudget = MonotonicTime.Span.milliseconds(500)

    /// Alarm conditions whose newest record is known: 32 sensors have some 1,300. Beyond it a record is taken for the
    /// newest, as it is in nearly every case.
    static let alarmStatesMax = 4_096

    /// Records a second of the backlog at the start: a day of eight sensors (some 130,000 records) in four minutes.
    public static let backlogRateStart: Int64 = 500

    /// However slow the broker answers, the backlog goes on: 72 hours of eight sensors in two hours.
    public static let backlogRateMin: Int64 = 50

    /// More than any broker on such a machine takes; beyond it a pace would be no bound.
    public static let backlogRateMax: Int64 = 20_000

    /// What may gather while nothing was handed over: a pause of the thread, or a round trip, must not cost throughput.
    static let backlogBurst = MonotonicTime.Span.milliseconds(20)

    /// Records of the backlog become due together in steps of this, so that the thread does not wake for each.
    static let backlogStep = MonotonicTime.Span.milliseconds(5)

    /// How long the pace watches the answers before it changes: ten round trips of a near broker, one of a far one.
    static let paceInterval = MonotonicTime.Span.milliseconds(100)

    /// An answer that took longer than this times the shortest says that the broker queues.
    static let paceSlownessMax: Int64 = 4

    /// Answers faster than this are never slow: on one machine they are within the noise of its scheduler.
    static let paceQuickAnswer = MonotonicTime.Span.milliseconds(50)
}
