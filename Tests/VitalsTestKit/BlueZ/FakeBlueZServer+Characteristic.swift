import VitalsCore
import VitalsModel
import VitalsSystemd

/// GattCharacteristic1: reading, writing, and the two ways to be notified.
extension FakeBlueZServer {
    func characteristicCall(_ request: BusRequest, _ address: SensorAddress, _ handle: UInt16) -> BusAnswer? {
        guard let sensor = sensors[address], let characteristic = sensor.device.characteristic(handle) else {
            return BlueZ.doesNotExist
        }
        switch request.member {
        case "ReadValue": return read(request, address, characteristic)
        case "WriteValue": return write(request, address, characteristic)
        case "StartNotify": return startNotify(request, address, characteristic)
        case "StopNotify":
            sensors[address]?.faults.removeAll { $0 == .subscriptionHeld }
            guard sensor.sessions[handle]?.contains(request.sender) == true else {
                return BlueZ.error("Failed", "No notify session started")
            }
            endSession(address, handle, of: request.sender)
            return .values([])
        case "AcquireNotify": return acquireNotify(request, address, characteristic)
        default: return nil
        }
    }

    private func read(
        _ request: BusRequest, _ address: SensorAddress, _ characteristic: RemoteCharacteristic
    ) -> BusAnswer {
        let handle = characteristic.handle
        guard characteristic.properties.contains(.read) else { return BlueZ.notSupported }
        guard sensors[address]?.link?.isResolved == true else { return BlueZ.notConnected }
        guard isTrusted(address) else { return BlueZ.notPaired }
        let kind = take(address) { fault -> LinkFailure.Kind? in
            if case .readFails(let kind, _) = fault { kind } else { nil }
        }
        if let kind { return BlueZ.error(kind) }
        let bytes = sensors[address]?.device.values[handle] ?? []
        // A reader's value is signalled to everybody, before the answer.
        signal(address, handle, bytes)
        plan(.reply(request, .values([.bytes(bytes)])), after: timing.attribute)
        return .later
    }

    private func write(
        _ request: BusRequest, _ address: SensorAddress, _ characteristic: RemoteCharacteristic
    ) -> BusAnswer {
        let handle = characteristic.handle
        guard !characteristic.properties.isDisjoint(with: [.write, .writeWithoutResponse]) else {
            return BlueZ.notSupported
        }
        guard let link = sensors[address]?.link, link.isResolved else { return BlueZ.notConnected }
        guard isTrusted(address) else { return BlueZ.notPaired }
        guard let bytes = request.arguments.first?.bytes else {
            return BlueZ.error("InvalidArguments", "Invalid arguments in method call")
        }
        if characteristic.uuid == .recordAccessControlPoint, sensors[address]?.sessions[handle] == nil {
            return BlueZ.attribute(0xFD)
        }
        switch sensors[address]?.device.write(handle, bytes) {
        case .refused(let code): plan(.reply(request, BlueZ.attribute(code)), after: timing.attribute)
        case .done(let indications):
            plan(.reply(request, .values([])), after: timing.attribute)
            for (count, each) in indications.enumerated() {
                let after = MonotonicTime.Span(microseconds: timing.attribute.microseconds * Int64(count + 2))
                plan(.indicate(address, each.handle, each.bytes, epoch: link.epoch), after: after)
            }
        case nil: break
        }
        return .later
    }

    private func startNotify(
        _ request: BusRequest, _ address: SensorAddress, _ characteristic: RemoteCharacteristic
    ) -> BusAnswer {
        let handle = characteristic.handle
        guard let sensor = sensors[address], !characteristic.properties.isDisjoint(with: [.notify, .indicate]) else {
            return BlueZ.notSupported
        }
        guard sensor.acquired[handle] == nil else { return BlueZ.error("NotPermitted", "Notify acquired") }
        let hasSession = sensor.sessions[handle]?.contains(request.sender) == true
        guard let link = sensor.link, link.isResolved else {
            guard !hasSession else { return BlueZ.inProgress }
            sensors[address]?.sessions[handle, default: []].append(request.sender)
            return .values([])
        }
        if sensor.faults.contains(.subscriptionHeld) {
            return BlueZ.error("Failed", "Failed to register notify session")
        }
        guard isTrusted(address) else { return BlueZ.notPaired }
        if hasSession { return .values([]) }
        let kind = take(address) { fault -> LinkFailure.Kind? in
            if case .subscribeFails(let kind, _) = fault { kind } else { nil }
        }
        if let kind { return BlueZ.error(kind) }
        if take(address, { if case .subscribeHangs = $0 { true } else { nil } }) == true { return .later }
        cure(address, .resubscribe)
        sensors[address]?.sessions[handle, default: []].append(request.sender)
        if sensor.faults.contains(.firstValueEarly), let bytes = sensors[address]?.device.next(handle) {
            send(address, handle, bytes)
        }
        plan(.subscribed(address, handle, epoch: link.epoch, request), after: timing.attribute)
        return .later
    }

    func subscribed(_ address: SensorAddress, _ handle: UInt16, _ epoch: Int, _ request: BusRequest) {
        guard sensors[address]?.link?.epoch == epoch else {
            try? request.answer(BlueZ.notConnected)
            return
        }
        startStream(address, handle)
        try? request.answer(.values([]))
    }

