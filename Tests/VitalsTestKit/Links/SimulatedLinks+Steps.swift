import VitalsCore
import VitalsModel

extension SimulatedLinks {
    func take(_ step: Step) {
        switch step {
        case .order(let order): carryOut(order)
        case .event(let event): deliver(event)
        case .carryOut(let id): carryOut(id)
        case .answer(let id, let failure): answer(id, failure)
        case .linkUp(let sensor, let adapter, let attempt): linkUp(sensor, adapter, attempt)
        case .linkDown(let sensor, let epoch, let reason):
            if sensors[sensor]?.link?.epoch == epoch { endLink(sensor, reason: reason) }
        case .resolved(let sensor, let epoch): resolved(sensor, epoch)
        case .paired(let sensor, let id): paired(sensor, id)
        case .stream(let sensor, let handle, let epoch, let subscription):
            stream(sensor, handle, epoch, subscription)
        case .indicate(let sensor, let handle, let bytes, let epoch):
            guard sensors[sensor]?.link?.epoch == epoch else { return }
            send(sensor, handle, bytes)
        case .advertise(let sensor): advertise(sensor)
        case .forgetUnseen(let adapter, let discoveries): forgetUnseen(adapter, discoveries)
        case .powered(let adapter, let id): powered(adapter, id)
        }
    }

    /// What the service says when it is met: itself, its adapters, and the sensors that it remembers.
    func greet() {
        emit(.serviceUp)
        for (index, adapter) in adapters.sorted(by: { $0.key < $1.key }) { emit(.adapter(index, adapter.state)) }
        for address in sensors.keys.sorted() where sensors[address]?.isKnown == true {
            emit(.advertised(advertisement(address, rssi: nil)))
            guard let link = sensors[address]?.link else { continue }
            emit(.connected(address, link.adapter))
            if link.isResolved { emit(.resolved(address, sensors[address]?.table ?? [])) }
        }
    }

    func advertisement(_ address: SensorAddress, on adapter: AdapterIndex? = nil, rssi: Int8?) -> Advertisement {
        let sensor = sensors[address]
        return Advertisement(
            sensor: address, adapter: adapter ?? sensor?.link?.adapter ?? adapters.keys.min() ?? AdapterIndex(0),
            name: sensor?.device.name, services: sensor?.device.services ?? [], rssi: rssi,
            isBonded: sensor?.isBonded ?? false, isConnected: sensor?.link != nil)
    }

    private func advertise(_ address: SensorAddress) {
        guard let sensor = sensors[address], sensor.isInReach else { return }
        plan(.advertise(address), after: sensor.device.advertisingPeriod)
        guard isServiceUp, sensor.link == nil else { return }
        for (index, adapter) in adapters.sorted(by: { $0.key < $1.key }) where adapter.hears {
            let filter = adapter.filter ?? []
            guard filter.isEmpty || !Set(filter).isDisjoint(with: sensor.device.services) else { continue }
            sensors[address]?.isKnown = true
            emit(.advertised(advertisement(address, on: index, rssi: sensor.device.rssi)))
        }
    }

    private func linkUp(_ address: SensorAddress, _ adapter: AdapterIndex, _ attempt: UInt64) {
        guard sensors[address]?.attempt == attempt else { return }
        sensors[address]?.attempt = nil
        guard sensors[address]?.isInReach == true, adapters[adapter]?.state.isPowered == true else {
            return answer(attempt, LinkFailure(.other, Words.abort))
        }
        if let back = sensors[address]?.take({ if case .crashesService(_, let back) = $0 { back } else { nil } }) {
            carryOut(.killService)
            return plan(.order(.startService), after: back)
        }
        sensors[address]?.cure(.reconnect)
        makeLink(address, adapter)
        if sensors[address]?.take({ if case .connectDrops = $0 { true } else { nil } }) == true {
            let epoch = sensors[address]?.epoch ?? 0
            answer(attempt, LinkFailure(.other, Words.abort))
            return plan(.linkDown(address, epoch: epoch, reason: nil), after: .milliseconds(300))
        }
        answer(attempt)
        let hides = sensors[address]?.take { if case .neverResolves = $0 { true } else { nil } }
        if hides != true { plan(.resolved(address, epoch: sensors[address]?.epoch ?? 0), after: Timing.resolve) }
    }

