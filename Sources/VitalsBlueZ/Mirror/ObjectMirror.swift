import VitalsCore
import VitalsModel
import VitalsSystemd

/// What BlueZ has told of its objects, as a value: messages in, events out. It knows no bus.
///
/// A sensor may have a device object under each adapter that heard it. One link at a time is reported: the first that came
/// up, over whichever adapter.
struct ObjectMirror {
    private(set) var adapters: [AdapterIndex: AdapterState] = [:]
    private(set) var devices: [DevicePath: MirroredDevice] = [:]
    /// The reported links.
    private(set) var links: [SensorAddress: DevicePath] = [:]
    /// Devices that are linked and resolved, whose table was not reported or changed since.
    var isTableDue: Bool { devices.values.contains { $0.isTableDue } }

    // MARK: - What others ask

    /// The device object of a sensor under an adapter.
    func device(_ sensor: SensorAddress, on adapter: AdapterIndex) -> MirroredDevice? {
        devices(of: sensor).first { $0.path.adapter == adapter }
    }

    /// All device objects of a sensor.
    func devices(of sensor: SensorAddress) -> [MirroredDevice] {
        devices.values.filter { $0.sensor == sensor }.sorted { $0.path < $1.path }
    }

    /// The linked device object of a sensor.
    func linked(_ sensor: SensorAddress) -> MirroredDevice? { links[sensor].flatMap { devices[$0] } }

    /// A characteristic of a linked sensor.
    func characteristic(_ sensor: SensorAddress, handle: UInt16) -> (CharacteristicPath, MirroredCharacteristic)? {
        guard let device = linked(sensor) else { return nil }
        return device.characteristics.first { $0.key.handle == handle }.map { ($0.key, $0.value) }
    }

    // MARK: - Messages

    /// All objects: the answer of `GetManagedObjects`. What is not in it is gone.
    mutating func load(_ objects: BusValue) -> [MirrorEvent] {
        guard let objects = objects.dictionary else { return [] }
        var events: [MirrorEvent] = []
        let known = devices.values.flatMap { device in
            [device.path.text] + device.characteristics.keys.map(\.text) + device.serviceUUIDs.keys
        }
        let gone = (known + adapters.keys.map { BlueZ.path(of: $0.description) }).filter { objects[$0] == nil }
        // What is below comes first.
        for path in gone.sorted(by: >) { events += removeObject(path) }
        for (path, interfaces) in objects.sorted(by: { $0.key < $1.key }) {
            events += add(path, interfaces)
        }
        for (path, device) in devices where device.battery != nil {
            if objects[path.text]?.dictionary?[BlueZ.battery] == nil { devices[path]?.battery = nil }
        }
        return events
    }

    /// `InterfacesAdded`: an object, or more of one. `interfaces` is an `a{sa{sv}}`.
    mutating func add(_ path: String, _ interfaces: BusValue) -> [MirrorEvent] {
        guard let interfaces = interfaces.dictionary?.compactMapValues(\.dictionary) else { return [] }
        var events: [MirrorEvent] = []
        if let properties = interfaces[BlueZ.adapter] { events += addAdapter(path, properties) }
        if let properties = interfaces[BlueZ.device], let path = DevicePath(path) {
            events += addDevice(path, properties)
        }
        if let properties = interfaces[BlueZ.battery] { events += change(path, BlueZ.battery, properties, []) }
        if let properties = interfaces[BlueZ.service] { addService(path, properties) }
        if let properties = interfaces[BlueZ.characteristic], let path = CharacteristicPath(path) {
            addCharacteristic(path, properties)
        }
        return events
    }

    /// `InterfacesRemoved`.
    mutating func remove(_ path: String, _ interfaces: [String]) -> [MirrorEvent] {
        if interfaces.contains(BlueZ.battery), let path = DevicePath(path) { devices[path]?.battery = nil }
        let own = [BlueZ.adapter, BlueZ.device, BlueZ.service, BlueZ.characteristic]
        return interfaces.contains { own.contains($0) } ? removeObject(path) : []
    }

    /// `PropertiesChanged`.
    mutating func change(
        _ path: String, _ interface: String, _ changed: [String: BusValue], _ invalidated: [String]
    ) -> [MirrorEvent] {
        switch interface {
        case BlueZ.characteristic: return CharacteristicPath(path).map { changeCharacteristic($0, changed) } ?? []
        case BlueZ.device: return DevicePath(path).map { changeDevice($0, changed, invalidated) } ?? []
        case BlueZ.adapter: return changeAdapter(path, changed)
        case BlueZ.battery:
            guard let path = DevicePath(path), let device = devices[path],
                let percent = changed["Percentage"]?.integer.flatMap({ UInt8(exactly: $0) })
            else { return [] }
            devices[path]?.battery = percent
            // It is told of with the link, if that is not up yet.
            let isNews = device.battery != percent && links[device.sensor] == path
            return isNews ? [.link(.battery(device.sensor, percent: percent))] : []
        default: return []
        }
    }

