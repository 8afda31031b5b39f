import VitalsModel

// MARK: - Making a link

extension LinkSession {
    /// It was heard, or what is remembered of it changed. Returns whether that was known already, so that nothing follows.
    mutating func heard(_ advertisement: Advertisement, _ time: MonotonicTime) -> Bool {
        let wasHeard = reception.adapters(at: time).contains(advertisement.adapter)
        reception.note(advertisement, at: time)
        guard isIdle, advertisement.isConnected else {
            let isKnown = wasHeard && leftoverDeadline == nil
            if !advertisement.isConnected { leftoverDeadline = nil }
            return isKnown
        }
        leftoverDeadline = leftoverDeadline ?? time + LinkLimits.adoptionDeadline
        return false
    }

    /// The supervisor found an adapter and a slot for it.
    mutating func connect(over adapter: AdapterIndex, _ actions: inout LinkActions) {
        phase = .connecting
        self.adapter = adapter
        setupBegan = actions.now
        setup = nil
        wasLostInConnect = false
        leftoverDeadline = nil
        phaseDeadline = nil
        reception.consume()
        open = actions.command(.connect(sensor, adapter))
    }

    /// `connect` was answered.
    mutating func connectAnswered(_ failure: LinkFailure?, _ actions: inout LinkActions) {
        // What became of the link says more than the answer: BlueZ has one word for all failures, and sometimes none.
        guard !isUp, phase == .connecting else {
            pairFirst(&actions)
            return proceed(&actions)
        }
        guard let failure else {
            if wasLostInConnect { return fail("the link ended before it was made", &actions) }
            phaseDeadline = actions.now + LinkLimits.eventDeadline
            return
        }
        if failure.kind != .inProgress { inProgress = 0 }
        actions.log(failure.level, "connecting failed", sensor: sensor, detail: failure.message)
        switch failure.kind {
        case .inProgress:
            counters.failures += 1
            inProgress += 1
            let forgets = inProgress >= LinkLimits.inProgressMax && !reception.isBonded
            if forgets { inProgress = 0 }
            end(Ending(retry: .after(LinkLimits.retryPause), forgets: forgets), &actions)
        case .alreadyConnected: phaseDeadline = actions.now + LinkLimits.eventDeadline
        case .deadline:
            counters.failures += 1
            end(Ending(retry: .backoff), &actions)
        case .connectionLimit:
            counters.failures += 1
            slotWantedSince = slotWantedSince ?? actions.now
            rest(.backoff, &actions)
        case .authentication, .notPaired: authenticationFailed(failure, &actions)
        // The adapter or the service is in trouble, not the sensor.
        case .notReady, .serviceGone: rest(.after(LinkLimits.retryPause), &actions)
        default: fail(nil, &actions)
        }
    }

    /// A link came up, whoever made it.
    mutating func connected(over adapter: AdapterIndex, _ actions: inout LinkActions) {
        if isUp, self.adapter == adapter { return }
        if isUp {
            down(reason: "connected-over-another-adapter", &actions)
            phase = .waiting
        }
        let isOurs = phase == .connecting
        isUp = true
        upSince = actions.now
        self.adapter = adapter
        counters.connections += 1
        leftoverDeadline = nil
        wasLostInConnect = false
        slotWantedSince = nil
        conditions.clear(.noSlot, &actions)
        quality = QualitySpan(due: actions.now + configuration.qualityInterval)
        actions.event(.linkUp(sensor: sensor))
        guard phase != .ending else { return }
        if !isOurs { setupBegan = actions.now }
        phase = .resolving
        phaseDeadline = actions.now + (isOurs ? LinkLimits.resolveDeadline : LinkLimits.adoptionDeadline)
        pairFirst(&actions)
    }

    /// A bond that is required is made before all else: bluetoothd reads the battery level half a second after the link is
    /// up, and a sensor that wants a bond for it would ask for one that nobody here expects. Left to the first subscription,
    /// BlueZ was seen never to answer it.
    private mutating func pairFirst(_ actions: inout LinkActions) {
        guard phase == .resolving, settings.requiresBond, !reception.isBonded, !hasPaired, open == nil else { return }
        phase = .pairing
        phaseDeadline = nil
        hasPaired = true
        open = actions.command(.pair(sensor))
    }

    /// The GATT table is known, or changed.
    mutating func resolved(_ characteristics: [RemoteCharacteristic], _ actions: inout LinkActions) {
        guard isUp, phase != .ending else { return }
        let table = Array(characteristics.prefix(LinkLimits.characteristicsMax))
        guard table != values.table else { return }
        for value in values.resolve(table) { deliver(value, &actions) }
        if let missing = SubscriptionPlan.missing(in: table, advertised: reception.services) {
            return tableIncomplete(missing, &actions)
        }
        rediscoveries = 0
        conditions.clear(.tableIncomplete, &actions)
        begin(SubscriptionPlan(table, fetchesStoredRecords: settings.fetchesStoredRecords), &actions)
    }

    private mutating func tableIncomplete(_ missing: String, _ actions: inout LinkActions) {
        counters.failures += 1
        rediscoveries += 1
        guard rediscoveries <= LinkLimits.rediscoveriesMax else {
            conditions.raise(.tableIncomplete, detail: missing, &actions)
            return end(Ending(retry: .slowly, forgets: !reception.isBonded), &actions)
        }
        recover(.rediscover, detail: missing, &actions)
        end(Ending(retry: .after(LinkLimits.retryPause), forgets: !reception.isBonded), &actions)
    }

    /// The sensor or the service does not accept the bond, or does not make one. Tried once more as after any failure, then
    /// seldom (lesson 14).
    mutating func authenticationFailed(_ failure: LinkFailure, _ actions: inout LinkActions) {
        counters.failures += 1
        authenticationFailures += 1
        var retry = Retry.backoff
        if authenticationFailures >= LinkLimits.authenticationFailuresMax {
            conditions.raise(.pairingNeeded, detail: failure.message, &actions)
            retry = .after(LinkLimits.slowRetry)
        }
        if isUp { end(Ending(retry: retry), &actions) } else { rest(retry, &actions) }
    }
}
