import VitalsModel

/// The rules, each on what the notification brought.
extension RateRules {
    /// What the intervals of one notification came to.
    struct Count {
        /// The longest witnessed interval, 0 without one.
        var longest: UInt16 = 0
        var hasBeat = false
        /// A beat whose whole interval lies in the uninterrupted stream.
        var hasContinuousBeat = false
        var hasUnwitnessedPause = false
        var hasInvalid = false
    }

    mutating func count(
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
                witnessedSince = nil
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
            if echoes < 2 { slow.push(interval) }
            fast.push(interval)
        }
        return count
    }

    func pause(_ count: Count) -> Verdict {
        if count.longest >= configuration.pauseTicks { return .present }
        if count.hasUnwitnessedPause { return .notAssessed(.signalLost) }
        if count.hasInvalid { return .notAssessed(.invalidValue) }
        return slow.isEmpty ? .notAssessed(.notEnoughBeats) : .absent
    }

    mutating func asystole(_ count: Count, heartRate: Int32, at time: MonotonicTime) -> Verdict {
        // Any interval tells of a beat, but only a whole one shows that this stream brings intervals now.
        if count.hasContinuousBeat || (count.hasBeat && beatless.since != nil) {
            beatless.beat(at: time, heartRate: heartRate)
            isAsystolic = false
            if count.longest >= configuration.asystoleTicks { return .present }
            return count.hasUnwitnessedPause ? .notAssessed(.signalLost) : .absent
        }
        if count.hasInvalid {
            beatless.reset()
            isAsystolic = false
            return .notAssessed(.invalidValue)
        }
        guard beatless.since != nil else {
            return .notAssessed(count.hasUnwitnessedPause ? .signalLost : .notEnoughBeats)
        }
        beatless.noBeat(heartRate: heartRate, at: time)
        let limit = BeatInterval.span(ticks: Int64(configuration.asystoleTicks))
        guard isAsystolic || beatless.duration(until: time) >= limit else { return .absent }
        switch beatless.rate {
        case .decayed: isAsystolic = true
        case .held: isAsystolic = configuration.heldRateIsAsystole
        case .falling, .moving: isAsystolic = false
        }
        if isAsystolic { return .present }
        return .notAssessed(beatless.rate == .held ? .frozenSignal : .notEnoughBeats)
    }

    mutating func bradycardia() -> Verdict {
        slowBeats = slow.count
        guard slow.isFull else {
            isBradycardic = false
            return .notAssessed(.notEnoughBeats)
        }
        let margin = isBradycardic ? Int64(configuration.hysteresis) : 0
        let limit = Int64(configuration.bradycardiaLimit) + margin
        guard slow.isRate(below: limit) else {
            isBradycardic = false
            return .absent
        }
        if slow.isFlat { return .notAssessed(.flatSignal) }
        // A bradycardia does not begin with an interval that may be an old one.
        if isRepeated, !isBradycardic { return .notAssessed(.frozenSignal) }
        guard isSlow(below: limit) else { return .notAssessed(.questionableSignal) }
        isBradycardic = true
        return .present
    }

    /// Whether the slow window's rate is below a limit for sure, and not by beats that were missed or moved.
    private mutating func isSlow(below limit: Int64) -> Bool {
        let pause = configuration.pauseTicks
        let rhythm = (fast.count < slow.count ? slow : fast).evened(pause: pause)
        let recent = rhythm.last(slow.count)
        slowBeats = recent.beats(pause: pause)
        // A sensor that misses beats now and then does not miss every second one of eight on end.
        let longer = rhythm.last(VitalsDetectionLimits.disorderedRateBeats)
        if let skipped = rhythm.skippedBeat(pause: pause), longer.count(from: skipped, pause: pause) < longer.width {
            slowBeats = max(slowBeats, recent.count + recent.count(from: skipped, pause: pause))
        }
        switch rhythm.disorder(pause: pause) {
        case .none: return recent.isRate(below: limit, beats: slowBeats)
        case .some:
            // A rate just below the limit may be that of the intervals lost or moved. One that is a tenth below it is
            // not, if it is not that of the last few alone.
            return recent.isRate(below: limit * 9 / 10, beats: slowBeats)
                && longer.count == VitalsDetectionLimits.disorderedRateBeats && longer.isRate(below: limit * 9 / 10)
        case .much: return false
        }
    }

    mutating func tachycardia() -> Verdict {
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
