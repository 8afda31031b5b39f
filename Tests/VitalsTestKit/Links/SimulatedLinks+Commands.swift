import VitalsCore
import VitalsModel

extension SimulatedLinks {
    /// Whether a fault swallows the command.
    func takesNoAnswer(_ address: SensorAddress) -> Bool {
        sensors[address]?.take { if case .noAnswer = $0 { true } else { nil } } == true
    }

    /// Carries out an open command.
    func carryOut(_ id: UInt64) {
        guard let command = command(id) else { return }
        if isAccessDenied {
            return answer(id, LinkFailure(.accessDenied, "org.freedesktop.DBus.Error.AccessDenied"))
        }
        guard isServiceUp else {
            return answer(id, LinkFailure(.serviceGone, "org.freedesktop.DBus.Error.ServiceUnknown"))
        }
        if let index = command.adapter, adapters[index] == nil {
            return answer(id, LinkFailure(.doesNotExist, Words.unknown))
        }
        switch command {
        case .startDiscovery(let index, let services): startDiscovery(id, index, services)
        case .stopDiscovery(let index): stopDiscovery(id, index)
        case .connect(let address, let index): connect(id, address, index)
        case .disconnect(let address): disconnect(id, address)
        case .pair(let address):
            guard sensors[address]?.link != nil else { return answer(id, Self.notConnected) }
            plan(.paired(address, id), after: Timing.pair)
        case .read(let address, let handle): read(id, address, handle)
        case .write(let address, let handle, let bytes): write(id, address, handle, bytes)
        case .subscribe(let address, let handle, let method): subscribe(id, address, handle, method)
        case .unsubscribe(let address, let handle):
            sensors[address]?.link?.subscriptions[handle] = nil
            sensors[address]?.faults.removeAll { $0 == .subscriptionHeld }
            plan(.answer(id, nil), after: Timing.attribute)
        case .forget(let address): forget(id, address)
        case .powerOn(let index): plan(.powered(index, id), after: Timing.power)
        case .powerCycle(let index): powerCycle(id, index, cures: .powerCycle)
        case .reset(let index): powerCycle(id, index, cures: .reset)
        }
    }

    private static let notConnected = LinkFailure(.notConnected, Words.notConnected)

    private func startDiscovery(_ id: UInt64, _ index: AdapterIndex, _ services: [BluetoothUUID]) {
        guard var adapter = adapters[index] else { return }
        guard adapter.state.isPowered else { return answer(id, LinkFailure(.notReady, Words.notReady)) }
        for case .discoveryFails(let kind) in adapter.faults {
            return answer(id, LinkFailure(kind, "org.bluez.Error.\(kind)"))
        }
        adapter.filter = services
        adapter.discoveries += 1
        if !adapter.state.isDiscovering {
            adapter.state.isDiscovering = true
            emit(.adapter(index, adapter.state))
        }
        adapters[index] = adapter
        answer(id)
    }

    private func stopDiscovery(_ id: UInt64, _ index: AdapterIndex) {
        endDiscovery(index)
        answer(id)
    }

    private func endDiscovery(_ index: AdapterIndex) {
        guard var adapter = adapters[index], adapter.filter != nil else { return }
        adapter.cure(.restartDiscovery)
        adapter.filter = nil
        adapter.state.isDiscovering = adapter.isStuck
        adapters[index] = adapter
        emit(.adapter(index, adapter.state))
        plan(.forgetUnseen(index, discoveries: adapter.discoveries), after: Timing.forget)
    }

