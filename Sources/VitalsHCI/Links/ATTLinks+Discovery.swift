import VitalsCore
import VitalsModel
import VitalsSystemd

/// Discovery, and everything else that the management channel says.
extension ATTLinks {
    /// Takes an event of the management channel.
    func handle(_ event: ManagementEvent, on index: AdapterIndex) {
        switch event {
        case .indexAdded: addAdapter(index)
        case .indexRemoved: remove(index, LinkFailure(.serviceGone, "the adapter was removed"))
        case .newSettings(let current): settings(index, current)
        case .deviceFound(let device): hear(device, on: index)
        case .discovering(let isOn): discovering(isOn, on: index)
        case .deviceDisconnected(let peer, let reason): disconnected(peer, reason, on: index)
        case .confirmationRequest(let peer, let isConsent): confirm(peer, isConsent: isConsent, on: index)
        case .passkeyRequest(let peer): refuse(peer, .refusePasskey(peer), on: index)
        case .deviceConnected, .controllerError, .commandComplete, .commandStatus, .other: break
        }
        rearm()
    }

    private func hear(_ device: ManagementEvent.FoundDevice, on index: AdapterIndex) {
        heard.hear(device, on: index) { links[$0] != nil || bonded.contains($0) }
        let sensor = device.peer.sensor
        guard let adapter = adapters[index], adapter.isListening, let entry = heard[sensor] else { return }
        let services = adapter.services
        guard services.isEmpty || entry.data.services.contains(where: services.contains) else { return }
        emit(.advertised(advertisement(sensor, entry)))
    }

    /// What is known of a sensor, in the core's words.
    func advertisement(_ sensor: SensorAddress, _ entry: HeardSensors.Entry) -> Advertisement {
        let isConnected = links[sensor].map { link in if case .connecting = link.phase { false } else { true } }
        return Advertisement(
            sensor: sensor, adapter: entry.adapter, name: entry.data.name, services: entry.data.services,
            rssi: entry.rssi, isBonded: bonded.contains(sensor), isConnected: isConnected ?? false)
    }

    // MARK: Commands

    func startDiscovery(_ index: AdapterIndex, _ services: [BluetoothUUID], _ command: LinkCommand) {
        guard let adapter = adapters[index] else { return answer(command, .noAdapter) }
        guard adapter.information.isUsable else { return answer(command, .adapterOff) }
        switch adapter.discovery {
        case .on, .pausing, .resuming:
            adapters[index]?.services = services
            answer(command)
        case .starting, .stopping:
            answer(command, LinkFailure(.inProgress, "discovery is just being started or stopped"))
        case .off:
            adapters[index]?.services = services
            adapters[index]?.discovery = .starting
            begin(index) { [weak self] failure in self?.started(index, command, failure) }
        }
    }

    private func begin(_ index: AdapterIndex, _ completion: @escaping (LinkFailure?) -> Void) {
        trying {
            try management.send(.startDiscovery, to: index.rawValue) { [weak self] result in
                switch result {
                case .success: completion(nil)
                case .failure(let failure): completion(failure.failure(of: .startDiscovery))
                }
                self?.rearm()
            }
        }
    }

    private func started(_ index: AdapterIndex, _ command: LinkCommand, _ failure: LinkFailure?) {
        answer(command, failure)
        let stops = takeWaiting(index)
        if case .starting = adapters[index]?.discovery {
            adapters[index]?.pause = VitalsHCILimits.discoveryPause
            adapters[index]?.discovery = failure == nil ? .on : .off
        }
        for stop in stops { stopDiscovery(index, stop) }
    }

    /// The stop commands that waited for the answer to a start.
    private func takeWaiting(_ index: AdapterIndex) -> [LinkCommand] {
        defer { adapters[index]?.waitingForStart = [] }
        return adapters[index]?.waitingForStart ?? []
    }

    func stopDiscovery(_ index: AdapterIndex, _ command: LinkCommand) {
        guard let adapter = adapters[index] else { return answer(command) }
        switch adapter.discovery {
        case .off: answer(command)
        case .starting, .resuming: adapters[index]?.waitingForStart.append(command)
        case .on, .pausing, .stopping:
            adapters[index]?.discovery = .stopping
            trying {
                try management.send(.stopDiscovery, to: index.rawValue) { [weak self] result in
                    self?.stopped(index, command, result)
                }
            }
        }
    }

    /// A refusal means that nothing ran: the kernel has ended it by itself.
    private func stopped(
        _ index: AdapterIndex, _ command: LinkCommand, _ result: Result<[UInt8], ManagementFailure>
    ) {
        if case .stopping = adapters[index]?.discovery { adapters[index]?.discovery = .off }
        switch result {
        case .success, .failure(.refused), .failure(.closed): answer(command)
        case .failure(let failure): answer(command, failure.failure(of: .stopDiscovery))
        }
        report(index)
        rearm()
    }

    // MARK: Going on

    /// The kernel began or ended discovery. What it ended by itself is begun again after a pause.
    private func discovering(_ isOn: Bool, on index: AdapterIndex) {
        guard var adapter = adapters[index] else { return }
        adapter.isDiscovering = isOn
        if !isOn, case .on = adapter.discovery { adapter.discovery = .pausing(until: loop.now + adapter.pause) }
        adapters[index] = adapter
        report(index)
    }

    /// Begins discovery again, if its pause is over.
    func resumeDiscovery(_ index: AdapterIndex, at now: MonotonicTime) {
        guard case .pausing(let time) = adapters[index]?.discovery, time <= now else { return }
        adapters[index]?.discovery = .resuming
        begin(index) { [weak self] failure in self?.resumed(index, failure) }
    }

    private func resumed(_ index: AdapterIndex, _ failure: LinkFailure?) {
        let stops = takeWaiting(index)
        if var adapter = adapters[index], case .resuming = adapter.discovery {
            if failure == nil {
                adapter.pause = VitalsHCILimits.discoveryPause
                adapter.discovery = .on
                adapter.isDiscovering = true
            } else {
                let twice = MonotonicTime.Span(microseconds: adapter.pause.microseconds * 2)
                adapter.pause = min(twice, VitalsHCILimits.discoveryPauseMax)
                adapter.discovery = .pausing(until: loop.now + adapter.pause)
            }
            adapters[index] = adapter
            report(index)
        }
        for stop in stops { stopDiscovery(index, stop) }
    }
}
