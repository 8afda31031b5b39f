import VitalsCore
import VitalsModel

/// Who was heard, and how well.
struct ScanModel {
    /// A sensor, or any other device.
    struct Device: Hashable {
        var address: SensorAddress
        var name: String?
        var services: [BluetoothUUID]
        var adapter: AdapterIndex
        /// The strongest signal of the scan, dBm.
        var rssi: Int8
        var isBonded: Bool
        var isConnected: Bool
        /// How often it was heard.
        var count: Int

        /// Whether the gateway can read it.
        var isSensor: Bool { !Set(services).isDisjoint(with: [.heartRateService, .pulseOximeterService]) }
    }

    private(set) var adapters: [AdapterIndex: AdapterState] = [:]
    private var heard: [SensorAddress: Device] = [:]

    /// Takes what a backend reports.
    mutating func take(_ event: LinkEvent) {
        switch event {
        case .adapter(let index, let state): adapters[index] = state
        case .adapterGone(let index): adapters[index] = nil
        case .advertised(let advertisement): take(advertisement)
        default: break
        }
    }

    private mutating func take(_ advertisement: Advertisement) {
        // Only what is heard now counts; what is linked does not advertise, and is there all the same.
        guard advertisement.rssi != nil || advertisement.isConnected else { return }
        let known = heard[advertisement.sensor]
        guard known != nil || heard.count < LinkLimits.heardMax else { return }
        let rssi = advertisement.rssi ?? .min
        var device = Device(
            address: advertisement.sensor, name: advertisement.name ?? known?.name,
            services: advertisement.services, adapter: advertisement.adapter, rssi: rssi,
            isBonded: advertisement.isBonded, isConnected: advertisement.isConnected, count: 1)
        if let known {
            device.count += known.count
            if device.services.isEmpty { device.services = known.services }
            if known.rssi > rssi {
                device.rssi = known.rssi
                device.adapter = known.adapter
            }
        }
        heard[advertisement.sensor] = device
    }

    /// The devices, the strongest first.
    func devices(onlySensors: Bool) -> [Device] {
        heard.values.filter { !onlySensors || $0.isSensor }.sorted { ($1.rssi, $0.address) < ($0.rssi, $1.address) }
    }
}

extension BluetoothUUID {
    /// The Heart Rate service (Assigned Numbers, 3.4).
    static let heartRateService = BluetoothUUID(0x180D)
    /// The Pulse Oximeter service.
    static let pulseOximeterService = BluetoothUUID(0x1822)

    /// The service's name, as far as it matters for sensors.
    var serviceName: String? {
        switch self {
        case .heartRateService: "Heart Rate"
        case .pulseOximeterService: "Pulse Oximeter"
        case BluetoothUUID(0x1809): "Health Thermometer"
        case BluetoothUUID(0x1810): "Blood Pressure"
        case BluetoothUUID(0x1840): "Generic Health Sensor"
        default: nil
        }
    }
}
