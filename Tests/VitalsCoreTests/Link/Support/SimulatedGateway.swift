import VitalsCore
import VitalsModel
import VitalsTestKit

/// The supervisor on the simulated backend, on virtual time, with everything written down that must always hold.
final class SimulatedGateway {
    let links: SimulatedLinks
    var supervisor: LinkSupervisor
    /// Everything that the engine was given.
    private(set) var inputs: [EngineInput] = []
    private(set) var logs: [LogLine] = []
    /// What did not hold.
    private(set) var faults: [String] = []
    private var up: Set<SensorAddress> = []
    private var open: [SensorAddress: LinkCommand] = [:]
    private var adapters: Set<AdapterIndex> = []
    /// Values handed on, by sensor and characteristic.
    private(set) var received: [SensorAddress: [BluetoothUUID: [[UInt8]]]] = [:]
    /// Whether inputs and logs are kept; the numbers always are.
    var keepsInputs = true
    /// Commits that are under way, as the journal would have them.
    private var commits: [(sensor: SensorAddress, at: MonotonicTime)] = []
    private static let commitTime = MonotonicTime.Span.milliseconds(50)

    init(_ links: SimulatedLinks, _ configuration: LinkConfiguration, seed: UInt64 = 1) {
        self.links = links
        supervisor = LinkSupervisor(configuration: configuration, seed: seed)
        links.onEvent = { [unowned self] event in take(event) }
    }

    var now: MonotonicTime { links.now }

    func start() {
        change { $0.start(at: $1, into: &$2) }
        links.start()
    }

    /// Lets time pass.
    func run(for span: MonotonicTime.Span) { run(until: now + span) }

    /// Lets time pass until something is so; false when it was not so within the span.
    func run(for span: MonotonicTime.Span, until isSo: (SimulatedGateway) -> Bool) -> Bool {
        let end = now + span
        while !isSo(self) {
            guard now < end else { return false }
            run(until: min(end, now + .milliseconds(50)))
        }
        return true
    }

    func run(until end: MonotonicTime) {
        while true {
            let due = [links.nextDue, supervisor.deadline, commits.first?.at].compactMap(\.self).min()
            guard let due, due <= end else { break }
            links.advance(to: due)
            if let commit = commits.first, commit.at <= now {
                commits.removeFirst()
                change { $0.handle(.durable(commit.sensor), at: $1, into: &$2) }
            }
            if let deadline = supervisor.deadline, deadline <= now {
                change { $0.expire(at: $1, into: &$2) }
                if let next = supervisor.deadline, next <= now { fault("the deadline stays in the past") }
                if faults.count > 50 { return }
            }
        }
        links.advance(to: end)
    }

    /// What the backend holds against the supervisor. A command may be on its way when the adapter goes: whether it knew
    /// of that is checked here.
    var violations: [String] { faults + links.violations.filter { !$0.hasSuffix("is not there") } }

    /// Whether a sensor's values come.
    func streams(_ sensor: SensorAddress, within span: MonotonicTime.Span = .seconds(2)) -> Bool {
        guard let status = supervisor.sensors.first(where: { $0.sensor == sensor }), status.phase == .streaming else {
            return false
        }
        return status.lastValue.map { now - $0 <= span } ?? false
    }

    /// What is wrong with the values of a sensor's characteristic against what was sent: lost, doubled, out of order.
    func faults(of sensor: SensorAddress, _ uuid: BluetoothUUID) -> [String] {
        let values = received[sensor]?[uuid] ?? []
        let sent = links.sent(sensor, uuid)
        var faults = sent == UInt64(values.count) ? [] : ["\(uuid): \(sent) sent, \(values.count) received"]
        let numbers = values.compactMap { VirtualSensor.number(uuid, $0) }
        for (one, next) in zip(numbers, numbers.dropFirst()) where (one.number + 1) % one.modulus != next.number {
            faults.append("\(uuid): \(next.number) after \(one.number)")
        }
        return faults
    }

