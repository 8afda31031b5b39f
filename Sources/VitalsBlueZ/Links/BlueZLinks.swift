public import VitalsCore
import VitalsModel
public import VitalsSystemd

/// Links through bluetoothd, over D-Bus, with one connection of its own.
///
/// What comes from the bus goes through `ObjectMirror`, which makes events of it; commands become calls. What always holds:
///
/// - Events are reported in the order in which bluetoothd told of them, and never from within `perform`.
/// - Only what bluetoothd's own unique name sends counts, and only after `GetManagedObjects` was answered.
/// - The matches are in force before that call, and never change, however many sensors come and go.
/// - Each command is answered once, within its deadline.
public final class BlueZLinks: LinkPort {
    /// Called with each event.
    public var onEvent: (LinkEvent) -> Void = { _ in }

    let loop: EventLoop
    let settings: BlueZSettings
    let delays: Delays
    private let connect: () throws -> BusConnection

    var bus: BusConnection?
    /// The unique name of bluetoothd; nil while it does not run.
    var owner: String?
    /// Whether what bluetoothd knows has been read, so that commands can be carried out.
    var isUp = false
    /// Whether it was reported that there is no service.
    var isReportedDown = false
    var isStopped = false
    var reading = Reading()
    var retryCount = 0
    var mirror = ObjectMirror()
    var open: [Int: OpenCommand] = [:]
    var commandCount = 0
    var sessions: [CharacteristicPath: NotifySession] = [:]
    /// Values of links whose tables were not reported yet: bluetoothd resumes subscriptions before it says `resolved`.
    var held: [SensorAddress: [LinkEvent]] = [:]
    /// When the first of the values came that are held for a sensor whose link is not told of yet.
    var earlySince: [SensorAddress: MonotonicTime] = [:]
    /// Adapters on which a discovery of ours runs.
    var discovering: Set<AdapterIndex> = []
    /// Sensors whose links the gateway uses, and ends when it stops.
    var used: Set<SensorAddress> = []

    /// Whether the objects are being read, and whether to read them again after that.
    struct Reading {
        var isUnderWay = false
        var isWantedAgain = false
    }

    /// Links through the bluetoothd of the system.
    public convenience init(loop: EventLoop, settings: BlueZSettings = BlueZSettings()) throws {
        try self.init(loop: loop, settings: settings) { try BusConnection.system(loop: loop) }
    }

    /// Links through the bluetoothd on the bus of a connection, which is closed at the end and not replaced when it is lost.
    public convenience init(
        connection: BusConnection, loop: EventLoop, settings: BlueZSettings = BlueZSettings()
    ) throws {
        try self.init(loop: loop, settings: settings) { connection }
    }

    /// Links through the bluetoothd on the bus that `connect` connects to. It is called again after the bus was lost.
    public init(loop: EventLoop, settings: BlueZSettings, connect: @escaping () throws -> BusConnection) throws {
        self.loop = loop
        self.settings = settings
        self.connect = connect
        delays = try Delays(loop: loop)
    }

    /// Connects to the bus, and reports `serviceUp` when bluetoothd is there; else `serviceDown`, and goes on waiting for it.
    public func start() throws { try openBus() }

    /// Ends our discoveries and the links that the gateway used, and reports nothing more.
    public func stop() {
        guard !isStopped else { return }
        isStopped = true
        delays.cancelAll()
        for run in open.values { run.call?.cancel() }
        if let bus, isUp {
            for adapter in discovering.sorted() {
                try? bus.send(BusCall(BlueZ.name, BlueZ.path(of: adapter.description), BlueZ.adapter, "StopDiscovery"))
            }
            for device in used.sorted().flatMap({ mirror.devices(of: $0) }) {
                try? bus.send(BusCall(BlueZ.name, device.path.text, BlueZ.device, "Disconnect"))
            }
            bus.flush()
        }
        for session in sessions.values { session.socket?.close() }
        sessions = [:]
        held = [:]
        earlySince = [:]
        open = [:]
        bus?.close()
        bus = nil
    }

    func openBus() throws {
        let bus = try connect()
        self.bus = bus
        bus.onDisconnect = { [weak self] error in self?.busLost(error) }
        bus.serve(PairingAgent.path) { [weak self] in self?.agentAnswer($0) }
        try bus.subscribe(.ownerChange(of: BlueZ.name)) { [weak self] signal in
            guard signal.sender == "org.freedesktop.DBus", let name = signal.arguments.last?.string else { return }
            self?.ownerChanged(name.isEmpty ? nil : name)
        }
        for match in [
            BusMatch(sender: BlueZ.name, path: "/", interface: BlueZ.objectManager),
            BusMatch(
                sender: BlueZ.name, pathNamespace: BlueZ.root, interface: BlueZ.properties,
                member: "PropertiesChanged"),
        ] {
            try bus.subscribe(match) { [weak self] in self?.received($0) }
        }
        askForOwner()
    }

    /// Reports events, unless somebody stopped us meanwhile.
    func report(_ events: [LinkEvent]) {
        for event in events where !isStopped { onEvent(event) }
    }

    /// Runs `body` after the present handler.
    func later(_ body: @escaping () -> Void) {
        do { try loop.soon { [weak self] in if self?.isStopped == false { body() } } } catch { body() }
    }
}
