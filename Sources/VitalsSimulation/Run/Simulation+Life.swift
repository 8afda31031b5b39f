import VitalsCore
import VitalsDisk
import VitalsModel
import VitalsStore

/// Beginning and end of the gateway's process.
extension Simulation {
    /// The service manager starts the process.
    func start() {
        lives += 1
        if settings.bug == .newJournalAfterKill, lives > 1 {
            for name in (try? disk.list(disk.root)) ?? [] { try? disk.remove(disk.root + name) }
        }
        clock.restartProcess()
        troublesBefore = disk.troubles
        if plan.isSealed, plan.changesKeys, lives > 1, random.once(in: 4) {
            keyChanges = min(keyChanges + 1, VitalsSimulationLimits.keyChangesMax)
            reach("key-changed")
        }
        do {
            let life = try GatewayLife(
                disk: disk, path: path, clock: clock, settings: settings, plan: plan,
                protection: plan.protection(changes: keyChanges), broker: broker, radio: radio,
                sensors: sensors.addresses, life: lives)
            self.life = life
            reach("start")
            if plan.isSealed { reach("start-sealed") }
            if plan.isSigned { reach("start-signed") }
            if plan.isSmall { reach("start-small") }
            tell("process \(lives) starts on \(clock.boot), journal at record \(life.journal.head)")
            account(life.journal)
        } catch {
            guard disk.isPowered else { return powerLost() }
            reach("start-refused")
            tell("start refused: \(error)")
            if !isDiskTroubled { violate("I8", "the gateway does not start: \(error)") }
            // What it had open ends with it.
            disk.kill()
            broker.forgetClient()
            restartAt = clock.now + VitalsSimulationLimits.restartDelay.microseconds
        }
    }

    /// Whether the disk fails at the moment, or has failed since this life began: nothing else excuses a gateway that does not
    /// start, or ends.
    var isDiskTroubled: Bool { agenda.active.contains { $0.isDisk } || disk.troubles > troublesBefore }

    /// Holds what the journal has against what was promised. The disk is in order meanwhile: it is the promises that are
    /// looked at, not the way to look.
    func account(_ journal: Journal) {
        disk.heal()
        let account = JournalAccount(journal, promises, broker.far, asked: requests.counter)
        reach("records-dropped", Int(clamping: account.dropped - min(dropped, account.dropped)))
        dropped = max(dropped, account.dropped)
        for (invariant, text) in account.faults { violate(invariant, text) }
        if !account.unpromised.isEmpty { reach("commit-unpromised") }
        let noted = (try? journal.arrivals()) ?? []
        if !noted.isEmpty { reach("arrivals-recovered") }
        for (invariant, text) in promises.note(account.unpromised, noted, anchor: journal.anchor) {
            violate(invariant, text)
        }
        let missing = promises.missing(noted: noted)
        if missing > 0 { violate("I1", "\(missing) values that were durable are in no block and not noted") }
        applyDiskFaults()
    }

    /// The process ended by itself, as the daemon does when it can no longer do its work.
    func processEnded(_ text: String) {
        guard disk.isPowered else { return powerLost() }
        if !isDiskTroubled { violate("I8", "the gateway ended: \(text)") }
        reach("process-ended")
        tell("process ended: \(text)")
        kill()
    }

    /// The process is gone, and started again.
    func kill() {
        // The disk first: a process that is killed closes nothing in order.
        disk.kill()
        life = nil
        broker.forgetClient()
        alarms = [:]
        restartAt = clock.now + VitalsSimulationLimits.restartDelay.microseconds
    }

    /// The machine has no power, for seconds or minutes.
    func powerLost() {
        life = nil
        broker.forgetClient()
        alarms = [:]
        let policy = CrashPolicy.allCases[random.below(CrashPolicy.allCases.count)]
        clock.reboot(after: 2_000_000 + Int64(random.below(120_000_000)))
        disk.restart(policy, seed: random.next())
        tell("power is back; unsynced writes are \(policy.rawValue)")
        applyDiskFaults()
        restartAt = clock.now
    }
}
