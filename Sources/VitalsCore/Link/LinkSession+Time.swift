import VitalsModel

// MARK: - Time

extension LinkSession {
    /// Does what is due. Afterwards nothing is due at this time.
    mutating func expire(_ actions: inout LinkActions) {
        let now = actions.now
        if let open, open.deadline <= now {
            counters.unanswered += 1
            actions.log(.warning, "a command was not answered", sensor: sensor, detail: open.command.name)
            answered(open.command, open.missed, &actions)
        }
        if let due = phaseDeadline, due <= now { phaseExpired(&actions) }
        if let due = leftoverDeadline, due <= now { leftoverExpired(&actions) }
        if let due = pausedUntil, due <= now { proceed(&actions) }
        if let due = refusedAt, due <= now, phase == .streaming { retryRefused(&actions) }
        if let action = records?.expire(at: now) { perform(action, &actions) }
        if phase == .streaming { expireStreams(&actions) }
        if let due = quality?.due, due <= now { reportQuality(&actions) }
        if let due = slotUnwantedAt, due <= now {
            slotWantedSince = nil
            conditions.clear(.noSlot, &actions)
        }
        if let since = slotWantedSince, since + LinkLimits.slotGrace <= now, !conditions.contains(.noSlot) {
            conditions.raise(.noSlot, detail: "all connection slots are taken", &actions)
        }
        if isUp, let upSince, upSince + LinkLimits.steadyAfter <= now { backoff.reset() }
    }

    /// A command was answered, or its answer is no longer waited for.
    mutating func answered(_ command: LinkCommand, _ failure: LinkFailure?, _ actions: inout LinkActions) {
        guard open?.command == command else { return }
        open = nil
        switch command {
        case .connect: connectAnswered(failure, &actions)
        case .disconnect: disconnectAnswered(failure, &actions)
        case .forget: forgetAnswered(failure, &actions)
        default: stepAnswered(command, failure, &actions)
        }
    }

    private mutating func phaseExpired(_ actions: inout LinkActions) {
        phaseDeadline = nil
        switch phase {
        case .waiting: return
        case .ending: return endingExpired(&actions)
        case .connecting: actions.log(.info, "connecting failed", sensor: sensor, detail: "no link came up")
        case .resolving: actions.log(.info, "connecting failed", sensor: sensor, detail: "no GATT table in time")
        case .pairing, .subscribing, .streaming:
            actions.log(.info, "the link is of no use", sensor: sensor, detail: "its commands say that it is gone")
        }
        if phase != .streaming { counters.failures += 1 }
        end(Ending(retry: .backoff), &actions)
    }

    /// A link that somebody else made never became one of ours: it is ended, or the sensor would be silent for ever (lessons
    /// 1 and 4).
    private mutating func leftoverExpired(_ actions: inout LinkActions) {
        leftoverDeadline = nil
        guard isIdle, !isUp else { return }
        actions.log(.info, "ending a link that was left over", sensor: sensor)
        end(Ending(retry: .after(LinkLimits.retryPause)), &actions)
    }

    private mutating func reportQuality(_ actions: inout LinkActions) {
        guard let span = quality else { return }
        actions.report(
            .quality(
                LinkQuality(
                    rssi: reception.rssi(over: adapter), adapter: adapter?.description ?? "", values: span.values,
                    connections: counters.connections, failures: counters.failures, setup: setup)),
            of: sensor)
        quality = QualitySpan(due: actions.now + configuration.qualityInterval)
    }
}

// MARK: - Silence

extension LinkSession {
    private mutating func expireStreams(_ actions: inout LinkActions) {
        for index in streams.indices {
            let hasLiveOther = streams.indices.contains { $0 != index && streams[$0].isLive(at: actions.now) }
            let mayReconnect = !(hasLiveOther && streams[index].isExhausted)
            guard let action = streams[index].expire(at: actions.now, mayReconnect: mayReconnect) else { continue }
            let uuid = streams[index].uuid
            switch action {
            case .resubscribe: resubscribe(uuid, &actions)
            case .reconnect:
                recover(.reconnect, detail: "\(uuid) is silent", &actions)
                return end(Ending(retry: .atOnce), &actions)
            case .recoverAdapter: wantsAdapterRecovery = uuid
            case .giveUp: silent(uuid, &actions)
            }
        }
    }

    private mutating func resubscribe(_ uuid: BluetoothUUID, _ actions: inout LinkActions) {
        guard let characteristic = plan?.measurements.first(where: { $0.uuid == uuid }) else { return }
        recover(.resubscribe, detail: "\(uuid) is silent", &actions)
        subscribed.remove(characteristic.handle)
        insert([.unsubscribe(handle: characteristic.handle), .subscribe(characteristic)])
        proceed(&actions)
    }

    private mutating func silent(_ uuid: BluetoothUUID, _ actions: inout LinkActions) {
        conditions.raise(
            .silent, subject: uuid.description, detail: "\(uuid) brings nothing, connected and subscribed", &actions)
    }

    /// The supervisor's answer to `wantsAdapterRecovery`: others stream over the adapter, or it was recovered lately.
    mutating func adapterStays(_ actions: inout LinkActions) {
        guard let uuid = wantsAdapterRecovery else { return }
        wantsAdapterRecovery = nil
        guard let index = streams.firstIndex(where: { $0.uuid == uuid }) else { return }
        streams[index].adapterStays(at: actions.now)
        silent(uuid, &actions)
    }
}

extension LinkCommand {
    /// The command without what it is about: it is about a sensor or an adapter that is named beside it.
    var name: String {
        switch self {
        case .startDiscovery: "start-discovery"
        case .stopDiscovery: "stop-discovery"
        case .connect: "connect"
        case .disconnect: "disconnect"
        case .pair: "pair"
        case .read: "read"
        case .write: "write"
        case .subscribe: "subscribe"
        case .unsubscribe: "unsubscribe"
        case .forget: "forget"
        case .powerOn: "power-on"
        case .powerCycle: "power-cycle"
        case .reset: "reset"
        }
    }
}
