import VitalsModel

// MARK: - Events

extension LinkSupervisor {
    mutating func take(_ event: LinkEvent) {
        switch event {
        case .serviceUp: serviceCame()
        case .serviceDown(let reason): serviceWent(reason)
        case .adapter(let index, let state): note(state, of: index)
        case .adapterGone(let index): remove(index)
        case .advertised(let advertisement): heard(advertisement)
        case .forgotten(let sensor): forget(sensor)
        case .done(let command): answered(command, nil)
        case .failed(let command, let failure): answered(command, failure)
        case .connected(let sensor, let adapter):
            guard desks.contains(where: { $0.index == adapter }) else { return }
            withSession(sensor) { $0.connected(over: adapter, &$1) }
        case .resolved(let sensor, let table):
            crashes.wasHarmless(sensor)
            withSession(sensor) { $0.resolved(table, &$1) }
        case .disconnected(let sensor, let reason): disconnected(sensor, reason)
        case .value(let sensor, let handle, let bytes):
            let count = actions.outputs.count
            withSession(sensor) { $0.received(handle, bytes, &$1) }
            heard(over: sensor)
            isRoutine = actions.outputs.count == count + 1 && isUndisturbed(sensor)
        case .battery(let sensor, let percent): withSession(sensor) { $0.batteryLevel(percent, &$1) }
        case .subscriptionEnded(let sensor, let handle): withSession(sensor) { $0.subscriptionEnded(handle, &$1) }
        case .durable(let sensor): withSession(sensor) { $0.durable(&$1) }
        }
    }

    /// Lets a sensor's machine handle something; what is about unknown sensors is not for us.
    private mutating func withSession(
        _ sensor: SensorAddress, _ body: (inout LinkSession, inout LinkActions) -> Void
    ) {
        guard let position = position(of: sensor) else { return }
        body(&sessions[position], &actions)
    }

    /// Where a sensor stands in the list.
    func position(of sensor: SensorAddress) -> Int? {
        let position = insertionPosition(of: sensor)
        return position < sessions.count && sessions[position].sensor == sensor ? position : nil
    }

    private func insertionPosition(of sensor: SensorAddress) -> Int {
        var (low, high) = (0, sessions.count)
        while low < high {
            let middle = (low + high) / 2
            if sessions[middle].sensor < sensor { low = middle + 1 } else { high = middle }
        }
        return low
    }

    private func position(of adapter: AdapterIndex) -> Int? { desks.firstIndex { $0.index == adapter } }
}

// MARK: - The service and its adapters

extension LinkSupervisor {
    private mutating func serviceCame() {
        // A service that comes twice went unseen.
        if service == .up { endAll(retry: .atOnce) }
        service = .up
        downReason = nil
        book.clear(.serviceDown, &actions)
        roster.serviceCame(at: actions.now)
        actions.log(.info, "the Bluetooth service is there")
    }

    /// Every link is lost at once, whether anybody says so or not (lesson 4).
    private mutating func serviceWent(_ reason: String) {
        // Why it cannot be used matters also when it never could: its words lead to the remedy (lesson 20).
        let isNews = downReason != reason
        downReason = reason
        guard service == .up else {
            if isNews { actions.log(.warning, "the Bluetooth service cannot be used", detail: reason) }
            return
        }
        service = .down(since: actions.now)
        actions.log(.warning, "the Bluetooth service is gone", detail: reason)
        endAll(retry: .atOnce)
        roster.serviceWent()
        book.clearAll(.adapterMissing, &actions)
        guard let blamed = crashes.serviceEnded(at: actions.now) else { return }
        guard let position = position(of: blamed.sensor) else { return }
        sessions[position].delay(crash: blamed.delay, &actions)
    }

    private mutating func endAll(retry: LinkSession.Retry) {
        for position in sessions.indices {
            sessions[position].lostAdapter(reason: Self.serviceGone, retry: retry, &actions)
            sessions[position].reception.forgetAdapters()
        }
        for desk in desks { desk.leave(&book, &actions) }
        desks = []
    }

    private mutating func note(_ state: AdapterState, of index: AdapterIndex) {
        guard service == .up else { return }
        if let position = position(of: index) {
            if desks[position].state.address == state.address { return desks[position].note(state, at: actions.now) }
            // Another adapter took its index.
            remove(index)
        }
        guard roster.allows(index, state.address), desks.count < LinkLimits.adaptersMax else { return }
        roster.came(index, state.address, at: actions.now)
        let place = desks.firstIndex { $0.index > index } ?? desks.endIndex
        desks.insert(AdapterDesk(index, state, configuration, at: actions.now), at: place)
        actions.log(.info, "an adapter is there", detail: "\(index) \(state.address)")
    }

