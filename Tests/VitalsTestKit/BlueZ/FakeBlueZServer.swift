import VitalsCore
import VitalsModel
import VitalsSystemd

/// The fake itself, on the loop of its thread: the objects, the sensors and who of the clients does what with them.
final class FakeBlueZServer {
    /// What is to happen.
    enum Step {
        case order(LinkOrder)
        case reply(BusRequest, BusAnswer)
        case linkUp(SensorAddress, AdapterIndex, attempt: Int)
        case connectFailed(SensorAddress, attempt: Int)
        case linkDown(SensorAddress, epoch: Int)
        case resolved(SensorAddress, epoch: Int)
        case subscribed(SensorAddress, UInt16, epoch: Int, BusRequest)
        case acquired(SensorAddress, UInt16, epoch: Int, BusRequest)
        case stream(SensorAddress, UInt16, epoch: Int)
        case indicate(SensorAddress, UInt16, [UInt8], epoch: Int)
        case advertise(SensorAddress)
        case forgetUnseen(AdapterIndex, discoveries: Int)
        case power(AdapterIndex, Bool, BusRequest)
        case pair(SensorAddress, epoch: Int, BusRequest)
    }

    /// A sensor in the air and in the service.
    struct Sensor {
        var device: VirtualSensor
        var isInReach = true
        var faults: [SensorFault] = []
        var isBonded: Bool
        /// Whether it was connected once: then it is remembered over a restart of the service.
        var isRemembered = false
        var link: Link?
        var attempt: Attempt?
        /// Who waits for the link to end.
        var disconnects: [BusRequest] = []
        var epoch = 0
        /// Clients' sessions by the handle of the value; they outlive the link.
        var sessions: [UInt16: [String]] = [:]
        var acquired: [UInt16: Acquired] = [:]
        var isAdvertising = false

        init(_ device: VirtualSensor) {
            self.device = device
            isBonded = device.isBonded
            isRemembered = device.isBonded
        }
    }

    struct Link {
        var adapter: AdapterIndex
        var epoch: Int
        var isResolved = false
        var streams: Set<UInt16> = []
    }

    struct Attempt {
        var number: Int
        var adapter: AdapterIndex
        var request: BusRequest
    }

    struct Acquired {
        var client: String
        var descriptor: BusDescriptor
        var watch: EventLoop.Watch
    }

    struct Adapter {
        var address: SensorAddress
        var isPowered: Bool
        var faults: [AdapterFault] = []
        /// Who discovers, with the services that they want.
        var sessions: [String: [BluetoothUUID]] = [:]
        var filters: [String: [BluetoothUUID]] = [:]
        var discoveries = 0
        var isStuck: Bool { faults.contains(.discoveryStuck) }
        var isSilent: Bool { faults.contains { if case .silent = $0 { true } else { false } } }
        var isDiscovering: Bool { isPowered && (!sessions.isEmpty || isStuck) }
    }

    let timing: FakeTiming
    var sensors: [SensorAddress: Sensor] = [:]
    var adapters: [AdapterIndex: Adapter] = [:]
    var agents: [String: String] = [:]
    var tree = ObjectTree()
    var sent: [FakeBlueZ.Sent] = []
    var calls: [String: Int] = [:]
    var isAccessDenied = false
    var keepsSessionsOfTheDead = false
    private(set) var isRunning = false
    private(set) var connection: BusConnection?
    private let address: String
    let loop: EventLoop
    private var agenda = Agenda<Step>()
    private var timer: EventLoop.Timer?
    private var random = SplitMix64(seed: 1)
    private var attempts = 0

    init(address: String, loop: EventLoop, sensors: [VirtualSensor], timing: FakeTiming) throws {
        self.address = address
        self.loop = loop
        self.timing = timing
        timer = try loop.timer { [unowned self] in takeDue() }
        adapters[AdapterIndex(0)] = Adapter(address: SensorAddress(rawValue: 0x00AA_0100_0000), isPowered: true)
        for sensor in sensors { carryOut(.add(sensor)) }
        try openBus()
    }

