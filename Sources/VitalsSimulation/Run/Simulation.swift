import VitalsCore
import VitalsDisk
import VitalsMQTT
import VitalsModel
import VitalsStore

/// One simulated world, from its seed to its report: a gateway with its disk, clocks, sensors and broker, in virtual time
/// and on one thread.
///
///     let report = try Simulation(SimulationSettings(seed: 7)).run()
///
/// First everything may fail that the seed chose (safety), then nothing does any more (liveness), then the gateway ends
/// in order. What must always hold is looked at all the time.
public final class Simulation {
    let settings: SimulationSettings
    let plan: GatewayPlan
    let disk = SimulatedDisk()
    let broker: ModelBroker
    let radio: ModelRadio
    var sensors: ModelSensors
    var clock = SimulatedClock()
    var agenda: FaultAgenda
    var random: DiskRandom
    var promises = Promises()
    var life: GatewayLife?
    var lives: UInt64 = 0
    var restartAt: Int64 = 0
    var report: SimulationReport
    var trace = TraceHash()
    /// Values that sensors' links brought to the gateway.
    var received = 0
    /// True time since when nothing was wrong.
    var calmSince: Int64 = 0
    /// Alarms that were made and have not arrived, with the time.
    var alarms: [UInt64: Int64] = [:]
    /// What the far side asked.
    var requests = FarSideRequests()
    /// Records that came again so far, records that were dropped, and up to where a receipt was kept.
    var sentAgain = 0
    var dropped: UInt64 = 0
    var keptReceipt: UInt64 = 0
    /// Calls of the disk that had failed when this life began, and at the last look; and since when none has.
    var troublesBefore = 0
    var troublesSeen = 0
    var diskCalmSince: Int64 = 0
    /// How often the operator changed the key.
    var keyChanges = 0
    private var maintainAt: Int64 = 5_000_000
    private var checkAt: Int64 = 0
    private let end: Int64
    /// Whether anything may fail.
    var isSafetyPhase = true

    /// Called with each thing that is worth a line, when somebody wants to read along.
    public var onEvent: ((_ line: String) -> Void)?

    /// A world that has not begun.
    public init(_ settings: SimulationSettings) throws {
        self.settings = settings
        report = SimulationReport(seed: settings.seed)
        end = Int64(settings.hours * 3_600_000_000)
        let margin: Int64 = 2 * 3_600
        sensors = try ModelSensors(
            seed: settings.seed, count: settings.sensors, seconds: end / 1_000_000 + margin)
        radio = ModelRadio(
            sensors: sensors.addresses, tables: sensors.tables, seed: settings.seed ^ 0x0052_4144_494F)
        plan = GatewayPlan(seed: settings.seed)
        broker = ModelBroker(
            seed: settings.seed ^ 0x4252_4F4B, far: FarSide(signer: plan.signer.map { $0.publicKey }))
        agenda = FaultAgenda(SimulationPlan(seed: settings.seed, hours: settings.hours), seed: settings.seed)
        random = DiskRandom(seed: settings.seed ^ 0x574F_524C_44)
    }

    var path: String { disk.root + "vitals.db" }

    /// Runs the world to its end.
    public func run() -> SimulationReport {
        DiskDice.seed(settings.seed)
        defer {
            DiskDice.seed(nil)
            life = nil
            disk.unmount()
        }
        if settings.bug == .syncsNothing { disk.setLying(true) }
        tell(plan.text)
        advance(until: end) { false }
        if !isOver { calmDown() }
        if !isOver { finish() }
        report.trace = trace.value
        report.virtualMicroseconds = clock.now
        report.records = promises.digests.count
        report.values = promises.arrivals.count
        report.copies = Int(clamping: broker.far.copies)
        if broker.far.copies > 0 { reach("second-copy", Int(clamping: broker.far.copies)) }
        return report
    }

    /// Whether enough was found.
    var isOver: Bool { report.violations.count >= VitalsSimulationLimits.violationsMax }

    func reach(_ name: String, _ count: Int = 1) { if count > 0 { report.reach[name, default: 0] += count } }

    /// Tells whoever reads along.
    func tell(_ text: @autoclosure () -> String) {
        if let onEvent { onEvent("\(Violation.clock(clock.now))  \(text())") }
    }

    func violate(_ invariant: String, _ text: String) {
        guard !isOver, report.violations.last?.text != text else { return }
        tell("VIOLATION \(invariant): \(text)")
        report.violations.append(Violation(invariant: invariant, time: clock.now, text: text))
    }

    // MARK: Time

