import VitalsCore
import VitalsModel
import VitalsSystemd

/// Device1, and the link.
extension FakeBlueZServer {
    func deviceCall(_ request: BusRequest, _ address: SensorAddress, _ index: AdapterIndex) -> BusAnswer? {
        guard let sensor = sensors[address] else { return BlueZ.doesNotExist }
        switch request.member {
        case "Connect": return connect(request, address, index)
        case "Disconnect":
            sensors[address]?.faults.removeAll { $0 == .connectPending }
            endAttempt(address, BlueZ.canceled)
            guard let link = sensor.link else { return .values([]) }
            sensors[address]?.disconnects.append(request)
            plan(.linkDown(address, epoch: link.epoch), after: timing.disconnect)
            return .later
        case "Pair":
            guard !sensor.isBonded || sensor.faults.contains(.bondRefused) else {
                return BlueZ.error("AlreadyExists", "Already Exists")
            }
            // Without a link it makes one, as bluetoothd does.
            if sensor.link == nil {
                guard sensor.isInReach, adapters[index]?.isPowered == true else { return BlueZ.notReady }
                makeLink(address, index)
                plan(.resolved(address, epoch: sensors[address]?.epoch ?? 0), after: timing.resolve)
            }
            plan(.pair(address, epoch: sensors[address]?.epoch ?? 0, request), after: timing.pair)
            return .later
        case "CancelPairing": return .values([])
        default: return nil
        }
    }

    private func connect(_ request: BusRequest, _ address: SensorAddress, _ index: AdapterIndex) -> BusAnswer {
        guard let adapter = adapters[index], adapter.isPowered, let sensor = sensors[address] else {
            return BlueZ.notReady
        }
        if sensor.link != nil { return .values([]) }
        if sensor.faults.contains(.connectPending) { return BlueZ.inProgress }
        if sensor.attempt != nil { return BlueZ.error("Failed", "Operation already in progress") }
        for case .slots(let count, let kind) in adapter.faults
        where sensors.values.count(where: { $0.link?.adapter == index }) >= count { return BlueZ.error(kind) }
        let fails = take(address) { fault -> LinkFailure.Kind? in
            if case .connectFails(let kind, _) = fault { kind } else { nil }
        }
        if let fails { return BlueZ.error(fails) }
        let number = nextAttempt()
        sensors[address]?.attempt = Attempt(number: number, adapter: index, request: request)
        let hangs = take(address) { if case .connectHangs = $0 { true } else { nil } } == true
        let isLost = hangs || !sensor.isInReach || adapter.isSilent || adapter.isStuck
        if isLost {
            plan(.connectFailed(address, attempt: number), after: timing.connectFailure)
            return .later
        }
        let slow = adapter.sessions.isEmpty ? 0 : timing.connectWhileDiscovering.microseconds
        let time = MonotonicTime.Span(microseconds: timing.connect.microseconds + slow)
        plan(.linkUp(address, index, attempt: number), after: time)
        return .later
    }

    func linkUp(_ address: SensorAddress, _ index: AdapterIndex, _ number: Int) {
        guard let attempt = sensors[address]?.attempt, attempt.number == number else { return }
        guard sensors[address]?.isInReach == true else { return endAttempt(address, BlueZ.abort) }
        if let back = take(address, { if case .crashesService(_, let back) = $0 { back } else { nil } }) {
            carryOut(.killService)
            return plan(.order(.startService), after: back)
        }
        sensors[address]?.attempt = nil
        makeLink(address, index)
        if take(address, { if case .connectDrops = $0 { true } else { nil } }) == true {
            plan(.linkDown(address, epoch: sensors[address]?.epoch ?? 0), after: timing.drop)
            try? attempt.request.answer(BlueZ.abort)
            return
        }
        try? attempt.request.answer(.values([]))
        let hides = take(address) { if case .neverResolves = $0 { true } else { nil } } == true
        if !hides { plan(.resolved(address, epoch: sensors[address]?.epoch ?? 0), after: timing.resolve) }
    }

    func makeLink(_ address: SensorAddress, _ index: AdapterIndex) {
        guard sensors[address] != nil, sensors[address]?.link == nil else { return }
        cure(address, .reconnect)
        let epoch = (sensors[address]?.epoch ?? 0) + 1
        sensors[address]?.epoch = epoch
        sensors[address]?.isRemembered = true
        sensors[address]?.link = Link(adapter: index, epoch: epoch)
        if !tree.has(BlueZ.path(address, on: index), BlueZ.device) { addDeviceObject(address, on: index, rssi: nil) }
        changeDevice(address, on: index, ["Connected": .boolean(true)])
    }