    /// Ends it: its name and its connection are gone, as when bluetoothd is killed.
    func close() {
        isRunning = false
        connection?.close()
        connection = nil
    }

    /// Connects to the bus and takes the name; the objects come after that, as InterfacesAdded.
    func openBus() throws {
        guard connection == nil else { return }
        let bus = try BusConnection(address: address, loop: loop)
        connection = bus
        bus.onCall = { [unowned self] request in answer(request) }
        let gone = BusMatch(
            sender: "org.freedesktop.DBus", path: "/org/freedesktop/DBus", interface: "org.freedesktop.DBus",
            member: "NameOwnerChanged")
        try bus.subscribe(gone) { [unowned self] signal in
            let names = signal.arguments.compactMap(\.string)
            if names.count == 3, names[2].isEmpty { clientGone(names[0]) }
        }
        bus.requestName(BlueZ.name, deadline: .seconds(10)) { [unowned self] result in
            guard case .success = result else { return }
            isRunning = true
            buildTree()
        }
    }

    var snapshot: FakeBlueZ.Snapshot {
        FakeBlueZ.Snapshot(
            isRunning: isRunning, discovering: adapters.filter { !$0.value.sessions.isEmpty }.keys.sorted(),
            linked: sensors.filter { $0.value.link != nil }.keys.sorted(),
            known: sensors.keys.filter(isKnown).sorted(),
            bonded: sensors.filter { $0.value.isBonded }.keys.sorted(),
            sessions: sensors.values.reduce(0) { count, sensor in
                count + sensor.acquired.count + sensor.sessions.values.reduce(0) { $0 + $1.count }
            },
            objects: tree.objects.count, agents: agents.count, calls: calls, sent: sent)
    }

    // MARK: Time

    func plan(_ step: Step, after span: MonotonicTime.Span) {
        agenda.add(step, at: loop.now + span)
        arm()
    }

    func nextAttempt() -> Int {
        attempts += 1
        return attempts
    }

    func jitter(_ span: MonotonicTime.Span) -> MonotonicTime.Span {
        MonotonicTime.Span(microseconds: Int64(random.int(0...Int(span.microseconds))))
    }

    private func takeDue() {
        while let (_, step) = agenda.take(by: loop.now) { take(step) }
        arm()
    }

    private func arm() {
        guard let next = agenda.next else { return }
        do { try timer?.arm(at: next) } catch { loop.fail(error) }
    }

    // MARK: Objects

    /// A device object stands for what the service knows.
    func isKnown(_ sensor: SensorAddress) -> Bool {
        adapters.keys.contains { tree.has(BlueZ.path(sensor, on: $0), BlueZ.device) }
    }

    func emit(_ signal: BusSignal) {
        guard isRunning else { return }
        try? connection?.emit(signal)
    }

    func add(_ path: String, _ interfaces: [String: ObjectTree.Properties]) {
        for (interface, properties) in interfaces { tree.set(path, interface, properties) }
        emit(
            BusSignal(
                "/", BlueZ.objectManager, "InterfacesAdded",
                [.objectPath(path), ObjectTree.interfaces(interfaces)]))
    }

    func remove(_ path: String) {
        guard let interfaces = tree.objects[path] else { return }
        tree.remove(path)
        emit(
            BusSignal(
                "/", BlueZ.objectManager, "InterfacesRemoved",
                [.objectPath(path), .strings(interfaces.keys.sorted())]))
    }

    func remove(_ path: String, _ interface: String) {
        guard tree.has(path, interface) else { return }
        tree.remove(path, interface)
        emit(
            BusSignal(
                "/", BlueZ.objectManager, "InterfacesRemoved", [.objectPath(path), .strings([interface])]))
    }

    func change(
        _ path: String, _ interface: String, _ changes: ObjectTree.Properties, without removed: [String] = []
    ) {
        guard tree.has(path, interface) else { return }
        tree.change(path, interface, changes, without: removed)
        emit(
            BusSignal(
                path, BlueZ.properties, "PropertiesChanged",
                [.string(interface), .properties(changes), .strings(removed)]))
    }
}
