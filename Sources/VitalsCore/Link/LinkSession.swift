import VitalsModel

/// The machine of one sensor: waiting ▸ connecting ▸ resolving ▸ (pairing) ▸ subscribing ▸ streaming, and back to waiting by
/// `ending` or when the link is lost.
///
/// The supervisor decides when it may connect; everything after that is decided here. What always holds:
///
/// - The engine is told that the link is up before the first value, and that it is down after the last; in turns.
/// - One command is open at a time; only `disconnect` may overtake one that hangs. Each has a deadline of our own.
/// - Whatever the phase, some time or event leads out of it.
struct LinkSession: Sendable {
    let sensor: SensorAddress
    let settings: SensorLink
    /// Whether the configuration names it; others are forgotten when they are gone.
    let isListed: Bool
    let configuration: LinkConfiguration

    // What there is.
    var phase = LinkPhase.waiting
    /// The adapter of the link or of the attempt.
    var adapter: AdapterIndex?
    /// Whether the engine was told that the link is up.
    var isUp = false
    var open: OpenCommand?
    var reception = Reception()
    var conditions: ConditionBook
    var counters = LinkCounters()
    var values = ValueDesk()

    // What it waits for.
    /// The end of the present phase, whatever happens.
    var phaseDeadline: MonotonicTime?
    var retryAt: MonotonicTime
    /// Since when there is no link, for the order in which sensors are connected to.
    var waitingSince: MonotonicTime
    /// Since when it waits for nothing but a slot.
    var slotWantedSince: MonotonicTime?
    /// Until when a link that somebody else made may show itself as usable.
    var leftoverDeadline: MonotonicTime?
    var backoff = Backoff()
    /// The pauses of a sensor whose table or subscriptions somebody has to look at.
    var slowBackoff = Backoff(first: LinkLimits.slowRetryFirst, limit: LinkLimits.slowRetry)
    var ending: Ending?

    // What is known of the present link.
    var upSince: MonotonicTime?
    var setupBegan: MonotonicTime?
    var setup: MonotonicTime.Span?
    /// The link came up and ended again before `connect` was answered.
    var wasLostInConnect = false
    var steps: [LinkStep] = []
    var pausedUntil: MonotonicTime?
    /// The pause before what ended by itself is subscribed to again (lesson 7).
    var resubscription = Backoff()
    var plan: SubscriptionPlan?
    var subscribed: Set<UInt16> = []
    var attempt: SubscriptionAttempt?
    var clock = SensorClock()
    var records: StoredRecords?
    /// Whether stored records were asked for over this link: once is enough.
    var hasAskedRecords = false
    var battery = BatterySource.unknown
    var hasPaired = false
    var isPairingForRead = false
    var quality: QualitySpan?

    // What is remembered from link to link.
    var method: SubscriptionMethod
    var streams: [StreamWatch] = []
    var recordMemory = StoredRecordMemory()
    var refusedAt: MonotonicTime?
    /// The measurements for whose sake the link was made anew because they refused to be subscribed to.
    var reconnectedFor: Set<BluetoothUUID> = []
    var hasTriedPairingForRead = false
    var inProgress = 0
    var rediscoveries = 0
    var authenticationFailures = 0
    var earlyLosses = 0
    /// Streams for whose sake the adapter should be recovered; the supervisor decides.
    var wantsAdapterRecovery: BluetoothUUID?
    /// Whether a subscription of this link worked, so that the sensor ended no service.
    var isProvenHarmless = false

    /// Where the battery level comes from: never from both.
    enum BatterySource: Sendable { case unknown, service, characteristic }

    /// The time that the quality is reported of.
    struct QualitySpan: Sendable {
        var due: MonotonicTime
        var values = 0
    }

    /// How a link, or an attempt, is being ended, and what comes after.
    struct Ending: Hashable, Sendable {
        var retry: Retry
        /// Whether the service is to forget the sensor afterwards, so that its table is read anew.
        var forgets = false
        /// Whether there was no link yet, so that its adapter is not free before this is over.
        var isAttempt = false
        var tries = 1
        var hasBeenAnswered = false
    }

    /// When the next attempt may be made.
    enum Retry: Hashable, Sendable {
        case atOnce
        case after(MonotonicTime.Span)
        /// One more failure.
        case backoff
        /// One more failure that somebody has to look at.
        case slowly

        var isSoon: Bool {
            switch self {
            case .atOnce, .backoff: true
            case .after(let span): span <= LinkLimits.heardSpan
            case .slowly: false
            }
        }
    }

    init(
        sensor: SensorAddress, isListed: Bool, _ configuration: LinkConfiguration, at time: MonotonicTime
    ) {
        self.sensor = sensor
        self.isListed = isListed
        self.configuration = configuration
        settings = configuration.link(of: sensor)
        method = settings.method
        conditions = ConditionBook(sensor: sensor)
        retryAt = time
        waitingSince = time
    }
}

// MARK: - What others ask

extension LinkSession {
    /// Whether there is neither a link nor an attempt.
    var isIdle: Bool { phase == .waiting }

    /// Whether it takes one of its adapter's slots.
    var holdsSlot: Bool { isUp || !isIdle }

    /// Whether its adapter may make no other link and may not listen now.
    var occupiesAdapter: Bool {
        if phase == .connecting || ending?.isAttempt == true { return true }
        if case .connect? = open?.command { return true }
        return false
    }

    /// Whether it could be connected to now, were it heard.
    func isReady(at time: MonotonicTime) -> Bool { isIdle && open == nil && retryAt <= time }

    /// Whether it is worth listening for.
    func isMissed(at time: MonotonicTime) -> Bool {
        if let ending { return ending.retry.isSoon }
        return isIdle && retryAt <= time + LinkLimits.heardSpan
    }

    /// Whether values come, or come when somebody takes them.
    func isStreaming(at time: MonotonicTime) -> Bool {
        guard isUp, phase == .streaming else { return false }
        return streams.isEmpty || streams.contains { $0.isLive(at: time) }
    }

    /// When a sensor that waits for a slot has not been heard for so long that it is gone.
    var slotUnwantedAt: MonotonicTime? {
        guard slotWantedSince != nil, isIdle else { return nil }
        return (reception.lastHeard ?? waitingSince) + LinkLimits.slotWishSpan
    }

    /// When to call `expire`; nil when only an event can change something.
    var deadline: MonotonicTime? {
        var earliest = MonotonicTime.earliest(open?.deadline, phaseDeadline, records?.deadline)
        earliest = .earliest(earliest, quality?.due, leftoverDeadline)
        if isUp, open == nil, !steps.isEmpty { earliest = .earliest(earliest, pausedUntil) }
        if phase == .streaming {
            for stream in streams { earliest = .earliest(earliest, stream.deadline) }
            earliest = .earliest(earliest, refusedAt)
        }
        if let since = slotWantedSince {
            let raisedAt = conditions.contains(.noSlot) ? nil : since + LinkLimits.slotGrace
            earliest = .earliest(earliest, raisedAt, slotUnwantedAt)
        }
        if isUp, backoff.failures > 0, let upSince { earliest = .earliest(earliest, upSince + LinkLimits.steadyAfter) }
        return earliest
    }

    /// Elements that are kept, for the test that they stay few.
    var storedCount: Int {
        steps.count + subscribed.count + streams.count + values.count + recordMemory.count + conditions.present.count
            + counters.recoveries.count
    }
}
