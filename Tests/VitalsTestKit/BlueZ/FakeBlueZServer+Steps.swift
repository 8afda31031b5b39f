import VitalsCore
import VitalsModel
import VitalsSystemd

extension FakeBlueZServer {
    /// What was planned happens.
    func take(_ step: Step) {
        switch step {
        case .order(let order): carryOut(order)
        case .reply(let request, let answer): try? request.answer(answer)
        case .linkUp(let address, let index, let attempt): linkUp(address, index, attempt)
        case .connectFailed(let address, let attempt):
            if sensors[address]?.attempt?.number == attempt { endAttempt(address, BlueZ.abort) }
        case .linkDown(let address, let epoch):
            if sensors[address]?.link?.epoch == epoch { endLink(address) }
        case .resolved(let address, let epoch): resolved(address, epoch)
        case .subscribed(let address, let handle, let epoch, let request):
            subscribed(address, handle, epoch, request)
        case .acquired(let address, let handle, let epoch, let request): acquired(address, handle, epoch, request)
        case .stream(let address, let handle, let epoch): stream(address, handle, epoch)
        case .indicate(let address, let handle, let bytes, let epoch):
            if sensors[address]?.link?.epoch == epoch { send(address, handle, bytes) }
        case .advertise(let address): advertise(address)
        case .forgetUnseen(let index, let discoveries): forgetUnseen(index, discoveries)
        case .power(let index, let isOn, let request): power(index, isOn, request)
        case .pair(let address, let epoch, let request): pair(address, epoch, request)
        }
    }

    /// Does to the world what a test says.
    func carryOut(_ order: LinkOrder) {
        switch order {
        case .add(let device): add(device)
        case .remove(let address):
            sensors[address]?.isInReach = false
            endLink(address)
        case .fault(let address, let fault): sensors[address]?.faults.append(fault)
        case .mend(let address): sensors[address]?.faults = []
        case .drop(let address): endLink(address)
        case .leftover(let address, let index, let isResolved):
            makeLink(address, index)
            if isResolved { resolved(address, sensors[address]?.epoch ?? 0) }
        case .send(let address, let uuid, let bytes):
            if let handle = sensors[address]?.device.handle(uuid) { send(address, handle, bytes) }
        case .addAdapter(let index, let address, let isPowered): addAdapter(index, address, isPowered)
        case .removeAdapter(let index): removeAdapter(index)
        case .adapterFault(let index, let fault):
            adapters[index]?.faults.append(fault)
            changeAdapter(index, ["Discovering": .boolean(adapters[index]?.isDiscovering ?? false)])
        case .mendAdapter(let index):
            adapters[index]?.faults = []
            changeAdapter(index, ["Discovering": .boolean(adapters[index]?.isDiscovering ?? false)])
        case .killService: killService()
        case .stopService: stopService()
        case .startService: try? openBus()
        case .denyAccess(let isDenied): isAccessDenied = isDenied
        }
    }

    private func add(_ device: VirtualSensor) {
        guard var sensor = sensors[device.address] else {
            var sensor = Sensor(device)
            sensor.isAdvertising = true
            sensors[device.address] = sensor
            return plan(.advertise(device.address), after: jitter(hasty(device.advertisingPeriod)))
        }
        let isIdle = !sensor.isAdvertising
        sensor.device = device
        sensor.isInReach = true
        sensor.isAdvertising = true
        sensors[device.address] = sensor
        if isIdle { plan(.advertise(device.address), after: jitter(hasty(device.advertisingPeriod))) }
    }

    private func addAdapter(_ index: AdapterIndex, _ address: SensorAddress, _ isPowered: Bool) {
        if adapters[index] != nil { removeAdapter(index) }
        adapters[index] = Adapter(address: address, isPowered: isPowered)
        addAdapterObject(index)
    }

    private func removeAdapter(_ index: AdapterIndex) {
        guard adapters[index] != nil else { return }
        adapters[index]?.sessions = [:]
        changeAdapter(index, ["Powered": .boolean(false), "Discovering": .boolean(false)])
        endAll(on: index)
        for path in tree.paths(below: BlueZ.path(index)) { remove(path) }
        for address in sensors.keys { sensors[address]?.sessions = [:] }
        adapters[index] = nil
    }

    /// The bus closes the connection: nobody says anything but that the name has no owner.
    private func killService() {
        guard isRunning else { return }
        close()
        forgetClients()
        tree = ObjectTree()
    }

    /// In order: all properties and objects go first.
    private func stopService() {
        guard isRunning else { return }
        for index in adapters.keys.sorted() {
            adapters[index]?.sessions = [:]
            endAll(on: index)
            changeAdapter(index, ["Powered": .boolean(false), "Discovering": .boolean(false)])
            for path in tree.paths(below: BlueZ.path(index)) { remove(path) }
        }
        connection?.flush()
        close()
        forgetClients()
        tree = ObjectTree()
    }

    private func forgetClients() {
        agents = [:]
        for index in adapters.keys {
            adapters[index]?.sessions = [:]
            adapters[index]?.filters = [:]
        }
        for address in sensors.keys {
            for acquired in sensors[address]?.acquired.values.map({ $0 }) ?? [] { acquired.watch.cancel() }
            sensors[address]?.acquired = [:]
            sensors[address]?.sessions = [:]
            sensors[address]?.disconnects = []
            sensors[address]?.attempt = nil
            sensors[address]?.link = nil
        }
    }
}
