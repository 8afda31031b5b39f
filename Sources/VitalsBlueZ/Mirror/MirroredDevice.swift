import VitalsCore
import VitalsModel
import VitalsSystemd

/// A `Device1` object, and the objects below it.
struct MirroredDevice {
    let path: DevicePath
    private(set) var sensor: SensorAddress
    private(set) var name: String?
    private(set) var services: [BluetoothUUID] = []
    private(set) var rssi: Int8?
    private var isPaired = false
    private var bonded: Bool?
    private(set) var isConnected = false
    private(set) var isResolved = false
    var battery: UInt8?
    /// The UUIDs of services by their paths.
    var serviceUUIDs: [String: BluetoothUUID] = [:]
    var characteristics: [CharacteristicPath: MirroredCharacteristic] = [:]
    /// Whether the table was reported for the present link.
    var isTableKnown = false
    /// Whether the table is to be reported once everything below the device is known.
    var isTableDue = false

    /// Nil without an address.
    init?(_ path: DevicePath, _ properties: [String: BusValue]) {
        guard let sensor = properties["Address"]?.string.flatMap({ SensorAddress($0) }) else { return nil }
        self.path = path
        self.sensor = sensor
        update(properties, [])
    }

    /// `Bonded` came with BlueZ 5.65; before, paired was the best that could be known.
    var isBonded: Bool { bonded ?? isPaired }

    /// What there is to say of it. It is heard, with a signal strength, or only remembered.
    func advertisement(isHeard: Bool) -> Advertisement {
        Advertisement(
            sensor: sensor, adapter: path.adapter, name: name, services: services, rssi: isHeard ? rssi : nil,
            isBonded: isBonded, isConnected: isConnected)
    }

    /// The table as it is known now, by handle. A characteristic without a service is not complete yet.
    var table: [RemoteCharacteristic] {
        let known = characteristics.compactMap { path, characteristic -> RemoteCharacteristic? in
            guard let service = serviceUUIDs[path.service] else { return nil }
            return RemoteCharacteristic(
                service: service, uuid: characteristic.uuid, handle: path.handle, properties: characteristic.properties)
        }
        return known.sorted { $0.handle < $1.handle }
    }

    /// Whether a change means that the device was heard just now: BlueZ sets these from advertisements alone.
    static func isHeard(_ changed: [String: BusValue]) -> Bool {
        let advertised = ["RSSI", "ManufacturerData", "ServiceData", "AdvertisingFlags", "AdvertisingData", "TxPower"]
        return advertised.contains { changed[$0] != nil }
    }

    mutating func update(_ changed: [String: BusValue], _ invalidated: [String]) {
        if let address = changed["Address"]?.string.flatMap({ SensorAddress($0) }) { sensor = address }
        if let text = changed["Name"]?.string {
            name = String(decoding: text.utf8.prefix(BlueZLimits.nameMax), as: UTF8.self)
        }
        if let texts = changed["UUIDs"]?.strings {
            services = texts.prefix(BlueZLimits.servicesMax).compactMap { BluetoothUUID($0) }
        }
        if let strength = changed["RSSI"]?.integer { rssi = Int8(exactly: strength) }
        if invalidated.contains("RSSI") { rssi = nil }
        if let flag = changed["Paired"]?.boolean { isPaired = flag }
        if let flag = changed["Bonded"]?.boolean { bonded = flag }
        if let flag = changed["Connected"]?.boolean { isConnected = flag }
        if let flag = changed["ServicesResolved"]?.boolean { isResolved = flag }
    }
}

/// A `GattCharacteristic1` object.
struct MirroredCharacteristic: Hashable {
    let uuid: BluetoothUUID
    let properties: RemoteCharacteristic.Properties
    var isNotifying: Bool

    /// Nil without a UUID.
    init?(_ values: [String: BusValue]) {
        guard let uuid = values["UUID"]?.string.flatMap({ BluetoothUUID($0) }) else { return nil }
        self.uuid = uuid
        isNotifying = values["Notifying"]?.boolean ?? false
        properties = (values["Flags"]?.strings ?? []).reduce(into: []) { properties, flag in
            switch flag {
            case "read": properties.insert(.read)
            case "write-without-response": properties.insert(.writeWithoutResponse)
            case "write": properties.insert(.write)
            case "notify": properties.insert(.notify)
            case "indicate": properties.insert(.indicate)
            default: break
            }
        }
    }
}
