import VitalsModel

// MARK: - Who gets what

extension LinkSupervisor {
    /// Gives each adapter its next thing to do: connecting comes before listening.
    mutating func arrange() {
        reconsiderAt = nil
        guard service == .up else { return }
        for place in desks.indices {
            desks[place].switchOn(&actions)
            arrange(place)
        }
        for position in sessions.indices where sessions[position].isIdle {
            let session = sessions[position]
            if session.retryAt > actions.now { reconsider(session.retryAt) }
            // To be heard when its time has come, it has to be listened for a little before.
            let listenAt = MonotonicTime(
                microseconds: session.retryAt.microseconds.subtractingSaturating(LinkLimits.heardSpan.microseconds))
            if listenAt > actions.now { reconsider(listenAt) }
        }
    }

    private mutating func arrange(_ place: Int) {
        let adapter = desks[place].index
        guard !sessions.contains(where: { $0.adapter == adapter && $0.occupiesAdapter }) else { return }
        let services = admission.discoveredServices
        guard desks[place].isFree else { return }
        let holders = holders(of: adapter)
        let waiters = waiters(for: adapter)
        let decision = desks[place].slots.decide(holders: holders, waiters: waiters, at: actions.now)
        noteSlots(of: waiters, isFull: holders.count >= desks[place].slots.count(at: actions.now))
        switch decision {
        case .connect(let sensor):
            guard !desks[place].isListening else {
                return desks[place].listen(false, services: services, &actions)
            }
            guard let position = position(of: sensor) else { return }
            return sessions[position].connect(over: adapter, &actions)
        case .displace(let sensor):
            guard let position = position(of: sensor) else { return }
            actions.log(.info, "making room for another sensor", sensor: sensor, detail: adapter.description)
            sessions[position].end(LinkSession.Ending(retry: .atOnce), &actions)
        case .wait(let until): if let until { reconsider(until) }
        }
        let hasRoom = holders.count < desks[place].slots.count(at: actions.now)
        desks[place].listen(isListeningWorthwhile(hasRoom: hasRoom), services: services, &actions)
    }

    /// Whether a sensor may be heard that is not linked.
    private func isListeningWorthwhile(hasRoom: Bool) -> Bool {
        if admission.isOpen, hasRoom { return true }
        return sessions.contains { $0.isMissed(at: actions.now) }
    }

    private func holders(of adapter: AdapterIndex) -> [ConnectionSlots.Holder] {
        sessions.filter { $0.adapter == adapter && $0.holdsSlot }.map { session in
            let isSettled = session.phase == .streaming && session.records?.isUnderWay != true
            return ConnectionSlots.Holder(
                sensor: session.sensor, priority: session.settings.priority,
                since: isSettled ? session.upSince : nil, isEnding: session.phase == .ending)
        }
    }

    /// The sensors that could be connected to now and that this adapter is the best for.
    private func waiters(for adapter: AdapterIndex) -> [ConnectionSlots.Waiter] {
        sessions.filter { $0.isReady(at: actions.now) && bestAdapter(for: $0) == adapter }.map { session in
            ConnectionSlots.Waiter(
                sensor: session.sensor, priority: session.settings.priority, since: session.waitingSince)
        }
    }

    /// Of the adapters that hear it: the strongest with a free slot, else the strongest.
    private func bestAdapter(for session: LinkSession) -> AdapterIndex? {
        let hearing = session.reception.adapters(at: actions.now).filter { index in
            desks.contains { $0.index == index && $0.state.isPowered }
        }
        guard hearing.count > 1 else { return hearing.first }
        let free = hearing.first { index in
            guard let desk = desks.first(where: { $0.index == index }) else { return false }
            return sessions.count { $0.adapter == index && $0.holdsSlot } < desk.slots.count(at: actions.now)
        }
        return free ?? hearing.first
    }

