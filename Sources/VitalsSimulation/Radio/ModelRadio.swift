import VitalsCore
import VitalsDisk
import VitalsModel

/// Adapter, air and sensors' links, in true time: it answers the supervisor's commands as a backend does.
final class ModelRadio {
    private struct Due {
        let time: Int64
        let event: LinkEvent
    }

    private struct Link {
        var isConnected = false
        var subscribed: Set<UInt16> = []
        var isAway = false
        var isSilent = false
    }

    /// True time; the world sets it.
    var now: Int64 = 0
    var failsToConnect = false
    private(set) var isServiceUp = true
    private var links: [SensorAddress: Link] = [:]
    private let sensors: [SensorAddress]
    private let tables: [SensorAddress: [RemoteCharacteristic]]
    private var due: [Due] = []
    private var isDiscovering = false
    private var random: DiskRandom
    private static let adapter = AdapterIndex(0)

    init(sensors: [SensorAddress], tables: [SensorAddress: [RemoteCharacteristic]], seed: UInt64) {
        self.sensors = sensors
        self.tables = tables
        random = DiskRandom(seed: seed)
        for sensor in sensors { links[sensor] = Link() }
    }

    /// When the next event is there.
    var nextTime: Int64? { due.first?.time }

    /// The next event that is there.
    func takeEvent() -> LinkEvent? {
        guard let first = due.first, first.time <= now else { return nil }
        due.removeFirst()
        if case .advertised(let advertisement) = first.event { advertiseAgain(advertisement.sensor) }
        return first.event
    }

    private func post(_ event: LinkEvent, afterMilliseconds span: Int) {
        let time = now + Int64(span) * 1_000
        let index = due.firstIndex { $0.time > time } ?? due.endIndex
        due.insert(Due(time: time, event: event), at: index)
    }

    // MARK: The world

    /// A process looks at the radio for the first time: links of the one before it are gone.
    func begin() {
        due = []
        isDiscovering = false
        for sensor in sensors {
            links[sensor]?.isConnected = false
            links[sensor]?.subscribed = []
        }
        guard isServiceUp else { return }
        announce()
    }

    private func announce() {
        post(.serviceUp, afterMilliseconds: 10)
        post(.adapter(Self.adapter, adapterState), afterMilliseconds: 11)
    }

    private var adapterState: AdapterState {
        AdapterState(
            address: SensorAddress(rawValue: 0x0000_5E00_5301), isPowered: true, isDiscovering: isDiscovering)
    }

    /// A sensor sends a value; nil when nobody is there to take it.
    func value(of characteristic: BluetoothUUID, from sensor: SensorAddress, _ bytes: [UInt8]) -> LinkEvent? {
        guard let link = links[sensor], link.isConnected, !link.isSilent, !link.isAway,
            let handle = tables[sensor]?.first(where: { $0.uuid == characteristic })?.handle,
            link.subscribed.contains(handle)
        else { return nil }
        return .value(sensor, handle: handle, bytes: bytes)
    }

    func lose(_ sensor: SensorAddress) {
        guard links[sensor]?.isConnected == true else { return }
        links[sensor]?.isConnected = false
        links[sensor]?.subscribed = []
        post(.disconnected(sensor, reason: "supervision-timeout"), afterMilliseconds: 0)
        if isDiscovering { advertiseAgain(sensor) }
    }

    func setAway(_ sensor: SensorAddress, _ isAway: Bool) {
        links[sensor]?.isAway = isAway
        if isAway { lose(sensor) } else if isDiscovering { advertiseAgain(sensor) }
    }

    func setSilent(_ sensor: SensorAddress, _ isSilent: Bool) { links[sensor]?.isSilent = isSilent }

    func setService(_ isUp: Bool) {
        guard isUp != isServiceUp else { return }
        isServiceUp = isUp
        due = []
        isDiscovering = false
        for sensor in sensors {
            links[sensor]?.isConnected = false
            links[sensor]?.subscribed = []
        }
        if isUp { announce() } else { post(.serviceDown(reason: "org.bluez has no owner"), afterMilliseconds: 0) }
    }

    /// Whether every sensor is connected and sends.
    var allStream: Bool { links.values.allSatisfy { $0.isConnected && !$0.subscribed.isEmpty } }