    /// Moves time on from moment to moment, until that time or until `isDone`.
    func advance(until end: Int64, isDone: () -> Bool) {
        var turns = 0
        while clock.now < end, !isOver, !isDone() {
            let next = min(nextTime, end)
            turns = next <= clock.now ? turns + 1 : 0
            guard turns < VitalsSimulationLimits.turnsPerMomentMax else {
                violate("I8", "the gateway does things for ever without time going on")
                return
            }
            clock.advance(to: next)
            broker.now = clock.now
            radio.now = clock.now
            report.steps += 1
            moment()
        }
    }

    private var nextTime: Int64 {
        var times = [checkAt, maintainAt]
        if let time = agenda.nextTime { times.append(time) }
        if let time = sensors.nextTime { times.append(time) }
        if let time = radio.nextTime { times.append(time) }
        if let life {
            if let time = broker.nextTime { times.append(time) }
            if let deadline = life.deadline(at: clock.stamp) { times.append(clock.time(of: deadline)) }
        } else {
            times.append(restartAt)
        }
        return max(clock.now, times.min() ?? clock.now)
    }

    /// Everything that is due at this moment.
    private func moment() {
        while let entry = agenda.take(at: clock.now) { happen(entry) }
        if life == nil, clock.now >= restartAt { start() }
        do {
            try hear()
            try life?.expire(at: clock.stamp)
        } catch {
            processEnded("\(error)")
        }
        // Two threads of the product: the seed says which one comes first.
        if random.once(in: 2) {
            write()
            publish()
        } else {
            publish()
            write()
        }
        if clock.now >= maintainAt {
            maintainAt = clock.now + 5_000_000
            life?.maintain()
        }
        if !disk.isPowered { powerLost() }
        if clock.now >= checkAt {
            checkAt = clock.now + VitalsSimulationLimits.checkInterval.microseconds
            checkBounds()
            farSideSpeaks()
        }
    }

    /// What sensors and the radio bring.
    private func hear() throws {
        if let step = life == nil ? nil : clock.takeStep() { try life?.told(step) }
        while let event = radio.takeEvent() {
            if case .connected = event { reach("link-up") }
            try life?.handle(event, at: clock.stamp)
        }
        while let time = sensors.nextTime, time <= clock.now, let value = sensors.next() {
            guard let life, let event = radio.value(of: value.characteristic, from: value.sensor, value.bytes) else {
                continue
            }
            received += 1
            try life.handle(event, at: clock.stamp)
        }
    }

    private func write() {
        guard let life else { return }
        let isSlow = agenda.active.contains(.diskSlow)
        let latency = MonotonicTime.Span.milliseconds(isSlow ? 500 + Int64(random.below(6_000)) : 5)
        do {
            let before = (life.writer.reopenings, life.writer.roomsMade)
            switch try life.write(at: clock.stamp, latency: latency) {
            case .nothing: break
            case .durable(let group):
                trace.add(group.records.last?.sequence ?? 0)
                trace.add(UInt64(group.arrivals.count))
                tell(
                    "durable: \(group.records.count) records through \(life.journal.head), \(group.arrivals.count) values"
                )
                for (invariant, text) in promises.note(group.records, group.arrivals, anchor: life.journal.anchor) {
                    violate(invariant, text)
                }
            case .told: try life.retry()
            case .refused(let text):
                reach("commit-refused")
                calmSince = clock.now
                tell("commit refused: \(text)")
            case .failed(let text): processEnded(text)
            }
            if life.writer.reopenings > before.0 { tell("journal reopened, head \(life.journal.head)") }
            reach("journal-reopened", life.writer.reopenings - before.0)
            reach("room-made", life.writer.roomsMade - before.1)
        } catch {
            processEnded("\(error)")
        }
        for record in life.takeMade() where record.kind == .alarm { alarms[record.sequence] = clock.now }
    }

    private func publish() {
        guard let life else { return }
        let isWanted = broker.nextTime.map { $0 <= clock.now } ?? false
        let before = life.snapshot.acknowledged
        for notice in life.publish(at: clock.stamp, isWanted: isWanted) {
            if let branch = Reach.branch(of: notice) { reach(branch) }
            tell("uplink: \(notice)")
        }
        if broker.isOldConnection { reach("delivered-3.1.1", Int(clamping: life.snapshot.acknowledged - before)) }
        hearFarSide()
        for sequence in broker.far.takeNew() {
            trace.add(sequence)
            trace.add(clock.now)
            if let made = alarms.removeValue(forKey: sequence) { checkAlarm(sequence, made: made) }
            if sequence > promises.head { violate("I1", "record \(sequence) was published before it was durable") }
        }
        for fault in broker.far.takeFaults() { violate("I2", fault) }
        for offence in broker.takeOffences() { violate("I2", offence) }
    }
}