    func resolved(_ address: SensorAddress, _ epoch: Int) {
        guard let link = sensors[address]?.link, link.epoch == epoch, let sensor = sensors[address] else { return }
        sensors[address]?.link?.isResolved = true
        // What is cached and no longer offered goes first; then the table; the property comes last.
        let wanted = Set(table(sensor).map { Self.hex($0.handle - 1) })
        let device = BlueZ.path(address, on: link.adapter)
        for path in tree.paths(below: device) where tree.has(path, BlueZ.characteristic) {
            if !wanted.contains(String(path.suffix(4))) { remove(path) }
        }
        addTable(address, on: link.adapter)
        if let battery = sensor.device.battery {
            add(device, [BlueZ.battery: ["Percentage": .byte(battery), "Source": .string("GATT Battery Service")]])
        }
        var services = sensor.device.services
        for characteristic in sensor.device.table where !services.contains(characteristic.service) {
            services.append(characteristic.service)
        }
        changeDevice(
            address, on: link.adapter,
            ["ServicesResolved": .boolean(true), "UUIDs": .strings(services.map(BlueZ.text))])
        // Sessions that outlived the last link, or were asked for without one, resume.
        for handle in (sensor.sessions.keys).sorted() { startStream(address, handle) }
    }

    func endAttempt(_ address: SensorAddress, _ answer: BusAnswer) {
        guard let attempt = sensors[address]?.attempt else { return }
        sensors[address]?.attempt = nil
        try? attempt.request.answer(answer)
    }

    /// Ends a link from any cause. GATT objects and sessions stay, descriptors end.
    func endLink(_ address: SensorAddress) {
        guard let link = sensors[address]?.link else { return }
        sensors[address]?.link = nil
        sensors[address]?.faults.removeAll { $0 == .subscriptionHeld }
        for handle in (sensors[address]?.acquired ?? [:]).keys.sorted() { endAcquired(address, handle) }
        let device = BlueZ.path(address, on: link.adapter)
        for path in tree.paths(below: device) where tree.properties(path, BlueZ.characteristic)?["Notifying"] != nil {
            tree.change(path, BlueZ.characteristic, ["Notifying": .boolean(false)])
        }
        remove(device, BlueZ.battery)
        var changes: ObjectTree.Properties = ["Connected": .boolean(false)]
        if link.isResolved { changes["ServicesResolved"] = .boolean(false) }
        change(device, BlueZ.device, changes)
        let waiting = sensors[address]?.disconnects ?? []
        sensors[address]?.disconnects = []
        for request in waiting { try? request.answer(.values([])) }
    }

    /// Pairs: the agent of whoever asked is asked first.
    func pair(_ address: SensorAddress, _ epoch: Int, _ request: BusRequest) {
        guard let link = sensors[address]?.link, link.epoch == epoch, let agent = agents[request.sender],
            let connection, sensors[address]?.faults.contains(.bondRefused) != true
        else {
            try? request.answer(BlueZ.error("AuthenticationFailed", "Authentication Failed"))
            return
        }
        let device = BlueZ.path(address, on: link.adapter)
        let passkey = sensors[address]?.device.passkey
        let method = passkey == nil ? "RequestAuthorization" : "RequestPasskey"
        let call = BusCall(request.sender, agent, BlueZ.agent, method, [.objectPath(device)])
        connection.call(call, deadline: .seconds(10)) { [weak self] result in
            guard case .success(let values) = result,
                passkey == nil || values.first?.integer == passkey.map({ Int64($0) })
            else {
                try? request.answer(BlueZ.error("AuthenticationRejected", "Authentication Rejected"))
                return
            }
            self?.sensors[address]?.isBonded = true
            self?.changeDevice(address, on: link.adapter, ["Paired": .boolean(true), "Bonded": .boolean(true)])
            try? request.answer(.values([]))
        }
    }

    /// What `match` makes of a sensor's first fault that it picks; a fault that counts is used up by one.
    func take<Value>(_ address: SensorAddress, _ match: (SensorFault) -> Value?) -> Value? {
        guard var faults = sensors[address]?.faults else { return nil }
        defer { sensors[address]?.faults = faults }
        return SensorFault.take(&faults, match)
    }
}
