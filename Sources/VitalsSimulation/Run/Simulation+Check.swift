import VitalsCore
import VitalsDisk
import VitalsMQTT
import VitalsModel
import VitalsStore

/// What is looked at while the world runs, and at its end.
extension Simulation {
    /// Bounds that must hold at any time.
    func checkBounds() {
        guard let life else { return }
        if life.writer.waitingRecords > VitalsStoreLimits.queueRecordsMax {
            violate("I7", "\(life.writer.waitingRecords) records wait for the writer")
        }
        if Int64(disk.usedBytes) > settings.maxBytes + Self.slack {
            violate("I7", "the journal takes \(disk.usedBytes) bytes of \(settings.maxBytes)")
        }
        if promises.blocked.count > received {
            violate("I2", "\(promises.blocked.count) samples of \(received) values")
        }
        let isWell = broker.mood.isWell && agenda.active.isEmpty
        if case .delivering = life.snapshot.state, isWell, life.snapshot.backlog < 20 { return }
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
                return life.snapshot.backlog == 0 && life.writer.waitingRecords == 0
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
        }
        guard !isOver, let life = self.life else { return }
        account(life.journal)
        let noted = (try? life.journal.arrivals()) ?? []
        if !noted.isEmpty { violate("I1", "\(noted.count) values are in no block after an end in order") }
        checkDelivered(life.journal)
    }

    /// Every promised record arrived, with the content that the journal has.
    private func checkDelivered(_ journal: Journal) {
        guard let encoder = try? RecordEncoder(identity: journal.identity) else { return }
        var absent = Set(promises.digests.keys.filter { !broker.far.has($0) })
        var after: UInt64 = 0
        var late: [UInt64] = []
        while let batch = try? journal.records(after: after, limit: 1_024), let last = batch.last {
            after = last.sequence
            for record in batch {
                guard let digest = broker.far.digest(of: record.sequence) else {
                    absent.remove(record.sequence)
                    late.append(record.sequence)
                    continue
                }
                if digest != TraceHash.of(encoder.message(of: record).payload) {
                    violate("I2", "record \(record.sequence) arrived with other content than it has")
                }
            }
        }
        if let first = late.first { violate("I1", "\(late.count) records did not arrive, the first is \(first)") }
        // What is neither there nor delivered was dropped before its time, and the ledger has told of as many.
        let dropped = JournalAccount(journal, promises).dropped
        if absent.count > dropped {
            violate("I1", "\(absent.count) records are nowhere, the ledger tells of \(dropped)")
        }
    }
}