    private func connect(_ id: UInt64, _ address: SensorAddress, _ index: AdapterIndex) {
        guard let adapter = adapters[index], adapter.state.isPowered else {
            return answer(id, LinkFailure(.notReady, Words.notReady))
        }
        guard let sensor = sensors[address], sensor.isKnown else {
            return answer(id, LinkFailure(.doesNotExist, Words.unknown))
        }
        guard sensor.link == nil else { return answer(id) }
        guard sensor.attempt == nil, !sensor.has(.connectPending) else {
            return answer(id, LinkFailure(.inProgress, Words.inProgress))
        }
        if adapter.filter != nil { violated("connects to \(address) while discovery runs") }
        let others = sensors.filter { $0.value.attempt.flatMap(command) == .connect($0.key, index) }
        if let other = others.keys.min() { violated("connects to \(address) while it connects to \(other)") }
        if let failure = slotFailure(adapter, index) { return answer(id, failure) }
        let failure: LinkFailure.Kind? = sensors[address]?.take {
            if case .connectFails(let kind, _) = $0 { kind } else { nil }
        }
        if let failure { return answer(id, LinkFailure(failure, "org.bluez.Error.\(failure)")) }
        sensors[address]?.attempt = id
        let hangs = sensors[address]?.take { if case .connectHangs = $0 { true } else { nil } } == true
        if hangs || !sensor.isInReach || adapter.isStuck || adapter.isSilent {
            return plan(.answer(id, LinkFailure(.other, Words.abort)), after: Timing.connectFailure)
        }
        let slow = adapter.filter == nil ? MonotonicTime.Span.seconds(0) : Timing.connectWhileDiscovering
        let time = Timing.connect.microseconds + slow.microseconds
        plan(.linkUp(address, index, attempt: id), after: MonotonicTime.Span(microseconds: time))
    }

    private func slotFailure(_ adapter: SimulatedAdapter, _ index: AdapterIndex) -> LinkFailure? {
        for case .slots(let count, let kind) in adapter.faults {
            let links = sensors.values.count { $0.link?.adapter == index }
            if links >= count { return LinkFailure(kind, "org.bluez.Error.Failed: le-connection-concurrent-limit") }
        }
        return nil
    }

    private func disconnect(_ id: UInt64, _ address: SensorAddress) {
        sensors[address]?.faults.removeAll { $0 == .connectPending || $0 == .subscriptionHeld }
        if let attempt = sensors[address]?.attempt {
            answer(attempt, LinkFailure(.other, Words.abort))
        }
        guard let epoch = sensors[address]?.link?.epoch else { return answer(id) }
        // The answer is given when the link ends, from whatever cause.
        plan(.linkDown(address, epoch: epoch, reason: nil), after: Timing.disconnect)
    }

    private func forget(_ id: UInt64, _ address: SensorAddress) {
        guard let sensor = sensors[address], sensor.isKnown else {
            return answer(id, LinkFailure(.doesNotExist, Words.unknown))
        }
        guard !sensor.isBonded else {
            violated("forgets \(address), which is bonded")
            return answer(id, LinkFailure(.notPermitted, "the sensor is bonded"))
        }
        if let attempt = sensor.attempt { answer(attempt, LinkFailure(.other, Words.abort)) }
        endLink(address, reason: nil)
        sensors[address]?.cure(.forget)
        sensors[address]?.faults.removeAll { $0 == .connectPending }
        sensors[address]?.isKnown = false
        emit(.forgotten(address))
        answer(id)
    }

    private func read(_ id: UInt64, _ address: SensorAddress, _ handle: UInt16) {
        guard let characteristic = reachable(id, address, handle) else { return }
        guard characteristic.properties.contains(.read), let bytes = sensors[address]?.device.values[handle] else {
            return answer(id, LinkFailure(.notSupported, Words.notSupported))
        }
        let kind: LinkFailure.Kind? = sensors[address]?.take {
            if case .readFails(let kind, _) = $0 { kind } else { nil }
        }
        if let kind { return plan(.answer(id, LinkFailure(kind, "\(kind)")), after: Timing.attribute) }
        sensors[address]?.sent[handle, default: 0] += 1
        emit(.value(address, handle: handle, bytes: bytes))
        answer(id)
    }