    private func advertiseAgain(_ sensor: SensorAddress) {
        guard isDiscovering, let link = links[sensor], !link.isConnected, !link.isAway else { return }
        let heard = Advertisement(
            sensor: sensor, adapter: Self.adapter, name: nil, services: [BluetoothUUID(0x180D)], rssi: -60,
            isBonded: false, isConnected: false)
        post(.advertised(heard), afterMilliseconds: 300 + random.below(1_700))
    }

    // MARK: The backend

    func perform(_ command: LinkCommand) {
        guard isServiceUp else {
            post(.failed(command, LinkFailure(.serviceGone, "no service")), afterMilliseconds: 1)
            return
        }
        switch command {
        case .startDiscovery:
            isDiscovering = true
            post(.done(command), afterMilliseconds: 20)
            post(.adapter(Self.adapter, adapterState), afterMilliseconds: 21)
            for sensor in sensors where !due.contains(where: { $0.event.isAdvertisement(of: sensor) }) {
                advertiseAgain(sensor)
            }
        case .stopDiscovery:
            isDiscovering = false
            post(.done(command), afterMilliseconds: 20)
            post(.adapter(Self.adapter, adapterState), afterMilliseconds: 21)
        case .connect(let sensor, let adapter): connect(sensor, adapter, command)
        case .disconnect(let sensor):
            let wasConnected = links[sensor]?.isConnected == true
            links[sensor]?.isConnected = false
            links[sensor]?.subscribed = []
            if wasConnected { post(.disconnected(sensor, reason: nil), afterMilliseconds: 30) }
            post(.done(command), afterMilliseconds: 31)
        case .subscribe(let sensor, let handle, _):
            guard links[sensor]?.isConnected == true else { return fail(command, .notConnected) }
            links[sensor]?.subscribed.insert(handle)
            post(.done(command), afterMilliseconds: 60)
        case .unsubscribe(let sensor, let handle):
            links[sensor]?.subscribed.remove(handle)
            post(.done(command), afterMilliseconds: 30)
        case .read(let sensor, let handle):
            guard links[sensor]?.isConnected == true else { return fail(command, .notConnected) }
            post(.value(sensor, handle: handle, bytes: [80]), afterMilliseconds: 40)
            post(.done(command), afterMilliseconds: 41)
        case .pair, .write, .forget, .powerOn, .powerCycle, .reset: post(.done(command), afterMilliseconds: 100)
        }
    }

    private func fail(_ command: LinkCommand, _ kind: LinkFailure.Kind) {
        post(.failed(command, LinkFailure(kind, "refused by the model")), afterMilliseconds: 50)
    }

    private func connect(_ sensor: SensorAddress, _ adapter: AdapterIndex, _ command: LinkCommand) {
        let isReachable = links[sensor].map { !$0.isAway } ?? false
        guard isReachable, !failsToConnect, !random.once(in: 20) else {
            post(
                .failed(command, LinkFailure(.other, "le-connection-abort-by-local")),
                afterMilliseconds: 1_000 + random.below(3_000))
            return
        }
        links[sensor]?.isConnected = true
        post(.connected(sensor, adapter), afterMilliseconds: 200)
        post(.done(command), afterMilliseconds: 201)
        post(.resolved(sensor, tables[sensor] ?? []), afterMilliseconds: 400)
    }

    /// The measurements that a sensor offers.
    static func table(heartRate: Bool, oximetry: Bool) -> [RemoteCharacteristic] {
        var table: [RemoteCharacteristic] = []
        if heartRate {
            table.append(
                RemoteCharacteristic(
                    service: BluetoothUUID(0x180D), uuid: .heartRateMeasurement, handle: 3, properties: .notify))
        }
        if oximetry {
            table.append(
                RemoteCharacteristic(
                    service: BluetoothUUID(0x1822), uuid: .plxContinuousMeasurement, handle: 6, properties: .notify))
        }
        return table
    }
}

extension LinkEvent {
    fileprivate func isAdvertisement(of sensor: SensorAddress) -> Bool {
        if case .advertised(let heard) = self { heard.sensor == sensor } else { false }
    }
}
