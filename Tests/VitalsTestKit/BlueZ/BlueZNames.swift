import VitalsCore
import VitalsModel
import VitalsSystemd

/// The names of BlueZ on the bus.
enum BlueZ {
    static let name = "org.bluez"
    static let root = "/org/bluez"
    static let adapter = "org.bluez.Adapter1"
    static let device = "org.bluez.Device1"
    static let battery = "org.bluez.Battery1"
    static let service = "org.bluez.GattService1"
    static let characteristic = "org.bluez.GattCharacteristic1"
    static let agentManager = "org.bluez.AgentManager1"
    static let agent = "org.bluez.Agent1"
    static let properties = "org.freedesktop.DBus.Properties"
    static let objectManager = "org.freedesktop.DBus.ObjectManager"

    static func path(_ index: AdapterIndex) -> String { "\(root)/\(index)" }

    static func path(_ sensor: SensorAddress, on index: AdapterIndex) -> String {
        "\(path(index))/dev_\(sensor.description.replacing(":", with: "_"))"
    }

    /// `0000180d-0000-1000-8000-00805f9b34fb`, as BlueZ writes UUIDs.
    static func text(_ uuid: BluetoothUUID) -> String {
        let digits = Array(String(uuid.high, radix: 16).leftPadded(16) + String(uuid.low, radix: 16).leftPadded(16))
        let ends = [8, 12, 16, 20, 32]
        return zip([0] + ends, ends).map { String(digits[$0..<$1]) }.joined(separator: "-")
    }

    static func error(_ name: String, _ message: String) -> BusAnswer {
        .error(BusError(name: "org.bluez.Error.\(name)", message: message))
    }

    static let inProgress = error("InProgress", "Operation already in progress")
    static let notReady = error("NotReady", "Resource Not Ready")
    static let doesNotExist = error("DoesNotExist", "Does Not Exist")
    static let notSupported = error("NotSupported", "Operation is not supported")
    static let notConnected = error("Failed", "Not connected")
    static let notPaired = error("NotPermitted", "Not paired")
    static let abort = error("Failed", "le-connection-abort-by-local")
    static let canceled = error("Failed", "br-connection-canceled")
    static let denied = BusAnswer.error(
        BusError(name: BusError.accessDenied, message: "Rejected send message, the policy forbids it"))

    /// What BlueZ says in such a case.
    static func error(_ kind: LinkFailure.Kind) -> BusAnswer {
        switch kind {
        case .inProgress: inProgress
        case .notConnected: notConnected
        case .alreadyConnected: error("AlreadyConnected", "Already Connected")
        case .notReady: notReady
        case .notPermitted: error("NotPermitted", "Notify acquired")
        case .notSupported: notSupported
        case .notPaired: notPaired
        case .authentication: error("AuthenticationFailed", "Authentication Failed")
        case .doesNotExist: doesNotExist
        case .connectionLimit: error("Failed", "le-connection-concurrent-connection-limit")
        case .attribute(let code): attribute(code)
        case .deadline, .serviceGone: .error(BusError(name: BusError.noReply, message: "no reply"))
        case .accessDenied: denied
        case .other: error("Failed", "le-connection-abort-by-local")
        }
    }

    /// `create_gatt_dbus_error` of BlueZ 5.66.
    static func attribute(_ code: UInt8) -> BusAnswer {
        switch code {
        case 0x02, 0x03: error("NotPermitted", "Read not permitted")
        case 0x05, 0x0C, 0x0F: notPaired
        case 0x06: notSupported
        case 0x07: error("InvalidArguments", "Invalid offset")
        case 0x08: error("NotAuthorized", "Not Authorized")
        case 0x0D: error("InvalidArguments", "Invalid Length")
        default: error("Failed", "Operation failed with ATT error: 0x\(String(code, radix: 16).leftPadded(2))")
        }
    }

    /// The flags of GattCharacteristic1.
    static func flags(_ properties: RemoteCharacteristic.Properties) -> [String] {
        let names: [(RemoteCharacteristic.Properties, String)] = [
            (.read, "read"), (.writeWithoutResponse, "write-without-response"), (.write, "write"),
            (.notify, "notify"), (.indicate, "indicate"),
        ]
        return names.filter { properties.contains($0.0) }.map(\.1)
    }
}

extension String {
    /// Zeros before it, up to so many digits.
    func leftPadded(_ count: Int) -> String { String(repeating: "0", count: max(0, count - self.count)) + self }
}
