import VitalsModel
import VitalsSystemd

/// The names of BlueZ on the bus (bluez 5.66, doc/*-api.txt), and calls to it.
enum BlueZ {
    static let name = "org.bluez"
    static let adapter = "org.bluez.Adapter1"
    static let device = "org.bluez.Device1"
    static let service = "org.bluez.GattService1"
    static let characteristic = "org.bluez.GattCharacteristic1"
    static let battery = "org.bluez.Battery1"
    static let agentManager = "org.bluez.AgentManager1"
    static let agent = "org.bluez.Agent1"
    static let objectManager = "org.freedesktop.DBus.ObjectManager"
    static let properties = "org.freedesktop.DBus.Properties"
    static let root = "/org/bluez"

    /// Everything that BlueZ knows.
    static let managedObjects = BusCall(name, "/", objectManager, "GetManagedObjects")

    /// The object of an adapter.
    static func path(of adapter: String) -> String { "\(root)/\(adapter)" }

    /// Sets a property of an object.
    static func set(_ property: String, of path: String, _ interface: String, to value: BusValue) -> BusCall {
        BusCall(name, path, properties, "Set", [.string(interface), .string(property), .variant(value)])
    }
}
