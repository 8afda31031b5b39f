import VitalsCore
import VitalsModel
import VitalsSystemd

// MARK: - bluetoothd comes and goes

extension BlueZLinks {
    func askForOwner() {
        bus?.call(.toBus("GetNameOwner", [.string(BlueZ.name)]), deadline: LinkLimits.callDeadline) {
            [weak self] result in
            switch result {
            case .success(let values): self?.ownerChanged(values.first?.string)
            // Nobody has the name: we are told when somebody gets it.
            case .failure(let error): self?.reportDown(LinkFailure(error).message)
            }
        }
    }

    func ownerChanged(_ name: String?) {
        guard !isStopped, name != owner else { return }
        if owner != nil { serviceLost("bluetooth-service-gone", isCrash: !mirror.adapters.isEmpty) }
        owner = name
        guard name != nil else { return }
        retryCount = 0
        readObjects()
    }

    func busLost(_ error: BusError) {
        bus = nil
        serviceLost("the bus is gone: \(error)", isCrash: false)
        owner = nil
        retry { links in
            do { try links.openBus() } catch { links.reportDown("\(error)") }
            return links.bus == nil
        }
    }

    /// Everything is lost: what is open fails, links end, and then the service is down.
    private func serviceLost(_ reason: String, isCrash: Bool) {
        var events = open.values.sorted { $0.number < $1.number }.compactMap { run -> LinkEvent? in
            run.call?.cancel()
            guard run.answer() else { return nil }
            return .failed(run.command, LinkFailure(.serviceGone, reason))
        }
        // What the sensors sent before the end still lies in the sockets.
        for sensor in mirror.links.keys.sorted() { events += rest(of: sensor) }
        events += mirror.clear().compactMap(\.linkEvent)
        let wasUp = isUp
        open = [:]
        sessions = [:]
        held = [:]
        earlySince = [:]
        discovering = []
        used = []
        reading = Reading()
        isUp = false
        report(events)
        if wasUp { reportDown(reason) }
        guard isCrash, settings.restartsService else { return }
        retry { links in
            guard links.owner == nil, let bus = links.bus else { return false }
            bus.call(
                .toBus("StartServiceByName", [.string(BlueZ.name), .uint32(0)]), deadline: LinkLimits.callDeadline
            ) { _ in }
            return true
        }
    }

    func reportDown(_ reason: String) {
        guard !isReportedDown else { return }
        isReportedDown = true
        report([.serviceDown(reason: reason)])
    }

    /// Does something after a pause, and again after a longer one as long as it returns true.
    private func retry(_ body: @escaping (BlueZLinks) -> Bool) {
        let pause = BlueZLimits.retries[min(retryCount, BlueZLimits.retries.count - 1)]
        retryCount += 1
        try? delays.after(pause) { [weak self] in
            guard let self, !isStopped else { return }
            if body(self) { retry(body) }
        }
    }

    /// Reads everything that bluetoothd knows: at first, and when a link is resolved, since the objects of its table may be
    /// told of later than that. One reading at a time; who asks meanwhile gets a later one.
    func readObjects() {
        guard !reading.isUnderWay else {
            reading.isWantedAgain = true
            return
        }
        reading.isUnderWay = true
        bus?.call(BlueZ.managedObjects, deadline: LinkLimits.callDeadline) { [weak self] result in
            self?.objectsRead(result)
        }
    }

    private func objectsRead(_ result: Result<[BusValue], BusError>) {
        reading.isUnderWay = false
        guard !isStopped, owner != nil else { return }
        var events: [LinkEvent] = []
        switch result {
        case .success(let values):
            if !isUp {
                events.append(.serviceUp)
                registerAgent()
            }
            isUp = true
            isReportedDown = false
            events += take(mirror.load(values.first ?? .dictionary([], key: "o", value: "a{sa{sv}}")))
        case .failure(let error):
            guard isUp else {
                reportDown(LinkFailure(error).message)
                return retry { links in
                    guard links.owner != nil, !links.isUp else { return false }
                    links.readObjects()
                    return false
                }
            }
        }
        // If it could not be read, what the signals told has to do.
        if reading.isWantedAgain {
            reading.isWantedAgain = false
            readObjects()
        } else {
            events += take(mirror.takeTables())
        }
        report(events)
        finishAccepted()
    }
}

extension MirrorEvent {
    /// What can be reported as it is.
    var linkEvent: LinkEvent? {
        if case .link(let event) = self { event } else { nil }
    }
}
