import VitalsCore
import VitalsDaemon
import VitalsDisk
import VitalsKernels
import VitalsMQTT
import VitalsModel
import VitalsStore

/// One life of the gateway's process: the production engine, link supervisor, journal and uplink, joined as the daemon
/// joins them, with turns in the place of its threads.
final class GatewayLife {
    let journal: Journal
    let port: PlantedJournal
    private var run: EngineRun
    private(set) var writer: SimulatedWriter
    private var uplink: UplinkLoop
    private var supervisor: LinkSupervisor
    private let radio: ModelRadio
    private let bug: PlantedBug?
    private var outcome = EngineRun.Outcome()
    private var outputs: [LinkOutput] = []
    private var awaited: [SensorAddress: UInt64] = [:]
    private var durable: UInt64
    private var uplinkDue: MonotonicTime?
    private var isStopped = false
    /// What the engine and the supervisor said, by phrase.
    private(set) var phrases: [String: Int] = [:]
    /// Records that the engine made since the last look.
    private(set) var made: [Record] = []

    static let gateway = "simulated"
    static let sink = "mqtt"

    init(
        disk: SimulatedDisk, path: String, clock: SimulatedClock, settings: SimulationSettings, plan: GatewayPlan,
        protection: JournalProtection, broker: ModelBroker, radio: ModelRadio, sensors: [SensorAddress], life: UInt64
    ) throws {
        self.radio = radio
        bug = settings.bug
        let stamp = clock.stamp
        let box = ClockBox(stamp)
        time = box
        journal = try Journal(
            path: path, gateway: Self.gateway, created: stamp.wall,
            epoch: Self.epoch(settings.seed, life, settings.bug), protection: protection, clock: { box.stamp },
            retention: plan.retention(maxBytes: settings.maxBytes, sink: Self.sink), files: disk)
        port = PlantedJournal(journal, bug: bug)
        run = try EngineRun(
            live: EngineConfiguration(blockSeconds: plan.blockSeconds), kernels: .best, start: stamp, boot: clock.boot,
            journal: journal,
            into: &outcome)
        writer = SimulatedWriter(port, journal)
        let notices = Notices()
        self.notices = notices
        var mqtt = MQTTSettings(host: "model", clientID: Self.gateway, seed: settings.seed &+ life)
        mqtt.connectDeadline = VitalsMQTTLimits.connectDeadline
        var publishing = UplinkSettings(mqtt: mqtt)
        publishing.requestKeyFile = plan.hearsRequests ? FarSideKey.file : nil
        uplink = try UplinkLoop(
            journal: port, ledger: journal, settings: publishing, transport: ModelTransport(broker, bug: bug),
            at: Self.uplinkTime(stamp, bug), wallClock: { box.stamp.wall }, notify: { notices.add($0) })
        var links = LinkConfiguration()
        for sensor in sensors { links.sensors[sensor] = SensorLink() }
        links.slots = max(1, min(sensors.count, 32))
        supervisor = LinkSupervisor(configuration: links, seed: settings.seed &+ life)
        durable = journal.head
        uplinkDue = stamp.monotonic
        radio.begin()
        supervisor.start(at: stamp, into: &outputs)
        try settle(stamp)
    }

    private let time: ClockBox
    private let notices: Notices

