public import VitalsCore
public import VitalsModel

/// The twin of the real link backends, in memory and on virtual time: nothing happens but what `advance` makes happen.
///
/// It behaves as BlueZ was measured to: connecting while discovery runs takes ten seconds longer, a sensor out of reach
/// fails after 40 s, unbonded sensors are forgotten 30 s after discovery stopped, disconnecting takes two seconds.
public final class SimulatedLinks: LinkPort {
    /// How long things take.
    public enum Timing {
        /// A call that the service answers at once.
        public static let call = MonotonicTime.Span.milliseconds(5)
        /// From the command to the link.
        public static let connect = MonotonicTime.Span.milliseconds(200)
        /// What discovery adds to it.
        public static let connectWhileDiscovering = MonotonicTime.Span.milliseconds(10_400)
        /// To a sensor out of reach.
        public static let connectFailure = MonotonicTime.Span.seconds(40)
        /// From the link to the table.
        public static let resolve = MonotonicTime.Span.milliseconds(300)
        /// An ATT request and its response.
        public static let attribute = MonotonicTime.Span.milliseconds(60)
        /// The idle time before the service ends a link.
        public static let disconnect = MonotonicTime.Span.seconds(2)
        /// Pairing.
        public static let pair = MonotonicTime.Span.milliseconds(800)
        /// Off, and on again.
        public static let power = MonotonicTime.Span.milliseconds(300)
        /// After discovery stopped, until an unbonded sensor without a link is forgotten.
        public static let forget = MonotonicTime.Span.seconds(30)
    }

    /// A command with the time of its arrival.
    public struct Received: Hashable, Sendable {
        /// When it came.
        public var time: MonotonicTime
        /// What came.
        public var command: LinkCommand
    }

    /// What the backend reports.
    public var onEvent: (LinkEvent) -> Void = { _ in }
    /// Virtual time.
    public private(set) var now: MonotonicTime
    /// The commands so far; `forgetCommands` empties it.
    public private(set) var commands: [Received] = []
    /// What a well-behaved gateway never does: it connects while discovery runs or while it connects to another sensor
    /// on the same adapter, it commands what is not there, it forgets a bonded sensor.
    public private(set) var violations: [String] = []

    var agenda = Agenda<Step>()
    var sensors: [SensorAddress: SimulatedSensor] = [:]
    var adapters: [AdapterIndex: SimulatedAdapter] = [:]
    var isServiceUp = true
    var isAccessDenied = false
    private var open: [UInt64: LinkCommand] = [:]
    /// The adapters that the gateway knows of.
    private var reported: Set<AdapterIndex> = []
    private var commandCount: UInt64 = 0
    private var phase = Phase.new
    private var random: SplitMix64

    private enum Phase { case new, running, stopped }

    /// What is to happen.
    enum Step {
        case order(LinkOrder)
        case event(LinkEvent)
        case carryOut(UInt64)
        case answer(UInt64, LinkFailure?)
        case linkUp(SensorAddress, AdapterIndex, attempt: UInt64)
        case linkDown(SensorAddress, epoch: Int, reason: String?)
        case resolved(SensorAddress, epoch: Int)
        case paired(SensorAddress, UInt64)
        case stream(SensorAddress, UInt16, epoch: Int, subscription: Int)
        case indicate(SensorAddress, UInt16, [UInt8], epoch: Int)
        case advertise(SensorAddress)
        case forgetUnseen(AdapterIndex, discoveries: Int)
        case powered(AdapterIndex, UInt64)
    }

    /// A world with one powered adapter, `hci0`, and these sensors. `seed` decides who is heard first, and the like.
    public init(
        seed: UInt64 = 1, sensors: [VirtualSensor] = [],
        startingAt start: MonotonicTime = MonotonicTime(microseconds: 0)
    ) {
        random = SplitMix64(seed: seed)
        now = start
        order(.addAdapter(AdapterIndex(0), SensorAddress(rawValue: 0x00AA_0100_0000), isPowered: true))
        for sensor in sensors { order(.add(sensor)) }
    }

    /// Another gateway in the world of one before: the sensors, and what that one left behind in the service.
    public init(continuing other: SimulatedLinks) {
        random = other.random
        now = other.now
        isServiceUp = other.isServiceUp
        adapters = other.adapters
        sensors = other.sensors
        for address in sensors.keys.sorted() {
            sensors[address]?.attempt = nil
            plan(.advertise(address), after: jitter(other.sensors[address]?.device.advertisingPeriod ?? .seconds(1)))
        }
    }

