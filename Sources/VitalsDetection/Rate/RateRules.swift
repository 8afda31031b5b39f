import VitalsModel

/// Pause, asystole, extreme bradycardia and extreme tachycardia from RR intervals, told from a lost signal.
///
/// **Rules** (PhysioNet/CinC Challenge 2015 for the last three):
/// - *pause*: an RR interval of 3 s or more. An event of the notification that brought it.
/// - *asystole*: no beat for 4 s or more, either while it lasts or by the RR interval that ended it.
/// - *extreme bradycardia*: the mean rate over 5 RR intervals is below 40 bpm; it ends at 42.
/// - *extreme tachycardia*: the mean rate over 17 RR intervals is above 140 bpm; it ends at 138.
///
/// **A pause of the heart or of the signal?** A sensor that loses the skin or the radio sends a long RR afterwards too.
/// So an RR interval is a pause, or asystole, only if it was *witnessed*: from `reportingDelay` before it began until
/// it was received, notifications came no more than `witnessBound` apart (less than the shortest pause, so that at
/// least one came during it), with contact detected or not supported, and with numbers. Otherwise the refusal is
/// `signalLost`, and the interval enters no mean rate either. An interval began at its notification's time, less itself
/// and the intervals that follow it in the packet. The mean rates take shorter intervals as long as the stream was not
/// interrupted (a gap of more than max(3 s, 3 RR), contact lost, no numbers) since they began.
///
/// **A live interval or a repeated packet?** Intervals keep pace with the clock. A packet whose intervals are more than
/// `overlapBound` ahead of the time that passed, or one that comes once more before its own intervals could have
/// passed, is a repeated one: `frozenSignal`, and all begins anew. So a frozen packet makes no pause and no bradycardia
/// even before the signal's state tells that it is frozen. One that comes as seldom as its interval is long cannot be
/// told by the clock: no bradycardia begins with a packet like the one before it, whatever its interval, since a pause
/// and a few repeated beats look like one; and with the third slow one its mean begins anew.
///
/// **After packets that repeated.** While packets without intervals repeat, the engine calls `suspend` instead
/// of `judge`. The interval after them is judged as ever if it covers the time since the last one, or is the greatest
/// that there is: a sensor that measured it was at work all the while (a minute of ventricular flutter). A shorter one
/// is a thawed sensor's, and is `signalLost`.
///
/// **No beat, or no report?** Asystole under way needs all of: an interval since the stream was last interrupted; after
/// it at least 4 s of notifications without one, no two of them more than `onTimeInterval` apart, or less on a stream
/// that notifies more often than once a second (one lost notification could hide a beat); contact detected, or not
/// supported and a heart rate that is not 0; and a heart rate that has fallen as far as without beats, and falls still
/// (`BeatSilence`). A rate that moves otherwise may come from beats that are not reported: `notEnoughBeats`. A rate
/// that stands still is what a frozen packet sends, octet for octet: `frozenSignal`, unless `heldRateIsAsystole`; the
/// interval that ends it decides, and until then a technical alarm has to call somebody. A heart rate of 0 without
/// contact detection is how straps say that they are off the skin: `signalLost`. An RR of 0 is no beat and no silence:
/// `invalidValue`, until the next interval. The time is counted from the reception of the last interval, which is later
/// than its beat: never too early, and at most one notification late.
///
/// **A slow heart or missed beats?** A sensor that misses a beat reports one interval for two. Bradycardia is present
/// only if it still is
/// - with each early beat evened out with the interval that makes up for it: a window must not begin between the two;
/// - when each interval that is about a whole multiple of the short ones, or of the median, counts as that many, and
///   a pause as one: a slow heart is slow with every beat;
/// - when the long intervals count as two, where the last 17 are of two kinds with nothing between them, in more than
///   one place, among short ones on end: those are beats missed now and then, unless the last eight are all long.
///
/// And the last 17 intervals must not have both short ones and long ones beside their median, which is what motion does;
/// where they have them to a lesser degree, the rate has to be a tenth below the limit, and so over 8 intervals.
/// Otherwise the refusal is `questionableSignal`. Five intervals alike to the last bit are `flatSignal`. Where a
/// notification may have been lost, or fewer intervals came than time passed, its mean begins anew.
///
/// - Unit and range: RR in 1/1024 s; 0 is refused as `invalidValue`.
/// - Cost: O(1) an interval, 0.4 µs; 400 octets.
/// - First decision: the first interval; bradycardia after 5, tachycardia after 17.
/// - Cannot see: a pause within `reportingDelay` after the stream began or was interrupted; a pause on a sensor that
///   notifies with each beat only (refused); asystole under way where notifications are more than `onTimeInterval`
///   apart, or on a strap that holds its rate (its end is seen by the RR interval, its silence as a lost signal); a
///   strap in contact by its own word that finds no beat and lets its rate fall: that is what it sends in asystole too;
///   bradycardia by a block of every second beat that comes and goes, as long as intervals of both lengths stand among
///   the last 17; that a sensor missed every second beat of five intervals on end and none before, which is then taken
///   for bradycardia.
public struct RateRules: Sendable {
    /// The detector's name and version.
    public static let identity = DetectorIdentity(name: "rate-rules", version: 4)