    /// A journal that begins anew has a new name, as one of the system's dice would.
    private static func epoch(_ seed: UInt64, _ life: UInt64, _ bug: PlantedBug?) -> String {
        var random = DiskRandom(seed: seed &* 31 &+ (bug == .newJournalAfterKill ? life : 0))
        let digits = String(random.next(), radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }

    private static func uplinkTime(_ stamp: Stamp, _ bug: PlantedBug?) -> MonotonicTime {
        bug == .usesWallClock ? MonotonicTime(microseconds: stamp.wall.microseconds) : stamp.monotonic
    }

    // MARK: What happens

    /// When something is due by itself.
    func deadline(at stamp: Stamp) -> MonotonicTime? {
        let own = isStopped ? nil : [supervisor.deadline, run.deadline].compactMap(\.self).min()
        return [own, writer.due(at: stamp.monotonic), uplinkDue].compactMap(\.self).min()
    }

    /// A step of the wall clock, told before anything else.
    func told(_ step: SensorEvent) throws { if !isStopped { try run.handle(.sensor(step), into: &outcome) } }

    func handle(_ event: LinkEvent, at stamp: Stamp) throws {
        guard !isStopped else { return }
        supervisor.handle(event, at: stamp, into: &outputs)
        try settle(stamp)
        if bug == .doublesValues, case .value = event {
            var later = stamp
            later.monotonic = stamp.monotonic + MonotonicTime.Span(microseconds: 1)
            supervisor.handle(event, at: later, into: &outputs)
            try settle(later)
        }
    }

    /// Does what is due by time.
    func expire(at stamp: Stamp) throws {
        guard !isStopped else { return }
        let due = [supervisor.deadline, run.deadline].compactMap(\.self).min()
        guard let due, due <= stamp.monotonic else { return }
        supervisor.expire(at: stamp, into: &outputs)
        try carryOut(stamp)
        try run.handle(.tick(stamp), into: &outcome)
        try settle(stamp)
    }

    /// The writer's turn.
    func write(at stamp: Stamp, latency: MonotonicTime.Span) throws -> SimulatedWriter.Outcome {
        time.stamp = stamp
        guard let due = writer.due(at: stamp.monotonic), due <= stamp.monotonic else { return .nothing }
        let outcome = writer.turn(at: stamp, latency: latency)
        if case .told(let sequence) = outcome, let sequence {
            durable = sequence
            uplink.committed(upTo: sequence)
            uplinkDue = stamp.monotonic
            try settle(stamp)
        }
        return outcome
    }

    /// The uplink's turn, when one is due or `isWanted`.
    func publish(at stamp: Stamp, isWanted: Bool) -> [UplinkNotice] {
        guard isWanted || uplinkDue.map({ $0 <= stamp.monotonic }) ?? false else { return [] }
        time.stamp = stamp
        let now = Self.uplinkTime(stamp, bug)
        let next = uplink.turn(at: now)
        uplinkDue = next.map { stamp.monotonic + ($0 - now) }
        return notices.take()
    }

    /// How the uplink stands.
    var snapshot: UplinkSnapshot { uplink.snapshot }

    /// Asks for upkeep.
    func maintain() { writer.maintain() }

    /// The end in order: links are ended and blocks are closed.
    func stop(at stamp: Stamp) throws {
        isStopped = true
        supervisor.stop(at: stamp, into: &outputs)
        try carryOut(stamp)
        try run.handle(.stop(stamp), into: &outcome)
        writer.flush()
        try submit()
    }

    /// Whether all that the engine made is durable.
    var isDurable: Bool { outcome.isEmpty && writer.isIdle }

    /// Tries again to hand over what the writer refused.
    func retry() throws { try submit() }

    func takeMade() -> [Record] {
        defer { made.removeAll() }
        return made
    }

    // MARK: As the daemon's feed and pipeline do it

    private func settle(_ stamp: Stamp) throws {
        try carryOut(stamp)
        while let sensor = takeDurable() {
            supervisor.handle(.durable(sensor), at: stamp, into: &outputs)
            try carryOut(stamp)
        }
        try submit()
    }

    private func takeDurable() -> SensorAddress? {
        guard let sensor = awaited.filter({ $0.value <= durable }).keys.min() else { return nil }
        awaited[sensor] = nil
        return sensor
    }

    private func carryOut(_ stamp: Stamp) throws {
        let wanted = outputs
        outputs.removeAll(keepingCapacity: true)
        for output in wanted {
            switch output {
            case .command(let command): radio.perform(command)
            case .input(let input): try run.handle(input, into: &outcome)
            case .makeDurable(let sensor):
                try run.closeSpotChecks(of: sensor, into: &outcome)
                awaited[sensor] = run.nextSequence - 1
            case .log(let line): phrases[line.message, default: 0] += 1
            }
        }
    }

    private func submit() throws {
        for line in outcome.logs { phrases[line.message, default: 0] += 1 }
        outcome.logs.removeAll(keepingCapacity: true)
        guard !outcome.isEmpty else { return }
        switch writer.submit(outcome.records, outcome.arrivals) {
        case .accepted, .congested:
            made += outcome.records
            port.willAppend(outcome.records)
            if bug == .publishesBeforeCommit, let last = outcome.records.last { uplink.committed(upTo: last.sequence) }
            outcome.didSubmit()
        case .refused:
            outcome.forgetSettled()
        }
    }
}

/// The time that the journal's ledger is stamped with. One thread reads and writes it.
private final class ClockBox: @unchecked Sendable {
    var stamp: Stamp

    init(_ stamp: Stamp) { self.stamp = stamp }
}

/// What the uplink said. One thread reads and writes it.
private final class Notices: @unchecked Sendable {
    private var notices: [UplinkNotice] = []

    func add(_ notice: UplinkNotice) { notices.append(notice) }

    func take() -> [UplinkNotice] {
        defer { notices.removeAll() }
        return notices
    }
}
