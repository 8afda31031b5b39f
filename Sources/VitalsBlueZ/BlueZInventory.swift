public import VitalsCore
import VitalsModel
public import VitalsSystemd

/// What bluetoothd knows at one moment, for the tools. It changes nothing.
public struct BlueZInventory: Hashable, Sendable {
    /// The adapters, by index.
    public var adapters: [Adapter]
    /// The sensors under each adapter: those that are remembered, and those that were heard in the last half minute.
    public var sensors: [Sensor]

    /// An adapter.
    public struct Adapter: Hashable, Sendable {
        /// The kernel's index.
        public var index: AdapterIndex
        /// Its address, and what it does.
        public var state: AdapterState
    }

    /// A sensor, or any other device.
    public struct Sensor: Hashable, Sendable {
        /// What there is to say of it; the signal strength is there while somebody listens.
        public var advertisement: Advertisement
        /// The battery level, %.
        public var battery: UInt8?
        /// Its GATT table, as far as it is remembered.
        public var table: [RemoteCharacteristic]
    }

    /// Asks bluetoothd, and waits for the answer. The error's name tells what is wrong: `ServiceUnknown` or
    /// `NameHasNoOwner` (it does not run), `AccessDenied` (the bus's policy), a deadline (it hangs).
    public static func read(from bus: BusConnection) throws(BusError) -> BlueZInventory {
        let values = try bus.callAndWait(BlueZ.managedObjects, deadline: LinkLimits.callDeadline)
        var mirror = ObjectMirror()
        _ = mirror.load(values.first ?? .dictionary([], key: "o", value: "a{sa{sv}}"))
        return BlueZInventory(
            adapters: mirror.adapters.sorted { $0.key < $1.key }.map { Adapter(index: $0.key, state: $0.value) },
            sensors: mirror.devices.values.sorted { $0.path < $1.path }.map { device in
                Sensor(
                    advertisement: device.advertisement(isHeard: true), battery: device.battery, table: device.table)
            })
    }
}