    private func write(_ id: UInt64, _ address: SensorAddress, _ handle: UInt16, _ bytes: [UInt8]) {
        guard let characteristic = reachable(id, address, handle), let link = sensors[address]?.link else { return }
        guard !characteristic.properties.isDisjoint(with: [.write, .writeWithoutResponse]) else {
            return answer(id, LinkFailure(.notSupported, Words.notSupported))
        }
        if characteristic.uuid == .recordAccessControlPoint, link.subscriptions[handle] == nil {
            return answer(id, LinkFailure(.attribute(0xFD), "Operation failed with ATT error: 0xfd"))
        }
        switch sensors[address]?.device.write(handle, bytes) {
        case .refused(let code):
            let failure = LinkFailure(.attribute(code), "Operation failed with ATT error: 0x\(String(code, radix: 16))")
            plan(.answer(id, failure), after: Timing.attribute)
        case .done(let indications):
            plan(.answer(id, nil), after: Timing.attribute)
            for (count, each) in indications.enumerated() {
                let after = MonotonicTime.Span(microseconds: Timing.attribute.microseconds * Int64(count + 2))
                plan(.indicate(address, each.handle, each.bytes, epoch: link.epoch), after: after)
            }
        case nil: break
        }
    }

    private func subscribe(
        _ id: UInt64, _ address: SensorAddress, _ handle: UInt16, _ method: SubscriptionMethod
    ) {
        guard let characteristic = reachable(id, address, handle), let link = sensors[address]?.link else { return }
        let sends: RemoteCharacteristic.Properties = method == .acquireNotify ? .notify : [.notify, .indicate]
        guard !characteristic.properties.isDisjoint(with: sends) else {
            return answer(id, LinkFailure(.notSupported, Words.notSupported))
        }
        guard sensors[address]?.has(.subscriptionHeld) != true else {
            return answer(id, LinkFailure(.inProgress, Words.inProgress))
        }
        let kind: LinkFailure.Kind? = sensors[address]?.take {
            if case .subscribeFails(let kind, _) = $0 { kind } else { nil }
        }
        if let kind { return plan(.answer(id, LinkFailure(kind, "\(kind)")), after: Timing.attribute) }
        if sensors[address]?.take({ if case .subscribeHangs = $0 { true } else { nil } }) == true { return }
        if method == .acquireNotify, sensors[address]?.has(.acquireEnds) == true {
            plan(.answer(id, nil), after: Timing.attribute)
            return plan(.event(.subscriptionEnded(address, handle: handle)), after: .milliseconds(100))
        }
        if link.subscriptions[handle] != nil { return answer(id) }
        sensors[address]?.cure(.resubscribe)
        let count = link.subscriptionCount + 1
        sensors[address]?.link?.subscriptionCount = count
        sensors[address]?.link?.subscriptions[handle] = count
        if sensors[address]?.has(.firstValueEarly) == true, let bytes = sensors[address]?.device.next(handle) {
            send(address, handle, bytes)
        }
        plan(.answer(id, nil), after: Timing.attribute)
        if let period = sensors[address]?.device.periods[handle] {
            let first = MonotonicTime.Span(microseconds: Timing.attribute.microseconds + jitter(period).microseconds)
            plan(.stream(address, handle, epoch: link.epoch, subscription: count), after: first)
        }
    }

    /// The characteristic, if there is a link, a table, and the bond that it needs; else the command is answered.
    private func reachable(_ id: UInt64, _ address: SensorAddress, _ handle: UInt16) -> RemoteCharacteristic? {
        guard let sensor = sensors[address], let link = sensor.link, link.isResolved else {
            answer(id, Self.notConnected)
            return nil
        }
        guard let characteristic = sensor.table.first(where: { $0.handle == handle }) else {
            answer(id, LinkFailure(.doesNotExist, Words.unknown))
            return nil
        }
        guard !sensor.device.requiresBond || sensor.isBonded, !sensor.has(.bondRefused) else {
            plan(.answer(id, LinkFailure(.notPaired, Words.notPaired)), after: Timing.attribute)
            return nil
        }
        return characteristic
    }

    private func powerCycle(_ id: UInt64, _ index: AdapterIndex, cures step: FaultCure) {
        guard var adapter = adapters[index] else { return }
        for address in linked where sensors[address]?.link?.adapter == index { endLink(address, reason: nil) }
        adapter.cure(step)
        adapter.filter = nil
        adapter.state.isDiscovering = adapter.isStuck
        adapter.state.isPowered = false
        adapters[index] = adapter
        for address in sensors.keys { sensors[address]?.cure(step) }
        emit(.adapter(index, adapter.state))
        plan(.powered(index, id), after: Timing.power)
    }
}
