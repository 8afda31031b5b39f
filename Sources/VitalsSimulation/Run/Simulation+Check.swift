import VitalsCore
import VitalsDisk
import VitalsMQTT
import VitalsModel
import VitalsStore

/// What is looked at while the world runs, and at its end.
extension Simulation {
    /// Bounds that must hold at any time.
    func checkBounds() {
        guard let life else {
            calmSince = clock.now
            return
        }
        if life.writer.waitingRecords > VitalsStoreLimits.queueRecordsMax {
            violate("I7", "\(life.writer.waitingRecords) records wait for the writer")
        }
        // A log that cannot be checkpointed grows: refusing records would be worse.
        if disk.troubles > troublesSeen || agenda.active.contains(where: \.isDisk) { diskCalmSince = clock.now }
        troublesSeen = disk.troubles
        let isDiskCalm = clock.now - diskCalmSince > VitalsSimulationLimits.calmSpan.microseconds
        let bound = plan.retention(maxBytes: settings.maxBytes, sink: GatewayLife.sink).maxBytes
        if isDiskCalm, Int64(disk.usedBytes) > bound + Self.slack {
            violate("I7", "the journal takes \(disk.usedBytes) bytes of \(bound)")
        }
        if promises.blocked.count > received {
            violate("I2", "\(promises.blocked.count) samples of \(received) values")
        }
        let isWell = broker.mood.isWell && agenda.active.isEmpty
        // However much waits: alarms go before it (I4).
        if case .delivering = life.snapshot.state, isWell { return }
        calmSince = clock.now
    }

    /// What stands beside the files that the bound counts: the lock, the witness, a WAL file's last pages.
    private static let slack: Int64 = 512 << 10

    /// An alarm arrived.
    func checkAlarm(_ sequence: UInt64, made: Int64) {
        let isCalm = made - calmSince > VitalsSimulationLimits.calmSpan.microseconds
        let took = clock.now - made
        if isCalm, took > VitalsSimulationLimits.alarmSpan.microseconds {
            violate("I5", "alarm \(sequence) took \(took / 1_000) ms with nothing in its way")
        }
    }

    /// The faults end; everything has to be delivered.
    func calmDown() {
        isSafetyPhase = false
        agenda.end()
        disk.heal()
        disk.cutPower(afterChanges: nil)
        applyDiskFaults()
        setMood()
        radio.failsToConnect = false
        radio.setService(true)
        for sensor in sensors.addresses {
            radio.setAway(sensor, false)
            radio.setSilent(sensor, false)
        }
        clock.isSynchronised = true
        clock.setDrift(0)
        let begin = clock.now
        var connectedAt: Int64?
        advance(until: begin + VitalsSimulationLimits.livenessSpan.microseconds) {
            guard let life else { return false }
            if case .delivering = life.snapshot.state {
                connectedAt = connectedAt ?? clock.now
                return life.snapshot.backlog == 0 && life.writer.waitingRecords == 0 && broker.far.lost.isEmpty
            }
            return false
        }
        guard !isOver else { return }
        guard let life, let connectedAt else {
            violate("I8", "the broker was not reached although nothing failed any more")
            return
        }
        let took = connectedAt - begin - VitalsSimulationLimits.restartDelay.microseconds
        if took > VitalsSimulationLimits.reconnectSpan.microseconds {
            violate("I8", "the broker was reached only after \(took / 1_000) ms")
        }
        if life.snapshot.backlog > 0 { violate("I8", "\(life.snapshot.backlog) records were not delivered in time") }
        let lost = broker.far.lost.count
        if lost > 0 { violate("I8", "\(lost) records that the broker lost did not come again, although it was asked") }
    }

    /// The gateway ends in order; nothing may be left anywhere.
    func finish() {
        guard let life else { return }
        do {
            try life.stop(at: clock.stamp)
        } catch {
            violate("I8", "the gateway did not end in order: \(error)")
        }
        let begin = clock.now
        advance(until: begin + 120_000_000) {
            guard let life = self.life else { return false }
            return life.isDurable && life.snapshot.backlog == 0 && life.snapshot.lastCommitted >= promises.head
                && life.snapshot.ledgerThrough >= (try? life.journal.ledgerHead) ?? .max
        }
        guard !isOver, let life = self.life else { return }
        account(life.journal)
        let noted = (try? life.journal.arrivals()) ?? []
        if !noted.isEmpty { violate("I1", "\(noted.count) values are in no block after an end in order") }
        let told = life.snapshot.ledgerThrough
        if broker.far.ledger.last < told || (try? life.journal.ledgerHead) != told {
            violate("I8", "the ledger was published up to entry \(told) only")
        }
        checkDelivered(life.journal)
    }

    /// Every record of the journal arrived, with the content that it has there; those that are no more are accounted for.
    private func checkDelivered(_ journal: Journal) {
        guard let encoder = try? RecordEncoder(identity: journal.identity) else { return }
        var after: UInt64 = 0
        var late: [UInt64] = []
        while let batch = try? journal.records(after: after, limit: 1_024), let last = batch.last {
            after = last.sequence
            for record in batch {
                guard let digest = broker.far.digest(of: record.sequence) else {
                    late.append(record.sequence)
                    continue
                }
                if digest != TraceHash.of(encoder.message(of: record).payload) {
                    violate("I2", "record \(record.sequence) arrived with other content than it has")
                }
            }
        }
        if let first = late.first { violate("I1", "\(late.count) records did not arrive, the first is \(first)") }
    }
}
