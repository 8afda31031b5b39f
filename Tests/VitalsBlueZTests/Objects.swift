import VitalsSystemd

/// BlueZ's objects as they look on the bus.
enum Objects {
    static let adapter = "/org/bluez/hci0"
    static let device = "/org/bluez/hci0/dev_C0_00_00_00_00_01"
    static let service = device + "/service000a"
    static let characteristic = service + "/char000b"

    static func interfaces(_ interfaces: [String: [String: BusValue]]) -> BusValue {
        let entries = interfaces.sorted { $0.key < $1.key }.map {
            BusEntry(key: .string($0.key), value: .properties($0.value))
        }
        return .dictionary(entries, key: "s", value: "a{sv}")
    }

    /// The answer of `GetManagedObjects`.
    static func managed(_ objects: [String: [String: [String: BusValue]]]) -> BusValue {
        let entries = objects.map { BusEntry(key: .objectPath($0.key), value: interfaces($0.value)) }
        return .dictionary(entries, key: "o", value: "a{sa{sv}}")
    }

    static func adapterProperties(powered: Bool = true) -> [String: BusValue] {
        ["Address": .string("00:AA:01:00:00:00"), "Powered": .boolean(powered), "Discovering": .boolean(false)]
    }

    static func deviceProperties(
        _ address: String = "C0:00:00:00:00:01", connected: Bool = false, resolved: Bool = false,
        more: [String: BusValue] = [:]
    ) -> [String: BusValue] {
        let base: [String: BusValue] = [
            "Address": .string(address), "Name": .string("Strap"), "Paired": .boolean(false),
            "UUIDs": .strings(["0000180d-0000-1000-8000-00805f9b34fb"]), "Connected": .boolean(connected),
            "ServicesResolved": .boolean(resolved),
        ]
        return base.merging(more) { $1 }
    }

    static let serviceProperties: [String: BusValue] = ["UUID": .string("0000180d-0000-1000-8000-00805f9b34fb")]

    static func characteristicProperties(
        _ flags: [String] = ["notify"], notifying: Bool = false
    ) -> [String: BusValue] {
        [
            "UUID": .string("00002a37-0000-1000-8000-00805f9b34fb"), "Flags": .strings(flags),
            "Notifying": .boolean(notifying),
        ]
    }

    /// One adapter and a strap with a table of one characteristic.
    static func world(connected: Bool, resolved: Bool) -> BusValue {
        managed([
            adapter: ["org.bluez.Adapter1": adapterProperties()],
            device: ["org.bluez.Device1": deviceProperties(connected: connected, resolved: resolved)],
            service: ["org.bluez.GattService1": serviceProperties],
            characteristic: ["org.bluez.GattCharacteristic1": characteristicProperties()],
        ])
    }
}
