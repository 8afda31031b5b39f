import VitalsCore
import VitalsModel
import VitalsSystemd

/// Adapter1.
extension FakeBlueZServer {
    func adapterCall(_ request: BusRequest, _ index: AdapterIndex) -> BusAnswer? {
        guard let adapter = adapters[index] else { return nil }
        switch request.member {
        case "SetDiscoveryFilter":
            let filter = request.arguments.first?.dictionary ?? [:]
            let services = filter["UUIDs"]?.strings ?? []
            adapters[index]?.filters[request.sender] = services.compactMap { BluetoothUUID($0) }
            if adapter.sessions[request.sender] != nil {
                adapters[index]?.sessions[request.sender] = services.compactMap { BluetoothUUID($0) }
            }
            return .values([])
        case "StartDiscovery":
            guard adapter.isPowered else { return BlueZ.notReady }
            for case .discoveryFails(let kind) in adapter.faults { return BlueZ.error(kind) }
            guard adapter.sessions[request.sender] == nil else { return BlueZ.inProgress }
            adapters[index]?.sessions[request.sender] = adapter.filters[request.sender] ?? []
            adapters[index]?.discoveries += 1
            changeAdapter(index, ["Discovering": .boolean(true)])
            return .values([])
        case "StopDiscovery":
            for case .discoveryFails(let kind) in adapter.faults { return BlueZ.error(kind) }
            guard adapter.sessions[request.sender] != nil else {
                return BlueZ.error("Failed", "No discovery started")
            }
            endDiscovery(request.sender, index)
            return .values([])
        case "RemoveDevice":
            guard let path = request.arguments.first?.objectPath, let (address, _) = device(path),
                tree.has(path, BlueZ.device)
            else { return BlueZ.doesNotExist }
            forget(address, on: index)
            return .values([])
        default: return nil
        }
    }

    func endDiscovery(_ client: String, _ index: AdapterIndex) {
        adapters[index]?.sessions[client] = nil
        cure(index, .restartDiscovery)
        guard let adapter = adapters[index], adapter.sessions.isEmpty else { return }
        changeAdapter(index, ["Discovering": .boolean(adapter.isDiscovering)])
        for address in sensors.keys.sorted() {
            let path = BlueZ.path(address, on: index)
            if tree.properties(path, BlueZ.device)?["RSSI"] != nil {
                change(path, BlueZ.device, [:], without: ["RSSI"])
            }
        }
        plan(.forgetUnseen(index, discoveries: adapter.discoveries), after: timing.forget)
    }

    /// Unbonded sensors without a link are forgotten after a while.
    func forgetUnseen(_ index: AdapterIndex, _ discoveries: Int) {
        guard let adapter = adapters[index], adapter.discoveries == discoveries, adapter.sessions.isEmpty else {
            return
        }
        for address in sensors.keys.sorted() {
            guard let sensor = sensors[address], !sensor.isBonded, sensor.link == nil, sensor.attempt == nil else {
                continue
            }
            removeDevice(address, on: index)
            sensors[address]?.isRemembered = false
        }
    }

    /// `RemoveDevice`: the link ends, and the bond is gone.
    func forget(_ address: SensorAddress, on index: AdapterIndex) {
        endAttempt(address, BlueZ.canceled)
        endLink(address)
        cure(address, .forget)
        sensors[address]?.faults.removeAll { $0 == .connectPending || $0 == .bondRefused }
        sensors[address]?.isBonded = false
        sensors[address]?.isRemembered = false
        removeDevice(address, on: index)
    }

    func advertise(_ address: SensorAddress) {
        guard let sensor = sensors[address], sensor.isInReach else {
            sensors[address]?.isAdvertising = false
            return
        }
        plan(.advertise(address), after: hasty(sensor.device.advertisingPeriod))
        guard isRunning, sensor.link == nil else { return }
        for index in adapters.keys.sorted() {
            guard let adapter = adapters[index], adapter.isDiscovering, !adapter.isSilent else { continue }
            let wanted = adapter.sessions.values.contains {
                $0.isEmpty || !Set($0).isDisjoint(with: sensor.device.services)
            }
            let path = BlueZ.path(address, on: index)
            guard wanted || adapter.isStuck || tree.has(path, BlueZ.device) else { continue }
            if tree.has(path, BlueZ.device) {
                change(path, BlueZ.device, ["RSSI": .int16(Int16(sensor.device.rssi))])
            } else {
                addDeviceObject(address, on: index, rssi: sensor.device.rssi)
            }
        }
    }

    /// Switches an adapter, for whoever asked.
    func power(_ index: AdapterIndex, _ isOn: Bool, _ request: BusRequest?) {
        guard let adapter = adapters[index], !isOn || !adapter.faults.contains(.staysOff) else {
            try? request?.answer(BlueZ.error("Failed", "Failed"))
            return
        }
        if adapter.isPowered != isOn {
            adapters[index]?.isPowered = isOn
            if !isOn {
                adapters[index]?.sessions = [:]
                cure(index, .powerCycle)
                for address in sensors.keys { cure(address, .powerCycle) }
                endAll(on: index)
            }
            changeAdapter(
                index, ["Powered": .boolean(isOn), "Discovering": .boolean(adapters[index]?.isDiscovering ?? false)])
        }
        try? request?.answer(.values([]))
    }

    /// Ends links and attempts on an adapter.
    func endAll(on index: AdapterIndex) {
        for address in sensors.keys.sorted() {
            if sensors[address]?.attempt?.adapter == index { endAttempt(address, BlueZ.abort) }
            if sensors[address]?.link?.adapter == index { endLink(address) }
        }
    }

    func cure(_ index: AdapterIndex, _ step: FaultCure) {
        guard var faults = adapters[index]?.faults else { return }
        AdapterFault.cure(&faults, step)
        adapters[index]?.faults = faults
    }

    func cure(_ address: SensorAddress, _ step: FaultCure) {
        guard var faults = sensors[address]?.faults else { return }
        SensorFault.cure(&faults, step)
        sensors[address]?.faults = faults
    }

    func hasty(_ span: MonotonicTime.Span) -> MonotonicTime.Span {
        MonotonicTime.Span(microseconds: max(1_000, span.microseconds / timing.haste))
    }
}