    /// The tables that became known or changed since the last time. Called when nothing below a device is missing.
    mutating func takeTables() -> [MirrorEvent] {
        var events: [MirrorEvent] = []
        for (path, device) in devices.sorted(by: { $0.key < $1.key }) where device.isTableDue {
            devices[path]?.isTableDue = false
            devices[path]?.isTableKnown = true
            events.append(.link(.resolved(device.sensor, device.table)))
        }
        return events
    }

    /// BlueZ is gone, and everything with it.
    mutating func clear() -> [MirrorEvent] {
        let lost = links.keys.sorted()
        self = ObjectMirror()
        return lost.map { .link(.disconnected($0, reason: "bluetooth-service-gone")) }
    }

    // MARK: - Adapters

    private mutating func addAdapter(_ path: String, _ properties: [String: BusValue]) -> [MirrorEvent] {
        guard let index = Self.adapter(path), adapters.count < BlueZLimits.adaptersMax || adapters[index] != nil,
            let address = properties["Address"]?.string.flatMap({ SensorAddress($0) })
        else { return [] }
        let state = AdapterState(
            address: address, isPowered: properties["Powered"]?.boolean ?? false,
            isDiscovering: properties["Discovering"]?.boolean ?? false)
        guard adapters.updateValue(state, forKey: index) != state else { return [] }
        return [.link(.adapter(index, state))]
    }

    private mutating func changeAdapter(_ path: String, _ changed: [String: BusValue]) -> [MirrorEvent] {
        guard let index = Self.adapter(path), var state = adapters[index] else { return [] }
        if let address = changed["Address"]?.string.flatMap({ SensorAddress($0) }) { state.address = address }
        if let flag = changed["Powered"]?.boolean { state.isPowered = flag }
        if let flag = changed["Discovering"]?.boolean { state.isDiscovering = flag }
        guard adapters.updateValue(state, forKey: index) != state else { return [] }
        return [.link(.adapter(index, state))]
    }

    private static func adapter(_ path: String) -> AdapterIndex? {
        guard path.hasPrefix(BlueZ.root + "/") else { return nil }
        return AdapterIndex(name: path.dropFirst(BlueZ.root.count + 1))
    }

    // MARK: - Devices

    private mutating func addDevice(_ path: DevicePath, _ properties: [String: BusValue]) -> [MirrorEvent] {
        if devices[path] != nil { return changeDevice(path, properties, []) }
        guard devices.count < LinkLimits.heardMax, let device = MirroredDevice(path, properties) else { return [] }
        devices[path] = device
        var events: [MirrorEvent] = [.link(.advertised(device.advertisement(isHeard: device.rssi != nil)))]
        if device.isConnected { events += linkUp(path) }
        return events
    }

    private mutating func changeDevice(
        _ path: DevicePath, _ changed: [String: BusValue], _ invalidated: [String]
    ) -> [MirrorEvent] {
        guard let before = devices[path] else { return [] }
        var after = before
        after.update(changed, invalidated)
        guard after.sensor == before.sensor else { return rename(before, after) }
        devices[path] = after
        var events: [MirrorEvent] = []
        let isHeard = MirroredDevice.isHeard(changed)
        let known = before.advertisement(isHeard: false)
        if isHeard || after.advertisement(isHeard: false) != known {
            events.append(.link(.advertised(after.advertisement(isHeard: isHeard))))
        }
        if after.isConnected, !before.isConnected { events += linkUp(path) }
        if after.isResolved, !before.isResolved, links[after.sensor] == path { devices[path]?.isTableDue = true }
        if before.isConnected, !after.isConnected { events += linkDown(path, reason: nil) }
        return events
    }

    /// The address became the identity address: for all others this is another sensor.
    private mutating func rename(_ before: MirroredDevice, _ after: MirroredDevice) -> [MirrorEvent] {
        var events = linkDown(before.path, reason: "address-resolved")
        devices[before.path] = nil
        if devices(of: before.sensor).isEmpty { events.append(.link(.forgotten(before.sensor))) }
        var after = after
        after.isTableDue = false
        after.isTableKnown = false
        devices[before.path] = after
        events.append(.link(.advertised(after.advertisement(isHeard: false))))
        if after.isConnected { events += linkUp(before.path) }
        return events
    }

