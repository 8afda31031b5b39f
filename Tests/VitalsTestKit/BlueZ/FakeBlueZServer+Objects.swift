import VitalsCore
import VitalsModel
import VitalsSystemd

/// What stands on the bus.
extension FakeBlueZServer {
    /// After the start: the manager, the adapters and the remembered sensors, without their GATT objects.
    func buildTree() {
        tree = ObjectTree()
        add(BlueZ.root, [BlueZ.agentManager: [:]])
        for index in adapters.keys.sorted() { addAdapterObject(index) }
    }

    func addAdapterObject(_ index: AdapterIndex) {
        guard let adapter = adapters[index] else { return }
        add(
            BlueZ.path(index),
            [
                BlueZ.adapter: [
                    "Address": .string(adapter.address.description), "AddressType": .string("public"),
                    "Name": .string("gateway"), "Alias": .string("gateway"), "Powered": .boolean(adapter.isPowered),
                    "Discovering": .boolean(adapter.isDiscovering), "Discoverable": .boolean(false),
                    "Pairable": .boolean(true), "UUIDs": .strings([]),
                ]
            ])
        for address in sensors.keys.sorted() {
            guard let sensor = sensors[address], sensor.isRemembered || sensor.link?.adapter == index else { continue }
            addDeviceObject(address, on: index, rssi: nil)
            if sensor.link?.adapter == index, sensor.link?.isResolved == true { addTable(address, on: index) }
        }
    }

    func addDeviceObject(_ address: SensorAddress, on index: AdapterIndex, rssi: Int8?) {
        guard let sensor = sensors[address] else { return }
        let isHere = sensor.link?.adapter == index
        var properties: ObjectTree.Properties = [
            "Address": .string(address.description), "AddressType": .string("random"),
            "Name": .string(sensor.device.name), "Alias": .string(sensor.device.name),
            "Adapter": .objectPath(BlueZ.path(index)), "UUIDs": .strings(sensor.device.services.map(BlueZ.text)),
            "Paired": .boolean(sensor.isBonded), "Bonded": .boolean(sensor.isBonded), "Trusted": .boolean(false),
            "Blocked": .boolean(false), "LegacyPairing": .boolean(false), "Connected": .boolean(isHere),
            "ServicesResolved": .boolean(isHere && sensor.link?.isResolved == true),
        ]
        if let rssi { properties["RSSI"] = .int16(Int16(rssi)) }
        add(BlueZ.path(address, on: index), [BlueZ.device: properties])
    }

    /// The table as the faults leave it, in two characteristics more than one: `charNNNN` carries the declaration's handle.
    func addTable(_ address: SensorAddress, on index: AdapterIndex) {
        guard let sensor = sensors[address] else { return }
        let device = BlueZ.path(address, on: index)
        var servicePath = ""
        var service: BluetoothUUID?
        for characteristic in table(sensor) {
            if characteristic.service != service {
                service = characteristic.service
                servicePath = "\(device)/service\(Self.hex(characteristic.handle - 2))"
                if !tree.has(servicePath, BlueZ.service) {
                    add(
                        servicePath,
                        [
                            BlueZ.service: [
                                "UUID": .string(BlueZ.text(characteristic.service)), "Primary": .boolean(true),
                                "Device": .objectPath(device), "Includes": .array([], of: "o"),
                            ]
                        ])
                }
            }
            let path = "\(servicePath)/char\(Self.hex(characteristic.handle - 1))"
            guard !tree.has(path, BlueZ.characteristic) else { continue }
            var properties: ObjectTree.Properties = [
                "UUID": .string(BlueZ.text(characteristic.uuid)), "Service": .objectPath(servicePath),
                "Value": .bytes([]), "Flags": .strings(BlueZ.flags(characteristic.properties)),
                "MTU": .uint16(517),
            ]
            if !characteristic.properties.isDisjoint(with: [.notify, .indicate]) {
                properties["Notifying"] = .boolean(false)
                if characteristic.properties.contains(.notify) { properties["NotifyAcquired"] = .boolean(false) }
            }
            add(path, [BlueZ.characteristic: properties])
        }
    }

    func removeTable(_ address: SensorAddress, on index: AdapterIndex) {
        let device = BlueZ.path(address, on: index)
        for path in tree.paths(below: device) where path != device { remove(path) }
        sensors[address]?.sessions = [:]
    }

    func removeDevice(_ address: SensorAddress, on index: AdapterIndex) {
        for path in tree.paths(below: BlueZ.path(address, on: index)) { remove(path) }
        sensors[address]?.sessions = [:]
    }

    /// The table that the service shows.
    func table(_ sensor: Sensor) -> [RemoteCharacteristic] {
        for case .tableLacks(let uuids, _) in sensor.faults {
            return uuids.isEmpty ? [] : sensor.device.table.filter { !uuids.contains($0.uuid) }
        }
        return sensor.device.table
    }

    /// The path of a characteristic's object on the adapter of the link.
    func path(_ address: SensorAddress, _ handle: UInt16) -> String? {
        guard let index = sensors[address]?.link?.adapter else { return nil }
        let end = "/char\(Self.hex(handle - 1))"
        return tree.paths(below: BlueZ.path(address, on: index)).first { $0.hasSuffix(end) }
    }

    func changeDevice(
        _ address: SensorAddress, on index: AdapterIndex, _ changes: ObjectTree.Properties,
        without removed: [String] = []
    ) {
        change(BlueZ.path(address, on: index), BlueZ.device, changes, without: removed)
    }

    func changeAdapter(_ index: AdapterIndex, _ changes: ObjectTree.Properties) {
        change(BlueZ.path(index), BlueZ.adapter, changes)
    }

    static func hex(_ handle: UInt16) -> String { String(handle, radix: 16).leftPadded(4) }
}
