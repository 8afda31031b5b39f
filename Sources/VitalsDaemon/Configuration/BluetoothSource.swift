public import VitalsCore
internal import VitalsJSON
public import VitalsModel

/// Live sensors, and how they are connected to.
public struct BluetoothSource: Sendable {
    /// What carries the links.
    public var backend: Backend
    /// How links are made and kept.
    public var links: LinkConfiguration
    /// The passkeys of sensors that are paired with one, 0 to 999999.
    public var passkeys: [SensorAddress: UInt32]
    /// Where the flight recorder looks for requests; nil when none are made.
    public var freezeFolder: String?
    /// Where requests to reset a controller are left; nil when none are made.
    public var resetFolder: String?

    /// What carries the links.
    public enum Backend: String, Sendable {
        /// bluetoothd, over D-Bus.
        case bluez
        /// The kernel's sockets, without bluetoothd.
        case att
    }
}

extension BluetoothSource {
    /// Reads `[bluetooth]`, `[recorder]` and the links of `[[sensor]]`.
    init(_ document: TOMLDocument, _ reader: ConfigurationReader, isNeeded: Bool) throws(ConfigurationError) {
        backend = Backend(rawValue: reader.text("bluetooth.backend")) ?? .bluez
        passkeys = [:]
        let folder = reader.text("recorder.freeze_folder")
        freezeFolder = folder.isEmpty ? nil : folder
        links = LinkConfiguration()
        links.adapters = reader.texts("bluetooth.adapters").compactMap { text in
            AdapterIndex(name: text).map { .index($0) } ?? SensorAddress(text).map { .address($0) }
        }
        links.slots = reader.integer("bluetooth.slots")
        links.rotation = .seconds(Int64(reader.integer("bluetooth.rotation_seconds")))
        links.admitsBonded = reader.truth("bluetooth.admit_bonded")
        links.admittedServices = reader.texts("bluetooth.admit_services").compactMap { BluetoothUUID($0) }
        links.stale = .seconds(Int64(reader.integer("bluetooth.stale_seconds")))
        links.adapterSilence = .seconds(Int64(reader.integer("bluetooth.adapter_silence_seconds")))
        let resets = reader.text("bluetooth.reset_folder")
        resetFolder = resets.isEmpty ? nil : resets
        // Without bluetoothd the daemon has the capability itself.
        links.resetsAdapter = resetFolder != nil || backend == .att
        links.qualityInterval = .seconds(Int64(reader.integer("bluetooth.quality_seconds")))
        for (index, table) in (document.root["sensor"]?.array ?? []).enumerated() {
            let sensor = try ConfigurationReader(document, sensor: index, table)
            guard let address = SensorAddress(sensor.text("sensor.address")) else { continue }
            links.sensors[address] = Self.link(sensor)
            if sensor.isSet("sensor.passkey") { passkeys[address] = UInt32(sensor.integer("sensor.passkey")) }
        }
        let admitsAny = !links.sensors.isEmpty || links.admitsBonded || !links.admittedServices.isEmpty
        guard !isNeeded || admitsAny else {
            throw reader.error(
                at: "bluetooth",
                "no sensor may be connected to: add a [[sensor]] with its 'address' (vitalsctl scan shows those "
                    + "around), or set 'admit_bonded' or 'admit_services' of [bluetooth]")
        }
    }

    private static func link(_ sensor: ConfigurationReader) -> SensorLink {
        var link = SensorLink()
        link.priority = sensor.integer("sensor.priority")
        link.requiresBond = sensor.truth("sensor.bond_required")
        link.method = SubscriptionMethod(rawValue: sensor.text("sensor.notify")) ?? link.method
        link.fetchesStoredRecords = sensor.truth("sensor.fetch_stored_records")
        link.deletesStoredRecords = sensor.truth("sensor.delete_stored_records")
        link.setsClock = sensor.truth("sensor.set_clock")
        return link
    }
}