    private mutating func linkUp(_ path: DevicePath) -> [MirrorEvent] {
        guard let device = devices[path], links[device.sensor] == nil else { return [] }
        links[device.sensor] = path
        devices[path]?.isTableDue = device.isResolved
        var events: [MirrorEvent] = [.link(.connected(device.sensor, path.adapter))]
        if let percent = device.battery { events.append(.link(.battery(device.sensor, percent: percent))) }
        return events
    }

    private mutating func linkDown(_ path: DevicePath, reason: String?) -> [MirrorEvent] {
        guard let device = devices[path] else { return [] }
        devices[path]?.isTableDue = false
        devices[path]?.isTableKnown = false
        guard links[device.sensor] == path else { return [] }
        links[device.sensor] = nil
        var events: [MirrorEvent] = [.link(.disconnected(device.sensor, reason: reason))]
        // Another adapter may have a link to it as well.
        if let other = devices(of: device.sensor).first(where: { $0.isConnected && $0.path != path }) {
            events += linkUp(other.path)
        }
        return events
    }

    // MARK: - What is below a device

    private mutating func addService(_ path: String, _ properties: [String: BusValue]) {
        let parts = path.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 6, let device = DevicePath(parts[..<5].joined(separator: "/")),
            let services = devices[device]?.serviceUUIDs, services.count < BlueZLimits.servicesMax,
            let uuid = properties["UUID"]?.string.flatMap({ BluetoothUUID($0) })
        else { return }
        devices[device]?.serviceUUIDs[path] = uuid
        noteTable(of: device, changed: services[path] != uuid)
    }

    private mutating func addCharacteristic(_ path: CharacteristicPath, _ properties: [String: BusValue]) {
        guard let device = devices[path.device], let characteristic = MirroredCharacteristic(properties),
            device.characteristics.count < LinkLimits.characteristicsMax || device.characteristics[path] != nil
        else { return }
        let before = device.characteristics[path]
        devices[path.device]?.characteristics[path] = characteristic
        let isSame = before?.uuid == characteristic.uuid && before?.properties == characteristic.properties
        noteTable(of: path.device, changed: !isSame)
    }

    private mutating func changeCharacteristic(
        _ path: CharacteristicPath, _ changed: [String: BusValue]
    ) -> [MirrorEvent] {
        guard let device = devices[path.device], let before = device.characteristics[path] else { return [] }
        var events: [MirrorEvent] = []
        // Also before the link is told of: bluetoothd sends a value at once, and what changed of a device a moment later.
        if let bytes = changed["Value"]?.bytes, links[device.sensor] ?? path.device == path.device {
            events.append(.value(path, device.sensor, handle: path.handle, bytes: bytes))
        }
        if let flag = changed["Notifying"]?.boolean {
            devices[path.device]?.characteristics[path]?.isNotifying = flag
            if before.isNotifying, !flag {
                events.append(.notNotifying(path, device.sensor, handle: path.handle))
            }
        }
        return events
    }

    private mutating func noteTable(of path: DevicePath, changed: Bool) {
        guard changed, let device = devices[path], device.isResolved, links[device.sensor] == path else { return }
        devices[path]?.isTableDue = true
    }

    private mutating func removeObject(_ path: String) -> [MirrorEvent] {
        if let index = Self.adapter(path) {
            guard adapters.removeValue(forKey: index) != nil else { return [] }
            let orphans = devices.keys.filter { $0.adapter == index }.sorted()
            return orphans.flatMap { removeDevice($0) } + [.link(.adapterGone(index))]
        }
        if let device = DevicePath(path) { return removeDevice(device) }
        if let characteristic = CharacteristicPath(path) {
            guard devices[characteristic.device]?.characteristics.removeValue(forKey: characteristic) != nil else {
                return []
            }
            noteTable(of: characteristic.device, changed: true)
            return [.characteristicGone(characteristic)]
        }
        let parts = path.split(separator: "/", omittingEmptySubsequences: false)
        if parts.count == 6, let device = DevicePath(parts[..<5].joined(separator: "/")) {
            if devices[device]?.serviceUUIDs.removeValue(forKey: path) != nil { noteTable(of: device, changed: true) }
        }
        return []
    }

    private mutating func removeDevice(_ path: DevicePath) -> [MirrorEvent] {
        guard let device = devices[path] else { return [] }
        var events = linkDown(path, reason: "device-removed")
        events += device.characteristics.keys.sorted().map { .characteristicGone($0) }
        devices[path] = nil
        if devices(of: device.sensor).isEmpty { events.append(.link(.forgotten(device.sensor))) }
        return events
    }
}
