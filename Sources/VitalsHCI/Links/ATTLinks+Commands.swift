public import VitalsCore
import VitalsModel
import VitalsSystemd

extension ATTLinks {
    /// Begins to carry out a command.
    public func perform(_ command: LinkCommand) {
        switch command {
        case .startDiscovery(let adapter, let services): startDiscovery(adapter, services, command)
        case .stopDiscovery(let adapter): stopDiscovery(adapter, command)
        case .connect(let sensor, let adapter): connect(sensor, adapter, command)
        case .disconnect(let sensor): disconnect(sensor, command)
        case .pair(let sensor): pair(sensor, command)
        case .read(let sensor, let handle): operate(sensor, .read(handle), command)
        case .write(let sensor, let handle, let bytes): operate(sensor, .write(handle, bytes), command)
        case .subscribe(let sensor, let handle, let method): subscribe(sensor, handle, method, command)
        case .unsubscribe(let sensor, let handle): operate(sensor, .unsubscribe(handle), command)
        case .forget(let sensor): forget(sensor, command)
        case .powerOn(let adapter): powerOn(adapter, command)
        case .powerCycle(let adapter): powerCycle(adapter, command)
        case .reset(let adapter): reset(adapter, command)
        }
        rearm()
    }

    private func operate(_ sensor: SensorAddress, _ operation: ATTOperation, _ command: LinkCommand) {
        guard let link = links[sensor], link.isUp else { return answer(command, .notConnected) }
        link.operations.append((operation, command))
        let now = loop.now
        work(link) { client, outputs in
            client.perform(operation, until: now + LinkLimits.attributeDeadline, at: now, into: &outputs)
        }
    }

    /// The kernel's socket is the only way that values come; a sensor that only indicates has none to be acquired.
    private func subscribe(
        _ sensor: SensorAddress, _ handle: UInt16, _ method: SubscriptionMethod, _ command: LinkCommand
    ) {
        if method == .acquireNotify, let table = links[sensor]?.client.table,
            table[handle]?.remote.properties.contains(.notify) == false
        {
            return answer(command, LinkFailure(.notSupported, "the characteristic has no notifications"))
        }
        operate(sensor, .subscribe(handle), command)
    }

    /// A bond is the kernel's: it is not this backend's to break.
    private func forget(_ sensor: SensorAddress, _ command: LinkCommand) {
        guard !bonded.contains(sensor) else {
            return answer(command, LinkFailure(.notPermitted, "the sensor is bonded, and bonds are not removed"))
        }
        if let link = links[sensor] {
            tellKernelToDisconnect(link)
            end(link, .notConnected, reason: "forgotten")
        }
        if heard.forget(sensor) { emit(.forgotten(sensor)) }
        answer(command)
    }
}

extension LinkFailure {
    static let notConnected = LinkFailure(.notConnected, "there is no link to the sensor")
    static let noAdapter = LinkFailure(.doesNotExist, "there is no such adapter")
    static let adapterOff = LinkFailure(.notReady, "the adapter is off, or LE on it is")
}
