import VitalsModel

// MARK: - The steps over a link

extension LinkSession {
    /// Begins with a table, or anew with a changed one.
    mutating func begin(_ plan: SubscriptionPlan, _ actions: inout LinkActions) {
        self.plan = plan
        subscribed = []
        attempt = nil
        records = nil
        refusedAt = nil
        pausedUntil = nil
        phaseDeadline = nil
        keepStreams(of: plan, &actions)
        steps = plan.measurements.map { .subscribe($0) }
        if let controlPoint = plan.controlPoint { steps.append(.subscribe(controlPoint)) }
        steps += plan.reads.map { .read($0) }
        if plan.clock != nil, settings.setsClock { steps.append(.setClock) }
        if let battery = plan.battery {
            if battery.properties.contains(.read) { steps.append(.read(battery)) }
            if battery.canBeSubscribed { steps.append(.subscribe(battery)) }
        }
        if settings.requiresBond, !reception.isBonded, !hasPaired { steps.insert(.pair, at: 0) }
        if phase != .pairing { phase = .subscribing }
        proceed(&actions)
    }

    /// A stream that the sensor no longer has is watched no longer; spot checks are not watched, since they come when
    /// somebody takes them.
    private mutating func keepStreams(of plan: SubscriptionPlan, _ actions: inout LinkActions) {
        let offered = plan.measurements.map(\.uuid).filter { $0 != .plxSpotCheckMeasurement }
        for stream in streams where !offered.contains(stream.uuid) {
            conditions.clear(.silent, subject: stream.uuid.description, &actions)
        }
        streams.removeAll { !offered.contains($0.uuid) }
        for index in streams.indices { streams[index].ended() }
        for uuid in offered where !streams.contains(where: { $0.uuid == uuid }) {
            streams.append(StreamWatch(uuid, span: configuration.stale))
        }
    }

    /// Does the next step, when none is open and none has to wait.
    mutating func proceed(_ actions: inout LinkActions) {
        guard isUp, open == nil, plan != nil, phase == .subscribing || phase == .streaming || phase == .pairing else {
            return
        }
        if let pausedUntil, pausedUntil > actions.now { return }
        pausedUntil = nil
        while open == nil, phase != .ending {
            if phase != .streaming, !hasMeasurementsToSubscribe { beginStreaming(&actions) }
            guard phase != .ending, open == nil, !steps.isEmpty else { return }
            perform(steps.removeFirst(), &actions)
        }
    }

    private var hasMeasurementsToSubscribe: Bool {
        guard let plan else { return true }
        return steps.contains { $0 == .pair || $0.isSubscription(to: plan.measurements) }
    }

    private mutating func perform(_ step: LinkStep, _ actions: inout LinkActions) {
        switch step {
        case .pair:
            phase = phase == .streaming ? .streaming : .pairing
            hasPaired = true
            open = actions.command(.pair(sensor))
        case .subscribe(let characteristic):
            if characteristic.uuid == .batteryLevel {
                guard battery != .service else { return }
                battery = .characteristic
            }
            if attempt?.characteristic != characteristic {
                attempt = SubscriptionAttempt(characteristic, preferred: method)
            }
            let method = attempt?.method ?? .startNotify
            open = actions.command(.subscribe(sensor, handle: characteristic.handle, method))
        case .unsubscribe(let handle): open = actions.command(.unsubscribe(sensor, handle: handle))
        case .read(let characteristic):
            if characteristic.uuid == .batteryLevel {
                guard battery != .service else { return }
                battery = .characteristic
            }
            open = actions.command(.read(sensor, handle: characteristic.handle))
        case .setClock:
            guard let target = plan?.clock, target.properties.contains(.write),
                let bytes = clock.correction(of: target.uuid, at: actions.stamp)
            else { return }
            actions.log(.info, "setting the sensor's clock", sensor: sensor)
            open = actions.command(.write(sensor, handle: target.handle, bytes: bytes))
        case .request(let bytes):
            guard let controlPoint = plan?.controlPoint else { return }
            open = actions.command(.write(sensor, handle: controlPoint.handle, bytes: bytes))
        }
    }