    /// Since when each of them waits for nothing but a slot.
    private mutating func noteSlots(of waiters: [ConnectionSlots.Waiter], isFull: Bool) {
        guard isFull else { return }
        for waiter in waiters {
            guard let position = position(of: waiter.sensor) else { continue }
            sessions[position].slotWantedSince = sessions[position].slotWantedSince ?? actions.now
        }
    }

    private mutating func reconsider(_ time: MonotonicTime) { reconsiderAt = .earliest(reconsiderAt, time) }
}

// MARK: - Time

extension LinkSupervisor {
    /// When something is due next.
    var nextDeadline: MonotonicTime? {
        var earliest = MonotonicTime.earliest(reconsiderAt, roster.deadline(after: actions.now))
        for desk in desks { earliest = .earliest(earliest, desk.deadline(after: actions.now)) }
        for session in sessions {
            earliest = .earliest(earliest, session.deadline)
            if !session.isListed, session.isIdle { earliest = .earliest(earliest, forgottenAt(session)) }
        }
        if case .down(let since) = service, !book.contains(.serviceDown) {
            earliest = .earliest(earliest, since + LinkLimits.serviceGrace)
        }
        return earliest
    }

    /// Does everything that is due.
    mutating func expireDue() {
        expireService()
        for position in sessions.indices {
            if let due = sessions[position].deadline, due <= actions.now { sessions[position].expire(&actions) }
            if sessions[position].phase == .streaming, sessions[position].isProvenHarmless { cleared(position) }
            serveAdapterRecovery(position)
        }
        for place in desks.indices {
            let adapter = desks[place].index
            let isStreamed = sessions.contains { $0.adapter == adapter && $0.isStreaming(at: actions.now) }
            desks[place].expire(mayDisturb: !isStreamed, &book, &actions)
        }
        forgetTheGone()
    }

    private mutating func expireService() {
        switch service {
        case .unknown: return
        case .down(let since):
            guard since + LinkLimits.serviceGrace <= actions.now else { return }
            book.raise(.serviceDown, detail: downReason ?? "the Bluetooth service does not run", &actions)
        case .up:
            for (name, isMissing) in roster.expected(at: actions.now) {
                if isMissing {
                    book.raise(.adapterMissing, subject: name, detail: "\(name) is not there", &actions)
                } else {
                    book.clear(.adapterMissing, subject: name, &actions)
                }
            }
        }
    }

    /// A sensor whose link is in use ends no service.
    private mutating func cleared(_ position: Int) {
        guard sessions[position].conditions.contains(.crashesService) else { return }
        crashes.isCleared(sessions[position].sensor)
        sessions[position].conditions.clear(.crashesService, &actions)
    }

    /// A silent sensor wants its adapter recovered: only if nobody else would notice.
    private mutating func serveAdapterRecovery(_ position: Int) {
        guard sessions[position].wantsAdapterRecovery != nil else { return }
        let sensor = sessions[position].sensor
        let adapter = sessions[position].adapter
        let isNeeded = sessions.contains {
            $0.adapter == adapter && ($0.isStreaming(at: actions.now) || $0.occupiesAdapter)
        }
        if !isNeeded, let place = desks.firstIndex(where: { $0.index == adapter }),
            desks[place].recover(detail: "\(sensor) is silent", &actions)
        {
            sessions[position].wantsAdapterRecovery = nil
        } else {
            sessions[position].adapterStays(&actions)
        }
    }

    private func forgottenAt(_ session: LinkSession) -> MonotonicTime {
        let heard = session.reception.lastHeard ?? session.waitingSince
        return max(heard, session.waitingSince, session.retryAt) + LinkLimits.forgetAfter
    }

    /// Sensors that are not listed are forgotten when they are gone.
    private mutating func forgetTheGone() {
        for position in sessions.indices.reversed() {
            let session = sessions[position]
            guard !session.isListed, session.isIdle, session.open == nil else { continue }
            guard forgottenAt(session) <= actions.now else { continue }
            sessions[position].conditions.clearAll(&actions)
            sessions.remove(at: position)
        }
    }
}
