import VitalsCore
import VitalsModel
import VitalsSystemd

/// Adapters: which there are, and switching them on and off.
extension ATTLinks {
    /// Takes the list of Read Controller Index List: a count, and the indexes.
    func addAdapters(_ list: [UInt8]) {
        var reader = PacketReader(list)
        guard reader.uint16() != nil else { return }
        while let index = reader.uint16() { addAdapter(AdapterIndex(index)) }
    }

    /// Asks what an adapter is, and then reports it.
    func addAdapter(_ index: AdapterIndex) {
        guard adapters[index] != nil || adapters.count < VitalsHCILimits.adaptersMax else { return }
        trying {
            try management.send(.readControllerInformation, to: index.rawValue) { [weak self] result in
                guard case .success(let parameters) = result,
                    let information = ControllerInformation(parameters)
                else { return }
                self?.learn(index, information)
            }
        }
    }

    private func learn(_ index: AdapterIndex, _ information: ControllerInformation) {
        if adapters[index] == nil {
            adapters[index] = ATTAdapter(information: information)
        } else {
            adapters[index]?.information = information
        }
        report(index)
    }

    /// Reports an adapter, if anything about it changed.
    func report(_ index: AdapterIndex) {
        guard let adapter = adapters[index], adapter.reported != adapter.state else { return }
        adapters[index]?.reported = adapter.state
        emit(.adapter(index, adapter.state))
    }

    /// An adapter is gone, and its links with it.
    func remove(_ index: AdapterIndex, _ failure: LinkFailure) {
        for link in links.values.sorted(by: { $0.sensor < $1.sensor }) where link.adapter == index {
            end(link, failure, reason: "adapter-gone")
        }
        guard let adapter = adapters.removeValue(forKey: index) else { return }
        for command in adapter.waitingForStart { answer(command) }
        emit(.adapterGone(index))
    }

    /// Takes the settings of an adapter as they are now.
    func settings(_ index: AdapterIndex, _ current: ControllerInformation.Settings) {
        adapters[index]?.information.current = current
        if adapters[index]?.information.isUsable == false {
            adapters[index]?.discovery = .off
            adapters[index]?.isDiscovering = false
        }
        report(index)
    }

    // MARK: Commands

    /// LE first, since an adapter that is switched on without it is of no use.
    func powerOn(_ index: AdapterIndex, _ command: LinkCommand) {
        guard let adapter = adapters[index] else { return answer(command, .noAdapter) }
        guard adapter.information.supported.contains(.lowEnergy) else {
            return answer(command, LinkFailure(.notSupported, "the adapter knows no LE"))
        }
        var steps: [ManagementCommand] = []
        if !adapter.information.current.contains(.lowEnergy) { steps.append(.setLowEnergy(true)) }
        if !adapter.information.current.contains(.powered) { steps.append(.setPowered(true)) }
        carryOut(steps, on: index, for: command)
    }

    /// Off, and on with LE.
    func powerCycle(_ index: AdapterIndex, _ command: LinkCommand) {
        guard adapters[index] != nil else { return answer(command, .noAdapter) }
        carryOut([.setPowered(false), .setLowEnergy(true), .setPowered(true)], on: index, for: command)
    }

    /// Sends commands one after another; the first that fails ends it. Each answer holds the settings as they then are.
    private func carryOut(_ steps: [ManagementCommand], on index: AdapterIndex, for command: LinkCommand) {
        guard let step = steps.first else { return answer(command) }
        trying {
            try management.send(step, to: index.rawValue, within: VitalsHCILimits.powerDeadline) { [weak self] result in
                guard let self else { return }
                switch result {
                case .success(let parameters):
                    var reader = PacketReader(parameters)
                    if let current = reader.uint32() { settings(index, .init(rawValue: current)) }
                    carryOut(Array(steps.dropFirst()), on: index, for: command)
                case .failure(let failure): answer(command, failure.failure(of: step))
                }
                rearm()
            }
        }
    }

    /// The kernel blocks whoever resets a controller: that is another thread.
    func reset(_ index: AdapterIndex, _ command: LinkCommand) {
        guard adapters[index] != nil else { return answer(command, .noAdapter) }
        let work = kernel.resetting(adapter: index.rawValue)
        trying {
            try BlockingCall.start(on: loop, name: "adapter-reset", work) { [weak self] error in
                guard let self else { return }
                answer(command, error.map { LinkFailure($0.code == .accessDenied ? .accessDenied : .other, "\($0)") })
                addAdapter(index)
            }
        }
    }
}
