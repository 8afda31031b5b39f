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
/// So an RR interval is a pause, or asystole, only if it was *witnessed*: from `reportingDelay` before it began until it
/// was received, notifications came no more than `witnessBound` apart (less than the shortest pause, so that at least
/// one came during it), with contact detected or not supported, and with numbers. Otherwise the refusal is
/// `signalLost`, and the interval enters no mean rate either. An interval began at its notification's time, less itself
/// and the intervals that follow it in the packet. The mean rates take shorter intervals as long as the stream was not
/// interrupted (a gap of more than max(3 s, 3 RR), contact lost, no numbers) since they began.
///
/// **No beat, or no report?** Asystole under way needs all of: an interval since the stream was last interrupted; after it
/// at least 4 s of notifications without one, no two of them more than `onTimeInterval` apart (one lost notification
/// could hide a beat); contact detected, or not supported and a heart rate that is not 0. A heart rate of 0 without
/// contact detection is how straps say that they are off the skin: `signalLost`, never asystole. The time is counted
/// from the reception of the last interval, which is later than its beat: never too early, and at most one
/// notification late.
///
/// - Unit and range: RR in 1/1024 s; 0 is refused as `invalidValue`.
/// - Cost: O(1) an interval; 300 octets.
/// - First decision: the first interval; bradycardia after 5, tachycardia after 17.
/// - Cannot see: a pause within `reportingDelay` after the stream began or was interrupted; a pause on a sensor that
///   notifies with each beat only (refused); asystole under way where notifications are more than `onTimeInterval` apart
///   (its end is seen by the RR interval, its silence as a stale signal).
public struct RateRules: Sendable {
    /// The detector's name and version.
    public static let identity = DetectorIdentity(name: "rate-rules", version: 1)

    /// The thresholds.
    public let configuration: Configuration

    private var continuity: NotificationContinuity
    private var slow: RateWindow
    private var fast: RateWindow
    private var isBradycardic = false
    private var isTachycardic = false
    private var isAsystolic = false
    private var lastReceived: MonotonicTime?
    /// Since when notifications have come with contact and numbers, without an interruption.
    private var continuousSince: MonotonicTime?
    /// Since when they have come so closely that a pause could not hide between them.
    private var witnessedSince: MonotonicTime?
    /// Since when notifications have come on time without a beat; nil before the first interval.
    private var beatlessSince: MonotonicTime?

    /// Rules without history.
    public init(configuration: Configuration = Configuration()) {
        self.configuration = configuration
        continuity = NotificationContinuity(floor: configuration.gapFloor)
        slow = RateWindow(width: configuration.bradycardiaBeats)
        fast = RateWindow(width: configuration.tachycardiaBeats)
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
        if let silence, silence > configuration.witnessBound { witnessedSince = nil }
        if let silence, silence > configuration.onTimeInterval, beatlessSince != nil, !isAsystolic {
            beatlessSince = time
        }
        let count = count(notification, since: continuousSince ?? time, witnessedSince: witnessedSince ?? time)
        continuousSince = continuousSince ?? time
        witnessedSince = witnessedSince ?? time
        return Output(
            pause: pause(count), asystole: asystole(count, at: time), bradycardia: bradycardia(),
            tachycardia: tachycardia(), longestInterval: count.longest,
            beatless: beatlessSince.map { time - $0 } ?? MonotonicTime.Span(microseconds: 0),
            bradycardiaTicks: slow.sum, tachycardiaTicks: fast.sum)
    }

    /// Ends every condition and forgets every interval: the link ended, the signal is stale, the engine starts anew.
    public mutating func interrupt(_ refusal: Refusal) -> Output {
        interrupt()
        lastReceived = nil
        continuity.reset()
        return Output(refusal: refusal)
    }

    private mutating func interrupt() {
        continuousSince = nil
        witnessedSince = nil
        beatlessSince = nil
        slow.reset()
        fast.reset()
        isBradycardic = false
        isTachycardic = false
        isAsystolic = false
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

/// The rules, each on what the notification brought.
extension RateRules {
    /// What the intervals of one notification came to.
    private struct Count {
        /// The longest witnessed interval, 0 without one.
        var longest: UInt16 = 0
        var hasBeat = false
        /// A beat whose whole interval lies in the uninterrupted stream.
        var hasContinuousBeat = false
        var hasUnwitnessedPause = false
        var hasInvalid = false
    }

    private mutating func count(
        _ notification: SignalNotification, since start: MonotonicTime, witnessedSince witness: MonotonicTime
    ) -> Count {
        var count = Count()
        var ticks: Int64 = 0
        for interval in notification.rrIntervals { ticks += Int64(interval) }
        for interval in notification.rrIntervals {
            let began = notification.time + BeatInterval.span(ticks: -ticks)
            ticks -= Int64(interval)
            guard interval > 0 else {
                count.hasInvalid = true
                slow.reset()
                fast.reset()
                continue
            }
            count.hasBeat = true
            if began - witness >= configuration.reportingDelay {
                count.longest = max(count.longest, interval)
            } else if interval >= configuration.pauseTicks {
                count.hasUnwitnessedPause = true
                slow.reset()
                fast.reset()
                continue
            }
            guard began >= start else { continue }
            count.hasContinuousBeat = true
            slow.push(interval)
            fast.push(interval)
        }
        return count
    }

    private func pause(_ count: Count) -> Verdict {
        if count.longest >= configuration.pauseTicks { return .present }
        if count.hasUnwitnessedPause { return .notAssessed(.signalLost) }
        if count.hasInvalid { return .notAssessed(.invalidValue) }
        return slow.isEmpty ? .notAssessed(.notEnoughBeats) : .absent
    }

    private mutating func asystole(_ count: Count, at time: MonotonicTime) -> Verdict {
        // Any interval tells of a beat, but only a whole one shows that this stream brings intervals now.
        if count.hasContinuousBeat || (count.hasBeat && beatlessSince != nil) {
            beatlessSince = time
            isAsystolic = false
            if count.longest >= configuration.asystoleTicks { return .present }
            return count.hasUnwitnessedPause ? .notAssessed(.signalLost) : .absent
        }
        guard let beatlessSince else {
            return .notAssessed(count.hasUnwitnessedPause ? .signalLost : .notEnoughBeats)
        }
        let limit = BeatInterval.span(ticks: Int64(configuration.asystoleTicks))
        isAsystolic = isAsystolic || time - beatlessSince >= limit
        return isAsystolic ? .present : .absent
    }

    private mutating func bradycardia() -> Verdict {
        guard slow.isFull else {
            isBradycardic = false
            return .notAssessed(.notEnoughBeats)
        }
        let margin = isBradycardic ? Int64(configuration.hysteresis) : 0
        let limit = Int64(configuration.bradycardiaLimit) + margin
        isBradycardic = slow.isRate(below: limit)
        return isBradycardic ? .present : .absent
    }

    private mutating func tachycardia() -> Verdict {
        guard fast.isFull else {
            isTachycardic = false
            return .notAssessed(.notEnoughBeats)
        }
        let margin = isTachycardic ? Int64(configuration.hysteresis) : 0
        let limit = Int64(configuration.tachycardiaLimit) - margin
        isTachycardic = fast.isRate(above: limit)
        return isTachycardic ? .present : .absent
    }
}