    func makeLink(_ address: SensorAddress, _ adapter: AdapterIndex) {
        guard var sensor = sensors[address] else { return }
        sensor.epoch += 1
        sensor.isKnown = true
        sensor.link = SimulatedSensor.Link(adapter: adapter, epoch: sensor.epoch)
        sensors[address] = sensor
        emit(.connected(address, adapter))
    }

    private func resolved(_ address: SensorAddress, _ epoch: Int) {
        guard let sensor = sensors[address], sensor.link?.epoch == epoch else { return }
        sensors[address]?.link?.isResolved = true
        emit(.resolved(address, sensor.table))
        if let battery = sensor.device.battery { emit(.battery(address, percent: battery)) }
    }

    /// Ends a link from any cause, and what was under way on it.
    func endLink(_ address: SensorAddress, reason: String?) {
        guard sensors[address]?.link != nil else { return }
        sensors[address]?.link = nil
        sensors[address]?.faults.removeAll { $0 == .subscriptionHeld }
        answerAll(LinkFailure(.notConnected, Words.notConnected)) { command in
            switch command {
            case .read(address, _), .write(address, _, _), .subscribe(address, _, _), .unsubscribe(address, _),
                .pair(address):
                true
            default: false
            }
        }
        emit(.disconnected(address, reason: reason))
        answerAll(nil) { $0 == .disconnect(address) }
    }

    private func stream(_ address: SensorAddress, _ handle: UInt16, _ epoch: Int, _ subscription: Int) {
        guard let sensor = sensors[address], sensor.link?.epoch == epoch,
            sensor.link?.subscriptions[handle] == subscription, let period = sensor.device.periods[handle]
        else { return }
        plan(.stream(address, handle, epoch: epoch, subscription: subscription), after: period)
        guard !sensor.isSilent, let bytes = sensors[address]?.device.next(handle) else { return }
        send(address, handle, bytes)
    }

    /// Sends a value, if it is subscribed to.
    func send(_ address: SensorAddress, _ handle: UInt16, _ bytes: [UInt8]) {
        guard sensors[address]?.link?.subscriptions[handle] != nil else { return }
        sensors[address]?.sent[handle, default: 0] += 1
        emit(.value(address, handle: handle, bytes: bytes))
    }

    private func forgetUnseen(_ adapter: AdapterIndex, _ discoveries: Int) {
        guard let entry = adapters[adapter], entry.discoveries == discoveries, entry.filter == nil else { return }
        for address in sensors.keys.sorted() {
            guard let sensor = sensors[address], sensor.isKnown, !sensor.isBonded, sensor.link == nil,
                sensor.attempt == nil
            else { continue }
            sensors[address]?.isKnown = false
            emit(.forgotten(address))
        }
    }

    private func paired(_ address: SensorAddress, _ id: UInt64) {
        guard sensors[address]?.link != nil, command(id) != nil else { return }
        guard sensors[address]?.has(.bondRefused) != true else {
            return answer(id, LinkFailure(.authentication, "org.bluez.Error.AuthenticationFailed"))
        }
        sensors[address]?.isBonded = true
        emit(.advertised(advertisement(address, rssi: nil)))
        answer(id)
    }

    private func powered(_ index: AdapterIndex, _ id: UInt64) {
        guard var adapter = adapters[index] else { return }
        guard !adapter.faults.contains(.staysOff) else {
            return answer(id, LinkFailure(.other, "org.bluez.Error.Failed: Failed"))
        }
        adapter.state.isPowered = true
        adapters[index] = adapter
        emit(.adapter(index, adapter.state))
        answer(id)
    }
}

/// BlueZ's words.
enum Words {
    static let abort = "org.bluez.Error.Failed: le-connection-abort-by-local"
    static let inProgress = "org.bluez.Error.InProgress: Operation already in progress"
    static let notConnected = "org.bluez.Error.Failed: Not connected"
    static let unknown = "org.freedesktop.DBus.Error.UnknownObject"
    static let notSupported = "org.bluez.Error.NotSupported: Operation is not supported"
    static let notPaired = "org.bluez.Error.NotPermitted: Not paired"
    static let notReady = "org.bluez.Error.NotReady: Resource Not Ready"
}
