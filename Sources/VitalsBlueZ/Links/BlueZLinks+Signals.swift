import VitalsCore
import VitalsModel
import VitalsSystemd

// MARK: - What bluetoothd tells

extension BlueZLinks {
    func received(_ signal: BusSignal) {
        // Before everything was read, a signal tells of what the answer will hold anyway.
        guard !isStopped, isUp, signal.sender == owner else { return }
        let arguments = signal.arguments
        let events: [MirrorEvent]
        switch signal.member {
        case "PropertiesChanged" where arguments.count == 3:
            guard let interface = arguments[0].string, let changed = arguments[1].dictionary else { return }
            events = mirror.change(signal.path, interface, changed, arguments[2].strings ?? [])
        case "InterfacesAdded" where arguments.count == 2:
            guard let path = arguments[0].objectPath else { return }
            events = mirror.add(path, arguments[1])
        case "InterfacesRemoved" where arguments.count == 2:
            guard let path = arguments[0].objectPath, let interfaces = arguments[1].strings else { return }
            events = mirror.remove(path, interfaces)
        default: return
        }
        report(take(events))
        finishAccepted()
        if mirror.isTableDue, isUp { readObjects() }
    }

    /// What is to be reported of what happened to the objects, after what follows from it here was done.
    func take(_ events: [MirrorEvent]) -> [LinkEvent] { events.flatMap { take($0) } }

    private func take(_ event: MirrorEvent) -> [LinkEvent] {
        switch event {
        case .link(.disconnected(let sensor, let reason)):
            used.remove(sensor)
            return rest(of: sensor) + [.disconnected(sensor, reason: reason)]
        case .link(.connected(let sensor, let adapter)):
            dropStale(of: sensor)
            earlySince[sensor] = nil
            expectTable(of: sensor)
            return [.connected(sensor, adapter)]
        case .link(.resolved(let sensor, let table)):
            return [.resolved(sensor, table)] + (held.removeValue(forKey: sensor) ?? [])
        case .link(.adapter(let index, let state)):
            // bluetoothd forgets the discoveries of an adapter that is switched off.
            if !state.isPowered { discovering.remove(index) }
            return [.adapter(index, state)]
        case .link(.adapterGone(let index)):
            discovering.remove(index)
            return [.adapterGone(index)]
        case .link(let other): return [other]
        case .value(let path, let sensor, let handle, let bytes):
            guard sessions[path]?.takes(bytes, at: loop.now) == true else { return [] }
            return deliver([.value(sensor, handle: handle, bytes: bytes)], of: sensor)
        case .notNotifying(let path, _, _):
            if case .signals? = sessions[path]?.source { expectEnd(of: path) }
            return []
        case .characteristicGone(let path):
            sessions[path]?.socket?.close()
            sessions[path] = nil
            return []
        }
    }

    /// If nothing is heard of the table of a link, it is asked for.
    private func expectTable(of sensor: SensorAddress, tries: Int = BlueZLimits.tableTries) {
        guard tries > 0 else { return }
        try? delays.after(BlueZLimits.tableGrace) { [weak self] in
            guard let self, !isStopped, let device = mirror.linked(sensor), !device.isTableKnown else { return }
            readObjects()
            expectTable(of: sensor, tries: tries - 1)
        }
    }

    /// Values come after the table of their link. A resumed subscription may bring the first one before the link itself is
    /// told of (lesson 8).
    private func deliver(_ values: [LinkEvent], of sensor: SensorAddress) -> [LinkEvent] {
        guard !values.isEmpty else { return [] }
        if let device = mirror.linked(sensor) {
            guard !device.isTableKnown else { return values }
        } else {
            dropStale(of: sensor)
            earlySince[sensor] = earlySince[sensor] ?? loop.now
        }
        let waiting = held[sensor, default: []]
        guard waiting.count + values.count <= BlueZLimits.heldMax else { return values }
        held[sensor] = waiting + values
        return []
    }

    /// Values that came ahead of a link that never was belong to none.
    private func dropStale(of sensor: SensorAddress) {
        guard let since = earlySince[sensor], loop.now - since > BlueZLimits.earlySpan else { return }
        earlySince[sensor] = nil
        held[sensor] = nil
    }

    /// The values of a link that has ended which were not reported yet; its sockets are closed.
    func rest(of sensor: SensorAddress) -> [LinkEvent] {
        var events = held.removeValue(forKey: sensor) ?? []
        // A link that ended before its table was told of: the values came from objects that bluetoothd had kept.
        let table = mirror.devices(of: sensor).map(\.table).first { !$0.isEmpty }
        if !events.isEmpty, let table { events.insert(.resolved(sensor, table), at: 0) }
        for (path, session) in sessions.sorted(by: { $0.key < $1.key }) {
            guard let socket = session.socket, mirror.devices[path.device]?.sensor == sensor else { continue }
            let values = socket.take().values
            events += values.map { .value(sensor, handle: path.handle, bytes: $0) }
            socket.close()
            sessions[path] = nil
        }
        return events
    }

    /// A socket has something, or has ended.
    func readable(_ path: CharacteristicPath) {
        guard !isStopped, let socket = sessions[path]?.socket, let sensor = mirror.devices[path.device]?.sensor else {
            return
        }
        let (values, isEnded) = socket.take()
        if isEnded {
            // It would be readable for ever.
            socket.close()
            expectEnd(of: path)
        }
        report(deliver(values.map { .value(sensor, handle: path.handle, bytes: $0) }, of: sensor))
    }

    /// A subscription has ended. If the link ends as well, that was the cause, and is reported instead.
    private func expectEnd(of path: CharacteristicPath) {
        guard let session = sessions[path], !session.isEnding else { return }
        let socket = session.socket
        try? delays.after(BlueZLimits.endGrace) { [weak self] in
            guard let self, !isStopped, let session = sessions[path], !session.isEnding, session.socket === socket,
                let device = mirror.devices[path.device]
            else { return }
            if socket == nil, device.characteristics[path]?.isNotifying == true { return }
            // Without a link there is nothing to end: the next one resumes it, or not.
            guard mirror.links[device.sensor] == path.device else { return }
            sessions[path] = nil
            report([.subscriptionEnded(device.sensor, handle: path.handle)])
        }
    }
}
