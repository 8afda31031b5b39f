public import VitalsModel

/// Makes and keeps the links to the sensors: all the decisions, and nothing else. A `LinkPort` carries out the commands and
/// reports the events; the engine gets what the sensors sent.
///
///     var supervisor = LinkSupervisor(configuration: configuration, seed: seed)
///     var outputs: [LinkOutput] = []
///     supervisor.start(at: stamp, into: &outputs)
///     supervisor.handle(event, at: stamp, into: &outputs)
///     // … and `expire` at `deadline`, if nothing else happens before.
///
/// It does no I/O and reads no clock, and its only randomness is the jitter of its seed: the same inputs give the same
/// outputs, in the same order. What always holds:
///
/// - For each sensor `linkUp` and `linkDown` come in turns, values only in between, each value exactly once.
/// - One connection at a time is made over an adapter, and its discovery is stopped before (`AdapterDesk`).
/// - Each sensor has one command open at a time (`LinkSession`), and every wait has an end.
/// - Nothing is given to an adapter or a service that is not there.
public struct LinkSupervisor: Sendable {
    let configuration: LinkConfiguration
    let admission: Admission
    /// By address, so that every list comes in the same order.
    var sessions: [LinkSession] = []
    /// By index.
    var desks: [AdapterDesk] = []
    var roster: AdapterRoster
    var crashes = ServiceCrashWatch()
    var book = ConditionBook(sensor: nil)
    var actions: LinkActions
    var service = Service.unknown
    /// The service's own words, or the bus's, for why it cannot be used.
    var downReason: String?
    /// When something changes for those who wait, without an event.
    var reconsiderAt: MonotonicTime?
    /// Whether the event at hand changed nothing that anybody waits for.
    var isRoutine = false

    /// When to call `expire` if nothing happens before; nil when nothing is due.
    public private(set) var deadline: MonotonicTime?

    enum Service: Hashable, Sendable {
        /// Not started, or stopped.
        case unknown
        case up
        case down(since: MonotonicTime)
    }

    /// A supervisor without history. The listed sensors are known from the start.
    public init(configuration: LinkConfiguration, seed: UInt64) {
        self.configuration = configuration.bounded
        admission = Admission(configuration)
        roster = AdapterRoster(configuration.adapters)
        actions = LinkActions(
            stamp: Stamp(
                monotonic: MonotonicTime(microseconds: 0), wall: WallTime(microseconds: 0), isSynchronised: false),
            jitter: LinkJitter(seed: seed))
        for sensor in self.configuration.sensors.keys.sorted() {
            sessions.append(LinkSession(sensor: sensor, isListed: true, self.configuration, at: actions.now))
        }
    }

    /// Begins to wait for the service.
    public mutating func start(at stamp: Stamp, into outputs: inout [LinkOutput]) {
        perform(at: stamp, into: &outputs) { supervisor in
            guard supervisor.service == .unknown else { return }
            supervisor.service = .down(since: stamp.monotonic)
        }
    }

    /// Something happened.
    public mutating func handle(_ event: LinkEvent, at stamp: Stamp, into outputs: inout [LinkOutput]) {
        perform(at: stamp, into: &outputs) { supervisor in
            if supervisor.service != .unknown { supervisor.take(event) }
        }
    }

    /// Does what is due.
    public mutating func expire(at stamp: Stamp, into outputs: inout [LinkOutput]) {
        perform(at: stamp, into: &outputs) { _ in }
    }

    /// Ends: discovery is stopped and links are ended. Nothing that comes later is handled.
    public mutating func stop(at stamp: Stamp, into outputs: inout [LinkOutput]) {
        actions.stamp = stamp
        for index in desks.indices { desks[index].stop(&actions) }
        for index in sessions.indices { sessions[index].stop(&actions) }
        desks = []
        service = .unknown
        deadline = nil
        reconsiderAt = nil
        outputs.append(contentsOf: actions.outputs)
        actions.outputs.removeAll(keepingCapacity: true)
    }

    private mutating func perform(
        at stamp: Stamp, into outputs: inout [LinkOutput], _ change: (inout LinkSupervisor) -> Void
    ) {
        actions.stamp = stamp
        change(&self)
        // A value that only has to be handed on changes nothing for anybody else: this is what happens nearly always.
        let isRoutine = isRoutine && deadline.map { $0 > actions.now } ?? true
        self.isRoutine = false
        if service != .unknown, !isRoutine {
            expireDue()
            arrange()
            deadline = nextDeadline
        }
        noteRisks()
        outputs.append(contentsOf: actions.outputs)
        actions.outputs.removeAll(keepingCapacity: true)
    }

    /// What may end the service is remembered until it proved harmless.
    private mutating func noteRisks() {
        for case .command(let command) in actions.outputs {
            switch command {
            case .connect(let sensor, _), .subscribe(let sensor, _, .acquireNotify):
                crashes.began(sensor, at: actions.now)
            default: break
            }
        }
    }
}

// MARK: - How it stands

extension LinkSupervisor {
    /// How the link to each sensor stands, by address.
    public var sensors: [SensorLinkStatus] {
        sessions.map { session in
            SensorLinkStatus(
                sensor: session.sensor, adapter: session.adapter, phase: session.phase, wait: wait(of: session),
                conditions: session.conditions.present, rssi: session.reception.rssi(over: session.adapter),
                isBonded: session.reception.isBonded, lastHeard: session.reception.lastHeard,
                lastValue: session.values.last, counters: session.counters)
        }
    }

    /// How each adapter stands, by index.
    public var adapters: [AdapterLinkStatus] {
        desks.map { desk in
            AdapterLinkStatus(
                adapter: desk.index, state: desk.state, isListening: desk.isListening,
                links: sessions.count { $0.adapter == desk.index && $0.holdsSlot },
                slots: desk.slots.count(at: actions.now), lastHeard: desk.lastHeard, recoveries: desk.recoveries)
        }
    }

    /// The conditions of adapters and the service that are present.
    public var conditions: [LinkCondition] { book.present }

    private func wait(of session: LinkSession) -> LinkWait? {
        guard session.isIdle else { return nil }
        guard service == .up, desks.contains(where: { $0.state.isPowered }) else { return .adapter }
        if session.retryAt > actions.now { return .retry(session.retryAt) }
        if session.slotWantedSince != nil { return .slot }
        return session.reception.adapters(at: actions.now).isEmpty ? .advertisement : .turn
    }

    /// Elements that are kept, for the test that they stay few over any number of connections.
    var storedCount: Int {
        sessions.reduce(desks.count + crashes.storedCount + book.present.count + sessions.count) { $0 + $1.storedCount }
    }
}