    private func acquireNotify(
        _ request: BusRequest, _ address: SensorAddress, _ characteristic: RemoteCharacteristic
    ) -> BusAnswer {
        let handle = characteristic.handle
        guard let sensor = sensors[address], characteristic.properties.contains(.notify) else {
            return BlueZ.notSupported
        }
        guard let link = sensor.link, link.isResolved else { return BlueZ.notConnected }
        guard sensor.acquired[handle] == nil else { return BlueZ.error("NotPermitted", "Notify acquired") }
        guard sensor.sessions[handle] == nil else { return BlueZ.inProgress }
        guard isTrusted(address) else { return BlueZ.notPaired }
        if take(address, { if case .acquireCrashesService = $0 { true } else { nil } }) == true {
            carryOut(.killService)
            plan(.order(.startService), after: .milliseconds(200))
            return .later
        }
        plan(.acquired(address, handle, epoch: link.epoch, request), after: timing.attribute)
        return .later
    }

    func acquired(_ address: SensorAddress, _ handle: UInt16, _ epoch: Int, _ request: BusRequest) {
        guard sensors[address]?.link?.epoch == epoch, sensors[address]?.acquired[handle] == nil,
            let (ours, theirs) = try? NotifySocket.pair()
        else {
            try? request.answer(BlueZ.notConnected)
            return
        }
        // The other side's end means: it wants no more.
        let watch = try? loop.watch(ours.rawValue) { [weak self] in self?.endAcquired(address, handle) }
        guard let watch else { return }
        cure(address, .resubscribe)
        sensors[address]?.acquired[handle] = Acquired(client: request.sender, descriptor: ours, watch: watch)
        if let path = path(address, handle) {
            change(path, BlueZ.characteristic, ["NotifyAcquired": .boolean(true)])
        }
        try? request.answer(.values([.descriptor(theirs), .uint16(517)]))
        if sensors[address]?.faults.contains(.acquireEnds) == true { return endAcquired(address, handle) }
        startStream(address, handle)
    }

    /// Closes our end of an acquired characteristic.
    func endAcquired(_ address: SensorAddress, _ handle: UInt16) {
        guard let acquired = sensors[address]?.acquired.removeValue(forKey: handle) else { return }
        acquired.watch.cancel()
        sensors[address]?.link?.streams.remove(handle)
        if let path = path(address, handle) {
            change(path, BlueZ.characteristic, ["NotifyAcquired": .boolean(false)])
        }
    }

    func endSession(_ address: SensorAddress, _ handle: UInt16, of client: String) {
        sensors[address]?.sessions[handle]?.removeAll { $0 == client }
        guard sensors[address]?.sessions[handle]?.isEmpty == true else { return }
        sensors[address]?.sessions[handle] = nil
        sensors[address]?.link?.streams.remove(handle)
        if let path = path(address, handle) { change(path, BlueZ.characteristic, ["Notifying": .boolean(false)]) }
    }

    /// The sensor begins to send, as its client characteristic configuration was written.
    func startStream(_ address: SensorAddress, _ handle: UInt16) {
        guard let sensor = sensors[address], let link = sensor.link, link.isResolved,
            sensor.device.characteristic(handle) != nil
        else { return }
        if sensor.sessions[handle] != nil, let path = path(address, handle) {
            change(path, BlueZ.characteristic, ["Notifying": .boolean(true)])
        }
        guard !link.streams.contains(handle) else { return }
        sensors[address]?.link?.streams.insert(handle)
        guard let period = sensor.device.periods[handle] else { return }
        plan(.stream(address, handle, epoch: link.epoch), after: jitter(hasty(period)))
    }

    func stream(_ address: SensorAddress, _ handle: UInt16, _ epoch: Int) {
        guard let sensor = sensors[address], let link = sensor.link, link.epoch == epoch,
            link.streams.contains(handle), let period = sensor.device.periods[handle]
        else { return }
        plan(.stream(address, handle, epoch: epoch), after: hasty(period))
        let isSilent = sensor.faults.contains { if case .silent = $0 { true } else { false } }
        guard !isSilent, let bytes = sensors[address]?.device.next(handle) else { return }
        send(address, handle, bytes)
    }

    /// The sensor sends: the descriptor gets it, or every session a signal of its own.
    func send(_ address: SensorAddress, _ handle: UInt16, _ bytes: [UInt8]) {
        guard let sensor = sensors[address], sensor.link != nil,
            sensor.acquired[handle] != nil || sensor.sessions[handle] != nil,
            let uuid = sensor.device.characteristic(handle)?.uuid
        else { return }
        sent.append(FakeBlueZ.Sent(sensor: address, uuid: uuid, bytes: bytes))
        if let acquired = sensor.acquired[handle] {
            NotifySocket.send(bytes, to: acquired.descriptor)
        } else {
            for _ in sensor.sessions[handle] ?? [] { signal(address, handle, bytes) }
        }
    }

    private func signal(_ address: SensorAddress, _ handle: UInt16, _ bytes: [UInt8]) {
        guard let path = path(address, handle) else { return }
        change(path, BlueZ.characteristic, ["Value": .bytes(bytes)])
    }

    /// Whether the link is encrypted, where the sensor wants that.
    private func isTrusted(_ address: SensorAddress) -> Bool {
        guard let sensor = sensors[address] else { return false }
        return (!sensor.device.requiresBond || sensor.isBonded) && !sensor.faults.contains(.bondRefused)
    }
}