    /// All measurements are subscribed to, as far as they can be.
    private mutating func beginStreaming(_ actions: inout LinkActions) {
        guard let plan else { return }
        guard plan.measurements.contains(where: { subscribed.contains($0.handle) }) else {
            return end(Ending(retry: .slowly), &actions)
        }
        phase = .streaming
        setup = setupBegan.map { actions.now - $0 }
        slowBackoff.reset()
        inProgress = 0
        earlyLosses = 0
        authenticationFailures = 0
        conditions.clear(.pairingNeeded, &actions)
        actions.log(.info, "streaming", sensor: sensor, detail: adapter?.description)
    }

    /// A command over the link was answered.
    mutating func stepAnswered(_ command: LinkCommand, _ failure: LinkFailure?, _ actions: inout LinkActions) {
        switch command {
        case .pair: pairAnswered(failure, &actions)
        case .subscribe(_, let handle, let used): subscribeAnswered(handle, used, failure, &actions)
        case .unsubscribe, .forget, .connect, .disconnect: break
        case .read(_, let handle): readAnswered(handle, failure, &actions)
        case .write(_, let handle, _): writeAnswered(handle, failure, &actions)
        case .startDiscovery, .stopDiscovery, .powerOn, .powerCycle, .reset: break
        }
        if let failure, failure.kind == .notConnected || failure.kind == .serviceGone, isUp, phase != .ending {
            // The end of the link is on its way; if it is not, this link is of no use.
            phaseDeadline = .earliest(phaseDeadline, actions.now + LinkLimits.eventDeadline)
            return
        }
        proceed(&actions)
    }
}

// MARK: - Answers

extension LinkSession {
    private mutating func pairAnswered(_ failure: LinkFailure?, _ actions: inout LinkActions) {
        let wasForRead = isPairingForRead
        isPairingForRead = false
        if phase == .pairing {
            phase = plan == nil ? .resolving : .subscribing
            if plan == nil { phaseDeadline = actions.now + LinkLimits.resolveDeadline }
        }
        // Paired already is paired.
        guard let failure, failure.kind != .alreadyConnected else {
            reception.isBonded = true
            return
        }
        if failure.isOfTheLink { return }
        actions.log(.warning, "pairing failed", sensor: sensor, detail: failure.message)
        // A description that cannot be read is not worth the link.
        if wasForRead { return }
        authenticationFailed(failure, &actions)
    }

    private mutating func subscribeAnswered(
        _ handle: UInt16, _ used: SubscriptionMethod, _ failure: LinkFailure?, _ actions: inout LinkActions
    ) {
        guard var attempt, attempt.characteristic.handle == handle else { return }
        let characteristic = attempt.characteristic
        guard let failure else {
            self.attempt = nil
            return isSubscribed(characteristic, used, &actions)
        }
        if failure.isOfTheLink { return }
        actions.log(
            failure.level, "subscribing failed", sensor: sensor,
            detail: "\(characteristic.uuid) by \(used.rawValue): \(failure.message)")
        if failure.wantsPairing, isWanted(characteristic) {
            guard !reception.isBonded, !hasPaired else { return authenticationFailed(failure, &actions) }
            return insert([.pair, .subscribe(characteristic)])
        }
        let next = attempt.failed(failure)
        self.attempt = attempt
        switch next {
        case .clearAndRetry: insert([.unsubscribe(handle: handle), .subscribe(characteristic)])
        case .switchMethod: insert([.subscribe(characteristic)])
        case .giveUp:
            self.attempt = nil
            // It may be this way that does not work; the other one is known to.
            if used == .acquireNotify { method = .startNotify }
            return refused(characteristic, failure, &actions)
        }
        pausedUntil = actions.now + LinkLimits.retryPause
    }

