import VitalsCore
import VitalsModel

extension SimulatedLinks {
    /// Does to the world what a test says.
    func carryOut(_ order: LinkOrder) {
        switch order {
        case .add(let device): add(device)
        case .remove(let address):
            sensors[address]?.isInReach = false
            endLink(address, reason: nil)
        case .fault(let address, let fault): sensors[address]?.faults.append(fault)
        case .mend(let address): sensors[address]?.faults = []
        case .drop(let address): endLink(address, reason: nil)
        case .leftover(let address, let index, let isResolved): leftover(address, index, isResolved)
        case .send(let address, let uuid, let bytes):
            if let handle = sensors[address]?.device.handle(uuid) { send(address, handle, bytes) }
        case .addAdapter(let index, let address, let isPowered): addAdapter(index, address, isPowered)
        case .removeAdapter(let index): removeAdapter(index)
        case .adapterFault(let index, let fault):
            adapters[index]?.faults.append(fault)
            stuckDiscoveryChanged(index)
        case .mendAdapter(let index):
            adapters[index]?.faults = []
            stuckDiscoveryChanged(index)
        case .killService, .stopService: killService()
        case .startService:
            guard !isServiceUp else { return }
            isServiceUp = true
            greet()
        case .denyAccess(let isDenied): isAccessDenied = isDenied
        }
    }

    private func add(_ device: VirtualSensor) {
        guard var sensor = sensors[device.address] else {
            sensors[device.address] = SimulatedSensor(device)
            return plan(.advertise(device.address), after: jitter(device.advertisingPeriod))
        }
        if !sensor.isInReach { plan(.advertise(device.address), after: jitter(device.advertisingPeriod)) }
        sensor.device = device
        sensor.isInReach = true
        sensors[device.address] = sensor
    }

    private func leftover(_ address: SensorAddress, _ index: AdapterIndex, _ isResolved: Bool) {
        guard let sensor = sensors[address], sensor.link == nil else { return }
        if isServiceUp {
            makeLink(address, index)
            if isResolved { plan(.resolved(address, epoch: sensor.epoch + 1), after: Timing.resolve) }
        } else {
            sensors[address]?.epoch += 1
            sensors[address]?.isKnown = true
            let link = SimulatedSensor.Link(adapter: index, epoch: sensor.epoch + 1, isResolved: isResolved)
            sensors[address]?.link = link
        }
    }

    private func addAdapter(_ index: AdapterIndex, _ address: SensorAddress, _ isPowered: Bool) {
        let state = AdapterState(address: address, isPowered: isPowered, isDiscovering: false)
        let faults = adapters[index]?.faults ?? []
        adapters[index] = SimulatedAdapter(state: state, faults: faults)
        if !isPowered { endLinks(on: index) }
        if isServiceUp { emit(.adapter(index, state)) }
    }

    private func removeAdapter(_ index: AdapterIndex) {
        guard adapters[index] != nil else { return }
        endLinks(on: index)
        adapters[index] = nil
        emit(.adapterGone(index))
    }

    private func endLinks(on index: AdapterIndex) {
        answerAll(LinkFailure(.doesNotExist, Words.unknown)) { $0.adapter == index }
        for address in linked where sensors[address]?.link?.adapter == index { endLink(address, reason: nil) }
    }

    private func stuckDiscoveryChanged(_ index: AdapterIndex) {
        guard var adapter = adapters[index] else { return }
        adapter.state.isDiscovering = adapter.filter != nil || adapter.isStuck
        adapters[index] = adapter
        emit(.adapter(index, adapter.state))
    }

    private func killService() {
        guard isServiceUp else { return }
        answerAll(LinkFailure(.serviceGone, "org.freedesktop.DBus.Error.NoReply"))
        for address in linked { endLink(address, reason: "bluetooth-service-gone") }
        for (index, adapter) in adapters {
            adapters[index]?.filter = nil
            adapters[index]?.state.isDiscovering = adapter.isStuck
        }
        isServiceUp = false
        emit(.serviceDown(reason: "bluetooth-service-gone"))
    }
}