    /// The thresholds.
    public let configuration: Configuration

    private var continuity: NotificationContinuity
    var slow: RateWindow
    var fast: RateWindow
    /// How many beats the slow window may be of, if some were missed; only its count while its rate is not low.
    var slowBeats = 0
    var isBradycardic = false
    var isTachycardic = false
    var isAsystolic = false
    /// Whether the packets since the last interval were taken for repeated ones.
    private var isSuspended = false
    private var lastReceived: MonotonicTime?
    /// Since when notifications have come with contact and numbers, without an interruption.
    private var continuousSince: MonotonicTime?
    /// Since when they have come so closely that a pause could not hide between them.
    var witnessedSince: MonotonicTime?
    var beatless: BeatSilence
    private var account = IntervalAccount()
    /// How many slow packets in a row, up to the last, said what the one before them said; 2 at the most.
    var echoes = 0
    /// Whether the last packet said what the one before it said, with any interval.
    var isRepeated = false
    /// The last notification, to know it again.
    private var last: SignalNotification?
    private var usualSpacing = NotificationSpacing()

    /// Rules without history.
    public init(configuration: Configuration = Configuration()) {
        self.configuration = configuration
        continuity = NotificationContinuity(floor: configuration.gapFloor)
        slow = RateWindow(width: configuration.bradycardiaBeats)
        fast = RateWindow(width: configuration.tachycardiaBeats)
        beatless = BeatSilence(provenAfter: BeatInterval.span(ticks: Int64(configuration.asystoleTicks)))
    }