    /// When the next thing happens; nil when nothing does.
    public var nextDue: MonotonicTime? { agenda.next }
    /// How much there is that could grow without bound: planned steps, open commands and remembered sensors.
    public var load: Int { agenda.count + open.count + sensors.count }

    /// Begins to report.
    public func start() {
        guard phase == .new else { return }
        phase = .running
        if isServiceUp { greet() }
    }

    /// Takes a command; what comes of it, `advance` brings.
    public func perform(_ command: LinkCommand) {
        guard phase == .running else { return }
        commands.append(Received(time: now, command: command))
        if let index = command.adapter, !reported.contains(index) { violated("\(index) is not there") }
        commandCount += 1
        open[commandCount] = command
        if let sensor = command.sensor, takesNoAnswer(sensor) { return }
        plan(.carryOut(commandCount), after: Timing.call)
        plan(
            .answer(commandCount, LinkFailure(.deadline, "no answer to the command in time")),
            after: LinkLimits.deadline(of: command))
    }

    /// Ends all links and discovery, and reports no more.
    public func stop() {
        phase = .stopped
        open = [:]
        for sensor in sensors.keys { sensors[sensor]?.link = nil }
        for (index, adapter) in adapters {
            adapters[index]?.filter = nil
            adapters[index]?.state.isDiscovering = adapter.isStuck
        }
        agenda.clear()
    }

    /// Does something to the world, now.
    public func order(_ order: LinkOrder) { carryOut(order) }

    /// Does something to the world, later.
    public func order(_ order: LinkOrder, after span: MonotonicTime.Span) { plan(.order(order), after: span) }

    /// Lets time pass, and everything happen that is due by then.
    public func advance(to time: MonotonicTime) {
        while let (due, step) = agenda.take(by: time) {
            if due > now { now = due }
            take(step)
        }
        if time > now { now = time }
    }

    /// Lets a span of time pass.
    public func advance(by span: MonotonicTime.Span) { advance(to: now + span) }

    /// Forgets the commands so far.
    public func forgetCommands() { commands = [] }

    /// How many values of a characteristic were sent while it was subscribed to or read.
    public func sent(_ sensor: SensorAddress, _ uuid: BluetoothUUID) -> UInt64 {
        guard let entry = sensors[sensor], let handle = entry.device.handle(uuid) else { return 0 }
        return entry.sent[handle, default: 0]
    }

    /// The sensors that have a link, in order.
    public var linked: [SensorAddress] { sensors.filter { $0.value.link != nil }.keys.sorted() }

    /// The stored spot checks that a sensor still has.
    public func stored(_ sensor: SensorAddress) -> [[UInt8]] { sensors[sensor]?.device.stored ?? [] }

    /// Whether the gateway's discovery runs.
    public func isDiscovering(_ adapter: AdapterIndex) -> Bool { adapters[adapter]?.filter != nil }

    func plan(_ step: Step, after span: MonotonicTime.Span) { agenda.add(step, at: now + span) }

    func emit(_ event: LinkEvent) {
        guard phase == .running else { return }
        // Not from within a command: everything goes through the agenda, in order.
        plan(.event(event), after: MonotonicTime.Span(microseconds: 0))
    }

    func deliver(_ event: LinkEvent) {
        guard phase == .running else { return }
        switch event {
        case .adapter(let index, _): reported.insert(index)
        case .adapterGone(let index): reported.remove(index)
        case .serviceDown: reported = []
        default: break
        }
        onEvent(event)
    }

    func command(_ id: UInt64) -> LinkCommand? { open[id] }

    /// Answers, unless that was done.
    func answer(_ id: UInt64, _ failure: LinkFailure? = nil) {
        guard let command = open.removeValue(forKey: id) else { return }
        if case .connect(let sensor, _) = command, sensors[sensor]?.attempt == id { sensors[sensor]?.attempt = nil }
        if let failure { emit(.failed(command, failure)) } else { emit(.done(command)) }
    }

    func answerAll(_ failure: LinkFailure?, where matches: (LinkCommand) -> Bool = { _ in true }) {
        for (id, command) in open.sorted(by: { $0.key < $1.key }) where matches(command) { answer(id, failure) }
    }

    func violated(_ text: String) { violations.append("\(now.microseconds / 1_000) ms: \(text)") }

    func jitter(_ span: MonotonicTime.Span) -> MonotonicTime.Span {
        MonotonicTime.Span(microseconds: Int64(random.int(0...Int(span.microseconds))))
    }

    func chance() -> Bool { random.next() % 2 == 0 }
}