    func status(_ sensor: SensorAddress) -> SensorLinkStatus? { supervisor.sensors.first { $0.sensor == sensor } }

    /// The conditions of a sensor, or of the gateway, in the order in which they began and ended.
    func conditions(of sensor: SensorAddress?) -> [(LinkCondition, Bool)] {
        inputs.compactMap { input in
            guard case .link(_, sensor, .condition(let condition, let isPresent, _)) = input else { return nil }
            return (condition, isPresent)
        }
    }

    /// The steps of recovery of a sensor, or of an adapter.
    func recoveries(of sensor: SensorAddress?) -> [LinkRecovery] {
        inputs.compactMap { input in
            guard case .link(_, sensor, .recovery(let step, _, _)) = input else { return nil }
            return step
        }
    }
}

extension SimulatedGateway {
    func stamp() -> Stamp {
        Stamp(
            monotonic: now, wall: WallTime(microseconds: 1_795_000_000_000_000 + now.microseconds), isSynchronised: true
        )
    }

    func change(_ body: (inout LinkSupervisor, Stamp, inout [LinkOutput]) -> Void) {
        var outputs: [LinkOutput] = []
        body(&supervisor, stamp(), &outputs)
        for output in outputs { perform(output) }
    }

    private func take(_ event: LinkEvent) {
        switch event {
        case .done(let command), .failed(let command, _):
            if let sensor = command.sensor, open[sensor] == command { open[sensor] = nil }
        case .disconnected(let sensor, _): open[sensor] = open[sensor].flatMap { $0.isConnect ? $0 : nil }
        case .serviceDown: (open, adapters) = ([:], [])
        case .adapterGone(let index):
            open = [:]
            adapters.remove(index)
        case .adapter(let index, _): adapters.insert(index)
        default: break
        }
        change { $0.handle(event, at: $1, into: &$2) }
    }

    private func perform(_ output: LinkOutput) {
        switch output {
        case .command(let command):
            check(command)
            links.perform(command)
        case .input(let input):
            if keepsInputs { inputs.append(input) }
            if case .sensor(let event) = input { check(event) }
        case .makeDurable(let sensor): commits.append((sensor, now + Self.commitTime))
        case .log(let line): if keepsInputs { logs.append(line) }
        }
    }

    private func check(_ command: LinkCommand) {
        if let adapter = command.adapter, !adapters.contains(adapter) { fault("\(command), and no such adapter") }
        guard let sensor = command.sensor else { return }
        if case .disconnect = command { return open[sensor] = command }
        if let other = open[sensor], !isOverdue(sensor) { fault("\(command) while \(other) is open") }
        open[sensor] = command
    }

    /// Whether the supervisor has given up waiting for the last answer.
    private func isOverdue(_ sensor: SensorAddress) -> Bool { (status(sensor)?.counters.unanswered ?? 0) > 0 }

    private func check(_ event: SensorEvent) {
        switch event.kind {
        case .linkUp(let sensor): if !up.insert(sensor).inserted { fault("\(sensor) is up twice") }
        case .linkDown(let sensor, _): if up.remove(sensor) == nil { fault("\(sensor) is down twice") }
        case .value(let sensor, let uuid, let bytes):
            if !up.contains(sensor) { fault("a value of \(sensor) without a link") }
            if keepsInputs { received[sensor, default: [:]][uuid, default: []].append(bytes) }
        case .clock: break
        }
    }

    private func fault(_ words: String) { faults.append("\(now.microseconds / 1_000) ms: \(words)") }
}

extension LinkConfiguration {
    /// These sensors are listed.
    static func listing(
        _ sensors: [VirtualSensor], _ change: (inout LinkConfiguration) -> Void = { _ in }
    ) -> LinkConfiguration {
        var configuration = LinkConfiguration()
        for sensor in sensors { configuration.sensors[sensor.address] = SensorLink() }
        change(&configuration)
        return configuration
    }
}
