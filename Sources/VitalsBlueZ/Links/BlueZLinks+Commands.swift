public import VitalsCore
import VitalsModel
import VitalsSystemd

// MARK: - Commands

extension BlueZLinks {
    /// Begins to carry out a command.
    public func perform(_ command: LinkCommand) {
        guard !isStopped else { return }
        commandCount += 1
        let run = OpenCommand(command, end: loop.now + LinkLimits.deadline(of: command), number: commandCount)
        open[run.number] = run
        guard isUp else { return finishLater(run, LinkFailure(.serviceGone, "bluetoothd does not run")) }
        if command.usesLink, let sensor = command.sensor { used.insert(sensor) }
        switch command {
        case .startDiscovery(let adapter, let services): startDiscovery(run, adapter, services)
        case .stopDiscovery(let adapter): stopDiscovery(run, adapter)
        case .connect(let sensor, let adapter): connect(run, sensor, adapter)
        case .disconnect(let sensor): disconnect(run, sensor)
        case .pair(let sensor): pair(run, sensor)
        case .read(let sensor, let handle): read(run, sensor, handle)
        case .write(let sensor, let handle, let bytes): write(run, sensor, handle, bytes)
        case .subscribe(let sensor, let handle, let method): subscribe(run, sensor, handle, method)
        case .unsubscribe(let sensor, let handle): unsubscribe(run, sensor, handle)
        case .forget(let sensor): forget(run, sensor)
        case .powerOn(let adapter): power(run, adapter, [true])
        case .powerCycle(let adapter): power(run, adapter, [false, true])
        case .reset(let adapter): reset(run, adapter)
        }
    }

    /// One call of a command, with what is left of its time.
    func call(_ run: OpenCommand, _ call: BusCall, then: @escaping (Result<[BusValue], BusError>) -> Void) {
        run.call = bus?.call(call, deadline: run.end - loop.now) { [weak self] result in
            guard let self, !isStopped, !run.isAnswered else { return }
            then(result)
        }
    }

    /// Answers a command, from a handler of the loop.
    func finish(_ run: OpenCommand, _ failure: LinkFailure? = nil) {
        guard run.answer() else { return }
        open[run.number] = nil
        report([failure.map { .failed(run.command, $0) } ?? .done(run.command)])
    }

    /// Answers a command after `perform` has returned.
    func finishLater(_ run: OpenCommand, _ failure: LinkFailure? = nil) {
        later { [weak self] in self?.finish(run, failure) }
    }

    /// Answers a command with what its last call brought; some errors say that all is as it was wanted.
    func finish(
        _ run: OpenCommand, _ result: Result<[BusValue], BusError>, isFine: (LinkFailure) -> Bool = { _ in false }
    ) {
        guard case .failure(let error) = result else { return finish(run) }
        let failure = LinkFailure(error)
        // What was told of the link may not be true any more.
        if failure.kind == .notConnected, let sensor = run.command.sensor, mirror.linked(sensor) != nil {
            readObjects()
        }
        finish(run, isFine(failure) ? nil : failure)
    }

    // MARK: Adapters

    private func adapterCall(_ adapter: AdapterIndex, _ member: String, _ arguments: [BusValue] = []) -> BusCall {
        BusCall(BlueZ.name, BlueZ.path(of: adapter.description), BlueZ.adapter, member, arguments)
    }

    private func startDiscovery(_ run: OpenCommand, _ adapter: AdapterIndex, _ services: [BluetoothUUID]) {
        // Every advertisement is wanted, not only the first: it says that the sensor, and the adapter, are alive.
        var filter: [String: BusValue] = ["Transport": .string("le"), "DuplicateData": .boolean(true)]
        if !services.isEmpty { filter["UUIDs"] = .strings(services.map(\.hyphenated)) }
        call(run, adapterCall(adapter, "SetDiscoveryFilter", [.properties(filter)])) { [weak self] result in
            guard let self else { return }
            guard case .success = result else { return finish(run, result) }
            call(run, adapterCall(adapter, "StartDiscovery")) { [weak self] result in
                guard let self else { return }
                if case .success = result { discovering.insert(adapter) }
                let isOurs = discovering.contains(adapter) && mirror.adapters[adapter]?.isDiscovering == true
                finish(run, result) { $0.kind == .inProgress && isOurs }
            }
        }
    }

    private func stopDiscovery(_ run: OpenCommand, _ adapter: AdapterIndex) {
        call(run, adapterCall(adapter, "StopDiscovery")) { [weak self] result in
            guard let self else { return }
            let isOver: (LinkFailure) -> Bool = { failure in
                failure.kind == .notReady || failure.kind == .doesNotExist
                    || failure.message.contains("No discovery started")
            }
            if case .failure(let error) = result, !isOver(LinkFailure(error)) { return finish(run, result) }
            discovering.remove(adapter)
            finish(run)
        }
    }

    private func power(_ run: OpenCommand, _ adapter: AdapterIndex, _ steps: [Bool]) {
        guard let step = steps.first else { return finish(run) }
        let path = BlueZ.path(of: adapter.description)
        call(run, BlueZ.set("Powered", of: path, BlueZ.adapter, to: .boolean(step))) { [weak self] result in
            guard case .success = result else { self?.finish(run, result); return }
            self?.power(run, adapter, Array(steps.dropFirst()))
        }
    }

    private func reset(_ run: OpenCommand, _ adapter: AdapterIndex) {
        guard let resetController = settings.resetController else {
            return finishLater(run, LinkFailure(.notSupported, "BlueZ has no controller reset"))
        }
        try? delays.after(LinkLimits.deadline(of: run.command)) { [weak self] in
            self?.finish(run, LinkFailure(.deadline, "the reset of \(adapter) was not answered"))
        }
        resetController(adapter) { [weak self] failure in self?.finishLater(run, failure) }
    }