    private mutating func isSubscribed(
        _ characteristic: RemoteCharacteristic, _ used: SubscriptionMethod, _ actions: inout LinkActions
    ) {
        subscribed.insert(characteristic.handle)
        isProvenHarmless = true
        if characteristic.properties.contains(.notify) { method = used }
        conditions.clear(.subscriptionRefused, subject: characteristic.uuid.description, &actions)
        reconnectedFor.remove(characteristic.uuid)
        if let index = streams.firstIndex(where: { $0.uuid == characteristic.uuid }) {
            streams[index].subscribed(at: actions.now)
        }
        if characteristic == plan?.controlPoint { beginRecords(&actions) }
    }

    /// The measurements are worth a bond and a new link; the control point and the battery level are not.
    private func isWanted(_ characteristic: RemoteCharacteristic) -> Bool {
        plan?.measurements.contains(characteristic) == true
    }

    /// A characteristic cannot be subscribed to over this link.
    private mutating func refused(
        _ characteristic: RemoteCharacteristic, _ failure: LinkFailure, _ actions: inout LinkActions
    ) {
        guard isWanted(characteristic) else {
            if characteristic.uuid == .batteryLevel { battery = .unknown }
            return
        }
        let words = "\(characteristic.uuid): \(failure.message)"
        guard !reconnectedFor.insert(characteristic.uuid).inserted else {
            recover(.reconnect, detail: words, &actions)
            return end(Ending(retry: .backoff), &actions)
        }
        conditions.raise(.subscriptionRefused, subject: characteristic.uuid.description, detail: words, &actions)
        // A call that is not answered is no refusal: as long as nothing else streams, another link is tried soon.
        if failure.kind == .deadline, subscribed.isEmpty { return end(Ending(retry: .backoff), &actions) }
        refusedAt = actions.now + LinkLimits.slowRetry
    }

    /// What could not be subscribed to is tried again.
    mutating func retryRefused(_ actions: inout LinkActions) {
        refusedAt = nil
        let refused = plan?.measurements.filter { !subscribed.contains($0.handle) } ?? []
        insert(refused.map { .subscribe($0) })
        proceed(&actions)
    }

    private mutating func readAnswered(_ handle: UInt16, _ failure: LinkFailure?, _ actions: inout LinkActions) {
        guard let failure, let characteristic = values.table?.first(where: { $0.handle == handle }) else { return }
        actions.log(
            .debug, "reading failed", sensor: sensor, detail: "\(characteristic.uuid): \(failure.message)")
        if characteristic.uuid == .batteryLevel, !subscribed.contains(handle) { battery = .unknown }
        // What hung once hangs again, and each time holds up everything else.
        if failure.kind == .deadline { steps.removeAll { if case .read = $0 { true } else { false } } }
        guard failure.wantsPairing, !reception.isBonded, !hasPaired, !hasTriedPairingForRead else { return }
        hasTriedPairingForRead = true
        isPairingForRead = true
        insert([.pair, .read(characteristic)])
    }

    private mutating func writeAnswered(_ handle: UInt16, _ failure: LinkFailure?, _ actions: inout LinkActions) {
        guard let failure else { return }
        if handle == plan?.controlPoint?.handle {
            if let action = records?.writeFailed(failure, at: actions.now) { perform(action, &actions) }
        } else {
            actions.log(.info, "the sensor's clock cannot be set", sensor: sensor, detail: failure.message)
        }
    }

    /// Puts steps before all others, in their order.
    mutating func insert(_ first: [LinkStep]) {
        guard steps.count + first.count <= LinkLimits.stepsMax else { return }
        steps.insert(contentsOf: first, at: 0)
    }
}

extension LinkFailure {
    /// Whether the link or the service ended meanwhile, so that it says nothing about what was asked.
    fileprivate var isOfTheLink: Bool { kind == .notConnected || kind == .serviceGone }
}
