import VitalsDisk
import VitalsMQTT
import VitalsModel

/// What goes wrong in the world, and what ends of it.
extension Simulation {
    func happen(_ entry: FaultAgenda.Entry) {
        trace.add(entry.kind.rawValue)
        trace.add(clock.now)
        if !entry.isEnd, entry.kind != .storeLost { reach(entry.kind.rawValue) }
        tell(entry.isEnd ? "\(entry.kind.rawValue) ends" : entry.kind.rawValue)
        calmSince = clock.now
        switch entry.kind {
        case .powerCut: disk.cutPower()
        case .powerCutInCommit: disk.cutPower(afterChanges: 1 + random.below(40))
        case .kill: if life != nil { kill() }
        case .diskError: disk.fail(DiskFault(call(), number: 1 + random.below(20), isLasting: false))
        case .diskFailing, .diskFull, .diskReadOnly:
            disk.heal()
            applyDiskFaults()
        case .diskSlow: break
        case .clockStep: clock.step(by: step())
        case .clockDrift: clock.setDrift(Int64(random.below(401)) - 200)
        case .clockSynchronisation: clock.isSynchronised.toggle()
        case .brokerCut: broker.cut()
        case .brokerDown, .brokerRefuses, .brokerSilent, .brokerMute, .brokerSlow, .brokerQuota, .brokerWrongToken,
            .brokerDoubleAcknowledgement, .brokerOld:
            setMood()
            // Under 3.1.1 a broker that changes its mind about a topic without a word to anybody cannot be told from
            // one that takes everything: it is restarted to do so.
            let isUntold = entry.kind == .brokerQuota && !entry.isEnd && broker.isOldConnection
            if entry.kind == .brokerDown || entry.kind == .brokerOld || isUntold { broker.cut() }
        case .linkLost: radio.lose(sensor())
        case .sensorAway: setAll(entry.isEnd) { radio.setAway($0, $1) }
        case .linkSilent: setAll(entry.isEnd) { radio.setSilent($0, $1) }
        case .connectFails: radio.failsToConnect = !entry.isEnd
        case .serviceGone: radio.setService(entry.isEnd)
        case .storeLost: loseStore()
        }
    }

    /// One sensor has it, or all: when it ends, it ends for all.
    private func setAll(_ isEnd: Bool, _ set: (SensorAddress, Bool) -> Void) {
        let chosen = sensor()
        let isForAll = random.once(in: 4)
        for address in sensors.addresses where isEnd || isForAll || address == chosen { set(address, !isEnd) }
    }

    private func sensor() -> SensorAddress { sensors.addresses[random.below(sensors.addresses.count)] }

    private func call() -> DiskCall { DiskCall.allCases[random.below(DiskCall.allCases.count)] }

    /// Seconds, hours or ten years, forward or back.
    private func step() -> Int64 {
        let span = [2_000_000, 3_600_000_000, 315_360_000_000_000][random.below(3)] as Int64
        return random.once(in: 2) ? span : -span
    }

    /// The disk as the faults that are there want it.
    func applyDiskFaults() {
        if settings.bug == .syncsNothing { disk.setLying(true) }
        guard isSafetyPhase else { return }
        if agenda.active.contains(.diskFull) { disk.limit(bytes: disk.usedBytes + random.below(64 << 10)) }
        if agenda.active.contains(.diskReadOnly) { disk.setReadOnly(true) }
        if agenda.active.contains(.diskFailing) {
            disk.fail(DiskFault(call(), number: 1 + random.below(10), isLasting: true))
        }
    }

    /// The broker as the faults that are there want it.
    func setMood() {
        var mood = BrokerMood()
        let active = agenda.active
        if active.contains(.brokerOld) { mood.speaksV5 = false }
        if active.contains(.brokerRefuses) {
            mood.door = .refusing([.serverUnavailable, .notAuthorized, .quotaExceeded][random.below(3)])
        }
        if active.contains(.brokerSilent) { mood.door = .silent }
        if active.contains(.brokerDown) { mood.door = .closed }
        mood.isMute = active.contains(.brokerMute)
        if active.contains(.brokerSlow) { mood.latency = .milliseconds(500 + Int64(random.below(14_000))) }
        if active.contains(.brokerQuota) {
            mood.refusal = [.quotaExceeded, .notAuthorized, .noMatchingSubscribers, .unspecifiedError][random.below(4)]
        }
        mood.acknowledgesStrangers = active.contains(.brokerWrongToken)
        mood.acknowledgesTwice = active.contains(.brokerDoubleAcknowledgement)
        broker.mood = mood
    }
}