    // MARK: Links

    private func deviceCall(_ device: MirroredDevice, _ member: String) -> BusCall {
        BusCall(BlueZ.name, device.path.text, BlueZ.device, member)
    }

    private func connect(_ run: OpenCommand, _ sensor: SensorAddress, _ adapter: AdapterIndex) {
        guard let device = mirror.device(sensor, on: adapter) else {
            return finishLater(run, LinkFailure(.doesNotExist, "\(adapter) does not know the sensor: it was not heard"))
        }
        call(run, deviceCall(device, "Connect")) { [weak self] result in
            guard let self else { return }
            switch result {
            case .success:
                if mirror.devices[device.path]?.isConnected == true { return finish(run) }
                run.isAccepted = true
                // The word of the link was seen to stay away for long: it is asked for.
                readObjects()
                try? delays.after(BlueZLimits.linkGrace) { [weak self] in
                    self?.finish(run, LinkFailure(.notConnected, "Connect was answered, but there is no link"))
                }
            case .failure(let error):
                // bluetoothd would go on trying after our deadline.
                if error.isDeadline { try? bus?.send(deviceCall(device, "Disconnect")) }
                finish(run, result)
            }
        }
    }

    /// Answers the commands that wait for nothing but what bluetoothd told just now.
    func finishAccepted() {
        for run in open.values.sorted(by: { $0.number < $1.number }) {
            switch run.command {
            case .connect(let sensor, let adapter) where run.isAccepted:
                if mirror.device(sensor, on: adapter)?.isConnected == true { finish(run) }
            case .pair(let sensor) where run.isDoneByBond:
                if mirror.devices(of: sensor).contains(where: \.isBonded) {
                    finish(run)
                } else if run.call == nil, mirror.linked(sensor) == nil {
                    finish(run, LinkFailure(.notConnected, "the link ended while bluetoothd was pairing"))
                }
            default: break
            }
        }
    }

    private func disconnect(_ run: OpenCommand, _ sensor: SensorAddress) {
        // Without a link there may still be an attempt that somebody left behind, under any adapter.
        let devices = mirror.linked(sensor).map { [$0] } ?? mirror.devices(of: sensor)
        disconnect(run, devices[...])
    }

    private func disconnect(_ run: OpenCommand, _ devices: ArraySlice<MirroredDevice>) {
        guard let device = devices.first else { return finishLater(run) }
        call(run, deviceCall(device, "Disconnect")) { [weak self] result in
            guard let self else { return }
            if case .failure(let error) = result, !LinkFailure(error).saysNoLink { return finish(run, result) }
            if devices.count > 1 { disconnect(run, devices.dropFirst()) } else { finish(run) }
        }
    }

    private func pair(_ run: OpenCommand, _ sensor: SensorAddress) {
        // BlueZ would make a link for it, which nobody here has asked for.
        guard let device = mirror.linked(sensor) else {
            return finishLater(run, LinkFailure(.notConnected, "there is no link to the sensor"))
        }
        // Asked to pair a sensor that is bonded over LE, BlueZ 5.66 tries to over BR/EDR, and never answers.
        guard !device.isBonded else { return finishLater(run) }
        run.isDoneByBond = true
        call(run, deviceCall(device, "Pair")) { [weak self] result in
            guard let self else { return }
            guard case .failure(let error) = result else { return finish(run) }
            if error.isDeadline { try? bus?.send(deviceCall(device, "CancelPairing")) }
            if error.name == "org.bluez.Error.AlreadyExists" { return finish(run) }
            let failure = LinkFailure(error)
            guard failure.kind == .inProgress else { return finish(run, failure) }
            // bluetoothd is pairing by itself already.
            run.call = nil
            try? delays.after(run.end - loop.now) { [weak self] in
                self?.finish(run, LinkFailure(.deadline, failure.message))
            }
        }
    }

    private func forget(_ run: OpenCommand, _ sensor: SensorAddress) {
        let devices = mirror.devices(of: sensor)
        guard !devices.contains(where: \.isBonded) else {
            return finishLater(run, LinkFailure(.notPermitted, "the sensor is bonded: its bond is not removed unasked"))
        }
        forget(run, devices[...])
    }

    private func forget(_ run: OpenCommand, _ devices: ArraySlice<MirroredDevice>) {
        guard let device = devices.first else { return finishLater(run) }
        call(run, adapterCall(device.path.adapter, "RemoveDevice", [.objectPath(device.path.text)])) {
            [weak self] result in
            guard let self else { return }
            if case .failure(let error) = result, LinkFailure(error).kind != .doesNotExist {
                return finish(run, result)
            }
            if devices.count > 1 { forget(run, devices.dropFirst()) } else { finish(run) }
        }
    }
}

extension LinkFailure {
    /// Whether it says that there is nothing to disconnect.
    fileprivate var saysNoLink: Bool { kind == .notConnected || kind == .doesNotExist }
}

extension BluetoothUUID {
    /// As BlueZ writes it: `0000180d-0000-1000-8000-00805f9b34fb`.
    var hyphenated: String {
        let digits = Hex.string([high, low].flatMap { half in (0..<8).map { UInt8(half >> (56 - 8 * $0) & 0xFF) } })
        var text = ""
        for (index, digit) in digits.enumerated() {
            if [8, 12, 16, 20].contains(index) { text.append("-") }
            text.append(digit)
        }
        return text
    }
}
