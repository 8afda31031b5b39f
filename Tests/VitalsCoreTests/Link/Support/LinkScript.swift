import VitalsModel
import VitalsTestKit

@testable import VitalsCore

/// The supervisor against events that a test writes itself, one at a time.
struct LinkScript {
    private(set) var supervisor: LinkSupervisor
    private(set) var now: MonotonicTime
    /// What it wanted done since `take` was called last.
    private var fresh: [LinkOutput] = []
    var isSynchronised = true

    static let hci0 = AdapterIndex(0)
    static let hci1 = AdapterIndex(1)
    static let strap = SensorAddress(rawValue: 0xC000_0000_0001)
    static let other = SensorAddress(rawValue: 0xC000_0000_0002)
    static let adapter = AdapterState(
        address: SensorAddress(rawValue: 0x00AA_0100_0000), isPowered: true, isDiscovering: false)

    /// Started, with the service and one adapter there; discovery is already running.
    init(_ configuration: LinkConfiguration = .listing(LinkScript.strap), seed: UInt64 = 1, isReady: Bool = true) {
        supervisor = LinkSupervisor(configuration: configuration, seed: seed)
        now = .at(1_000)
        supervisor.start(at: stamp, into: &fresh)
        guard isReady else { return }
        send(.serviceUp, .adapter(Self.hci0, Self.adapter))
        answer(.startDiscovery(Self.hci0, services: []))
        _ = take()
    }

    var stamp: Stamp {
        Stamp(
            monotonic: now, wall: WallTime(microseconds: 1_795_000_000_000_000 + now.microseconds),
            isSynchronised: isSynchronised)
    }

    mutating func send(_ events: LinkEvent...) {
        for event in events { supervisor.handle(event, at: stamp, into: &fresh) }
    }

    /// The command is done; of discovery, the adapter says so first, as BlueZ does.
    mutating func answer(_ command: LinkCommand) {
        switch command {
        case .startDiscovery(let index, _): discovers(index, true)
        case .stopDiscovery(let index): discovers(index, false)
        default: break
        }
        send(.done(command))
    }

    mutating func discovers(_ index: AdapterIndex, _ isDiscovering: Bool) {
        guard var state = supervisor.adapters.first(where: { $0.adapter == index })?.state else { return }
        state.isDiscovering = isDiscovering
        send(.adapter(index, state))
    }

    mutating func refuse(_ command: LinkCommand, _ kind: LinkFailure.Kind, _ words: String = "words") {
        send(.failed(command, LinkFailure(kind, words)))
    }

    /// Lets time pass, doing what is due when it is due.
    mutating func pass(_ seconds: Double) {
        let end = now + .milliseconds(Int64(seconds * 1_000))
        while let due = supervisor.deadline, due <= end {
            now = max(now, due)
            supervisor.expire(at: stamp, into: &fresh)
        }
        now = end
    }

    mutating func stop() { supervisor.stop(at: stamp, into: &fresh) }

    /// Everything since the last call.
    mutating func take() -> [LinkOutput] {
        defer { fresh = [] }
        return fresh
    }

    /// The commands since the last call.
    mutating func commands() -> [LinkCommand] {
        take().compactMap { if case .command(let command) = $0 { command } else { nil } }
    }

    /// The commands about sensors since the last call.
    mutating func sensorCommands() -> [LinkCommand] { commands().filter { $0.sensor != nil } }

    /// What the engine was told of links and values since the last call.
    mutating func events() -> [SensorEvent.Kind] {
        take().compactMap { if case .input(.sensor(let event)) = $0 { event.kind } else { nil } }
    }

    /// The reports since the last call.
    mutating func reports() -> [LinkReport] {
        take().compactMap { if case .input(.link(_, _, let report)) = $0 { report } else { nil } }
    }

    func status(_ sensor: SensorAddress = strap) -> SensorLinkStatus? {
        supervisor.sensors.first { $0.sensor == sensor }
    }

