import VitalsModel

// MARK: - Ending a link

extension LinkSession {
    /// Ends the link, or the attempt to make one.
    mutating func end(_ ending: Ending, _ actions: inout LinkActions) {
        var ending = ending
        ending.isAttempt = !isUp || occupiesAdapter
        self.ending = ending
        phase = .ending
        phaseDeadline = nil
        steps = []
        attempt = nil
        open = actions.command(.disconnect(sensor))
    }

    /// `disconnect` was answered. That there is no link counts as done.
    mutating func disconnectAnswered(_ failure: LinkFailure?, _ actions: inout LinkActions) {
        guard phase == .ending else { return }
        let isOver = failure.map { [.notConnected, .doesNotExist, .serviceGone].contains($0.kind) } ?? true
        if !isOver, let tries = ending?.tries, tries < LinkLimits.disconnectsMax {
            ending?.tries += 1
            phaseDeadline = actions.now + LinkLimits.retryPause
            return
        }
        ending?.hasBeenAnswered = true
        if isUp {
            phaseDeadline = actions.now + LinkLimits.eventDeadline
        } else {
            afterEnd(&actions)
        }
    }

    /// The link is down and `disconnect` is answered.
    private mutating func afterEnd(_ actions: inout LinkActions) {
        guard let ending else { return rest(.backoff, &actions) }
        if ending.forgets, !reception.isBonded {
            self.ending?.forgets = false
            open = actions.command(.forget(sensor))
            return
        }
        rest(ending.retry, &actions)
    }

    /// `forget` was answered.
    mutating func forgetAnswered(_ failure: LinkFailure?, _ actions: inout LinkActions) {
        if let failure { actions.log(.debug, "forgetting failed", sensor: sensor, detail: failure.message) }
        if phase == .ending { afterEnd(&actions) }
    }

    /// The time for ending is over: tell it again, or take the link for lost.
    mutating func endingExpired(_ actions: inout LinkActions) {
        guard let ending else { return rest(.backoff, &actions) }
        guard ending.hasBeenAnswered else {
            phaseDeadline = nil
            open = actions.command(.disconnect(sensor))
            return
        }
        if isUp {
            down(reason: "disconnect-unconfirmed", &actions)
            // Perhaps it is still up, and the sensor does not advertise: unless something else is heard, end it again.
            leftoverDeadline = actions.now + LinkLimits.backoffMax
        }
        afterEnd(&actions)
    }

    /// The backend says that the link ended.
    mutating func disconnected(reason: String?, _ actions: inout LinkActions) {
        leftoverDeadline = nil
        guard isUp else { return }
        let phaseBefore = phase
        let saysBond = reception.isBonded && Self.saysBond(reason)
        down(reason: reason, &actions)
        if phaseBefore == .ending {
            if ending?.hasBeenAnswered == true { afterEnd(&actions) }
            return
        }
        if case .connect? = open?.command {
            phase = .connecting
            phaseDeadline = nil
            wasLostInConnect = true
            return
        }
        open = nil
        guard phaseBefore != .streaming else { return rest(.backoff, &actions) }
        if saysBond { return authenticationFailed(LinkFailure(.authentication, reason ?? ""), &actions) }
        if reception.isBonded { return endedEarly(&actions) }
        fail(nil, &actions)
    }

    private mutating func endedEarly(_ actions: inout LinkActions) {
        earlyLosses += 1
        guard earlyLosses >= LinkLimits.earlyLossesMax else { return fail(nil, &actions) }
        counters.failures += 1
        conditions.raise(
            .pairingNeeded, detail: "the link ends each time before it can be used: is the bond lost?", &actions)
        rest(.after(LinkLimits.slowRetry), &actions)
    }

    /// Words of BlueZ 5.82 and later (`org.bluez.Reason.Authentication`) and of the kernel's disconnect reasons.
    private static func saysBond(_ reason: String?) -> Bool {
        guard let words = reason?.lowercased() else { return false }
        return words.contains("authentication") || words.contains("key-missing")
    }

    /// The service or the adapter is gone, and with it the link or the attempt.
    mutating func lostAdapter(reason: String, retry: Retry, _ actions: inout LinkActions) {
        // What was asked last may be what ended the service (lesson 7).
        if case .subscribe(_, _, .acquireNotify)? = open?.command { method = .startNotify }
        if phase == .streaming { reception.presume(until: actions.now + LinkLimits.presumedSpan, over: adapter) }
        if isUp { down(reason: reason, &actions) }
        open = nil
        leftoverDeadline = nil
        if !isIdle { rest(retry, &actions) }
    }

    /// The link is down: nothing of it is left.
    mutating func down(reason: String?, _ actions: inout LinkActions) {
        isUp = false
        upSince = nil
        let unread = values.end()
        if unread > 0 {
            counters.dropped += unread
            actions.log(.warning, "values of a link without a table", sensor: sensor, detail: "\(unread)")
        }
        for index in streams.indices { streams[index].ended() }
        steps = []
        pausedUntil = nil
        plan = nil
        subscribed = []
        attempt = nil
        clock = SensorClock()
        records = nil
        hasAskedRecords = false
        resubscription.reset()
        battery = .unknown
        hasPaired = false
        isPairingForRead = false
        isProvenHarmless = false
        quality = nil
        refusedAt = nil
        wantsAdapterRecovery = nil
        actions.event(.linkDown(sensor: sensor, reason: reason))
    }

    /// Connecting to it ended the Bluetooth service again: it waits, so that all others are read (lesson 48).
    mutating func delay(crash delay: MonotonicTime.Span, _ actions: inout LinkActions) {
        retryAt = actions.now + delay
        let minutes = delay.microseconds / 60_000_000
        let words = "the Bluetooth service ended after an attempt to connect; the next one is made in \(minutes) min"
        conditions.raise(.crashesService, detail: words, &actions)
    }

    /// The gateway ends.
    mutating func stop(_ actions: inout LinkActions) {
        let wasIdle = isIdle
        if isUp { down(reason: "gateway-stopped", &actions) }
        if !wasIdle { _ = actions.command(.disconnect(sensor)) }
        open = nil
        leftoverDeadline = nil
        slotWantedSince = nil
        rest(.atOnce, &actions)
    }

    /// An attempt failed.
    mutating func fail(_ words: String?, _ actions: inout LinkActions) {
        if let words { actions.log(.info, "connecting failed", sensor: sensor, detail: words) }
        counters.failures += 1
        rest(.backoff, &actions)
    }

    /// Back to waiting.
    mutating func rest(_ retry: Retry, _ actions: inout LinkActions) {
        phase = .waiting
        adapter = nil
        ending = nil
        phaseDeadline = nil
        wasLostInConnect = false
        waitingSince = actions.now
        retryAt =
            switch retry {
            case .atOnce: actions.now
            case .after(let span): actions.now + span
            case .backoff: actions.now + backoff.next(&actions.jitter)
            case .slowly: actions.now + slowBackoff.next(&actions.jitter)
            }
    }

    /// A step of recovery is taken.
    mutating func recover(_ step: LinkRecovery, detail: String?, _ actions: inout LinkActions) {
        let count = counters.count(step)
        actions.report(.recovery(step, count: count, detail: detail), of: sensor)
    }
}