    /// Judges one Heart Rate Measurement.
    public mutating func judge(_ notification: SignalNotification) -> Output {
        let time = notification.time
        let silence = lastReceived.map { time - $0 }
        lastReceived = time
        if let silence, silence > continuity.bound || silence.microseconds < 0 { interrupt() }
        continuity.note(notification.rrIntervals)
        if let refusal = refusal(of: notification) {
            interrupt()
            return Output(refusal: refusal)
        }
        let spacing = silence ?? MonotonicTime.Span(microseconds: 0)
        isRepeated = !notification.rrIntervals.isEmpty && last?.repeats(notification) == true
        let isEcho = isRepeated && hasSlowInterval(notification)
        echoes = isEcho ? min(echoes + 1, 2) : 0
        switch fit(notification, spacing: spacing, isEcho: isEcho) {
        case .live: break
        case .repeated:
            interrupt()
            return Output(refusal: .frozenSignal)
        case .incomplete:
            slow.reset()
            fast.reset()
            // The greatest number stands for any longer interval.
            if isSuspended, !notification.rrIntervals.contains(.max) { witnessedSince = nil }
        }
        if !notification.rrIntervals.isEmpty { isSuspended = false }
        let onTime = usualSpacing.scaled(configuration.onTimeInterval)
        if silence != nil { usualSpacing.note(spacing) }
        // The short intervals of a rhythm with early beats are lost as often as the long ones, and the mean of what is
        // left is not its rate.
        if spacing > onTime { slow.reset() }
        if spacing > configuration.witnessBound { witnessedSince = nil }
        if spacing > min(onTime, configuration.onTimeInterval), !isAsystolic { beatless.restart(at: time) }
        // Two intervals may be alike by chance; a third is a frozen packet that comes as seldom as its interval.
        if echoes > 1 { slow.reset() }
        let count = count(notification, since: continuousSince ?? time, witnessedSince: witnessedSince ?? time)
        continuousSince = continuousSince ?? time
        witnessedSince = witnessedSince ?? time
        let asystole = asystole(count, heartRate: notification.value ?? 0, at: time)
        return Output(
            pause: pause(count), asystole: asystole, bradycardia: bradycardia(), tachycardia: tachycardia(),
            longestInterval: count.longest, beatless: beatless.duration(until: time),
            heartRateTrend: beatless.rate, surplus: MonotonicTime.Span(microseconds: account.surplus),
            bradycardiaTicks: slow.sum, bradycardiaBeats: slowBeats, tachycardiaTicks: fast.sum)
    }

    /// The sensor repeats a packet without intervals: nothing is judged, and the mean rates begin anew. Whether it has
    /// frozen or finds no beat is told by the next interval, and what that is judged by is kept.
    public mutating func suspend(_ notification: SignalNotification, _ refusal: Refusal) -> Output {
        _ = judge(notification)
        slow.reset()
        fast.reset()
        isBradycardic = false
        isTachycardic = false
        isAsystolic = false
        isSuspended = continuousSince != nil
        return Output(refusal: refusal)
    }

    /// Ends every condition and forgets every interval: the link ended, the signal is stale, the engine starts anew.
    public mutating func interrupt(_ refusal: Refusal) -> Output {
        interrupt()
        lastReceived = nil
        continuity.reset()
        account.reset()
        last = nil
        return Output(refusal: refusal)
    }

    private mutating func interrupt() {
        continuousSince = nil
        witnessedSince = nil
        beatless.reset()
        slow.reset()
        fast.reset()
        isBradycardic = false
        isTachycardic = false
        isAsystolic = false
        isSuspended = false
    }

    /// Whether a packet has an interval near the limit or slower. Two short ones that are alike are no news to a mean rate
    /// that is not low.
    private func hasSlowInterval(_ notification: SignalNotification) -> Bool {
        notification.rrIntervals.contains {
            Int64($0) * Int64(configuration.bradycardiaLimit) * 10 > 9 * Int64(BeatInterval.ticksPerMinute)
        }
    }

    /// Whether the intervals are new ones, and all that there were.
    private mutating func fit(
        _ notification: SignalNotification, spacing: MonotonicTime.Span, isEcho: Bool
    ) -> IntervalAccount.Fit {
        last = notification
        guard !notification.rrIntervals.isEmpty else { return .live }
        let ticks = notification.rrIntervals.reduce(Int64(0)) { $0 + Int64($1) }
        let fit = account.enter(
            ticks: ticks, at: notification.time, spacing: spacing, bound: configuration.overlapBound)
        // The same packet once more, before its intervals could have passed again.
        let least = spacing.microseconds.addingSaturating(configuration.repetitionMargin.microseconds)
        return isEcho && BeatInterval.span(ticks: ticks).microseconds > least ? .repeated : fit
    }

    private func refusal(of notification: SignalNotification) -> Refusal? {
        if notification.contact == .notDetected { return .sensorOff }
        guard let rate = notification.value else { return .invalidValue }
        switch notification.validity {
        case .invalid: return .invalidValue
        case .questionable: return .questionableSignal
        case .valid, .provisional: break
        }
        return rate <= 0 && notification.contact == .unsupported ? .signalLost : nil
    }
}