    private mutating func remove(_ index: AdapterIndex) {
        guard let place = position(of: index) else { return }
        desks[place].leave(&book, &actions)
        desks.remove(at: place)
        roster.went(index, at: actions.now)
        actions.log(.warning, "an adapter is gone", detail: index.description)
        for position in sessions.indices {
            sessions[position].reception.forget(index)
            guard sessions[position].adapter == index else { continue }
            sessions[position].lostAdapter(reason: Self.adapterGone, retry: .atOnce, &actions)
        }
    }

    private static let serviceGone = "bluetooth-service-gone"
    private static let adapterGone = "adapter-gone"
}

// MARK: - Sensors

extension LinkSupervisor {
    private mutating func heard(_ advertisement: Advertisement) {
        guard let place = position(of: advertisement.adapter) else { return }
        let count = actions.outputs.count
        defer { isRoutine = isRoutine && actions.outputs.count == count }
        // Most of what is heard is not ours, or was heard a moment ago.
        isRoutine = true
        if advertisement.rssi != nil { desks[place].heard(isAdvertisement: true, &book, &actions) }
        guard let position = position(of: advertisement.sensor) ?? admit(advertisement) else { return }
        isRoutine = sessions[position].heard(advertisement, actions.now)
    }

    /// Begins to know a sensor, if it is admitted and there is room.
    private mutating func admit(_ advertisement: Advertisement) -> Int? {
        guard let reason = admission.reason(for: advertisement) else { return nil }
        guard sessions.count < LinkLimits.heardMax else { return nil }
        let sensor = advertisement.sensor
        let position = insertionPosition(of: sensor)
        sessions.insert(
            LinkSession(sensor: sensor, isListed: reason == .listed, configuration, at: actions.now), at: position)
        actions.log(.info, "a sensor is admitted", sensor: sensor, detail: reason.rawValue)
        return position
    }

    private mutating func forget(_ sensor: SensorAddress) {
        guard let position = position(of: sensor) else { return }
        sessions[position].reception.forgetAll()
        // A link to something that is forgotten cannot be.
        sessions[position].disconnected(reason: nil, &actions)
    }

    private mutating func disconnected(_ sensor: SensorAddress, _ reason: String?) {
        guard let position = position(of: sensor) else { return }
        let adapter = sessions[position].adapter
        if sessions[position].isUp, let place = desks.firstIndex(where: { $0.index == adapter }) {
            desks[place].slots.linkEnded()
        }
        sessions[position].disconnected(reason: reason, &actions)
    }

    /// Whether nothing but values is awaited from a sensor.
    private func isUndisturbed(_ sensor: SensorAddress) -> Bool {
        guard let position = position(of: sensor) else { return false }
        return sessions[position].phase == .streaming && sessions[position].records == nil
    }

    /// A value shows that the adapter of its link is well.
    private mutating func heard(over sensor: SensorAddress) {
        guard let position = position(of: sensor), let adapter = sessions[position].adapter,
            let place = self.position(of: adapter)
        else { return }
        desks[place].heard(isAdvertisement: false, &book, &actions)
    }

    private mutating func answered(_ command: LinkCommand, _ failure: LinkFailure?) {
        switch command {
        case .startDiscovery(let index, _), .stopDiscovery(let index), .powerOn(let index), .powerCycle(let index),
            .reset(let index):
            guard let place = position(of: index) else { return }
            desks[place].answered(command, failure, &book, &actions)
        case .connect(let sensor, let index):
            if failure?.kind == .connectionLimit, let place = position(of: index) {
                let links = sessions.count { $0.adapter == index && $0.isUp }
                desks[place].slots.limitReached(links: links, at: actions.now)
            }
            withSession(sensor) { $0.answered(command, failure, &$1) }
        case .disconnect(let sensor), .pair(let sensor), .read(let sensor, _), .write(let sensor, _, _),
            .subscribe(let sensor, _, _), .unsubscribe(let sensor, _), .forget(let sensor):
            withSession(sensor) { $0.answered(command, failure, &$1) }
            if case .subscribe = command { crashes.wasHarmless(sensor) }
        }
    }
}