    mutating func hear(
        _ sensor: SensorAddress = strap, on adapter: AdapterIndex = hci0, rssi: Int8? = -60, isBonded: Bool = false,
        isConnected: Bool = false, services: [BluetoothUUID] = [BluetoothUUID(0x180D)], name: String? = nil
    ) {
        send(
            .advertised(
                Advertisement(
                    sensor: sensor, adapter: adapter, name: name, services: services, rssi: rssi, isBonded: isBonded,
                    isConnected: isConnected)))
    }

    /// Heard, and being connected to: discovery has been stopped.
    mutating func beginConnect(_ sensor: SensorAddress = strap, isBonded: Bool = false) {
        hear(sensor, isBonded: isBonded)
        answer(.stopDiscovery(Self.hci0))
    }

    /// Connected, the link being up and the command answered.
    mutating func connect(_ sensor: SensorAddress = strap, isBonded: Bool = false) {
        beginConnect(sensor, isBonded: isBonded)
        send(.connected(sensor, Self.hci0), .done(.connect(sensor, Self.hci0)))
        _ = take()
    }

    /// Connected, with this table.
    mutating func resolve(
        _ sensor: SensorAddress = strap, _ table: [RemoteCharacteristic] = [.heartRate], isBonded: Bool = false
    ) {
        connect(sensor, isBonded: isBonded)
        send(.resolved(sensor, table))
    }

    /// Linked, with nothing that has to come by itself.
    mutating func streamSpotChecks(_ sensor: SensorAddress = strap) {
        hear(sensor, services: [BluetoothUUID(0x1822)])
        answer(.stopDiscovery(Self.hci0))
        send(.connected(sensor, Self.hci0), .done(.connect(sensor, Self.hci0)), .resolved(sensor, [.spotCheck]))
        answer(.subscribe(sensor, handle: 0x25, .startNotify))
        _ = take()
    }

    /// Streaming heart rates at handle 0x12.
    mutating func stream(_ sensor: SensorAddress = strap) {
        resolve(sensor)
        answer(.subscribe(sensor, handle: 0x12, .startNotify))
        _ = take()
    }
}

extension MonotonicTime {
    /// Seconds after the clock's origin.
    static func at(_ seconds: Double) -> MonotonicTime { MonotonicTime(microseconds: Int64(seconds * 1_000_000)) }
}

extension LinkConfiguration {
    static func listing(_ sensors: SensorAddress...) -> LinkConfiguration {
        var configuration = LinkConfiguration()
        for sensor in sensors { configuration.sensors[sensor] = SensorLink() }
        return configuration
    }

    /// With changes to the settings of every listed sensor.
    func setting(_ change: (inout SensorLink) -> Void) -> LinkConfiguration {
        var configuration = self
        for sensor in configuration.sensors.keys {
            var link = configuration.link(of: sensor)
            change(&link)
            configuration.sensors[sensor] = link
        }
        return configuration
    }
}

extension RemoteCharacteristic {
    static func make(
        _ uuid: BluetoothUUID, _ handle: UInt16, _ properties: Properties
    ) -> RemoteCharacteristic {
        RemoteCharacteristic(service: BluetoothUUID(0x180D), uuid: uuid, handle: handle, properties: properties)
    }

    static let heartRate = make(.heartRateMeasurement, 0x12, .notify)
    static let continuous = make(.plxContinuousMeasurement, 0x22, .notify)
    static let spotCheck = make(.plxSpotCheckMeasurement, 0x25, .indicate)
    static let controlPoint = make(.recordAccessControlPoint, 0x28, [.write, .indicate])
    static let battery = make(.batteryLevel, 0x32, [.read, .notify])
    static let manufacturer = make(.manufacturerName, 0x42, .read)
    static let model = make(.modelNumber, 0x44, .read)
    static let clock = make(.currentTime, 0x52, [.read, .write])
}
