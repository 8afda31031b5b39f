import VitalsModel
import VitalsSystemd

/// Answers bluetoothd's questions during a pairing (bluez 5.66, doc/agent-api.txt). Only sensors that the gateway itself
/// uses, or is connecting to, get an answer; all others are refused.
struct PairingAgent {
    /// Where it lives on our connection.
    static let path = "/org/vitalsd/agent"
    static let rejected = BusAnswer.error(
        BusError(name: "org.bluez.Error.Rejected", message: "this gateway did not ask for it"))

    let passkeys: [SensorAddress: UInt32]

    /// What the gateway can do: give a passkey, if any is configured. A sensor that can do nothing is paired by Just Works
    /// either way.
    var capability: String { passkeys.isEmpty ? "NoInputNoOutput" : "KeyboardOnly" }

    /// The answer to a call. `isWanted`: whether the gateway itself uses this sensor, or connects to it; `sensor` is
    /// nil for calls that are about none, and for devices that nobody knows.
    func answer(_ member: String, _ arguments: [BusValue], sensor: SensorAddress?, isWanted: Bool) -> BusAnswer? {
        switch member {
        case "Release", "Cancel": return .values([])
        case "RequestPinCode", "RequestPasskey", "RequestConfirmation", "RequestAuthorization", "AuthorizeService",
            "DisplayPinCode", "DisplayPasskey":
            guard let sensor, isWanted else { return Self.rejected }
            return answer(member, arguments, passkey: passkeys[sensor])
        default: return nil
        }
    }

    private func answer(_ member: String, _ arguments: [BusValue], passkey: UInt32?) -> BusAnswer {
        switch (member, passkey) {
        case ("RequestAuthorization", nil), ("AuthorizeService", _): .values([])
        case ("RequestPasskey", let passkey?): .values([.uint32(passkey)])
        // Both sides show a number: it is right if it is the one that is configured.
        case ("RequestConfirmation", let passkey?) where arguments.last?.integer == Int64(passkey): .values([])
        // Just Works would give up what the passkey protects; nobody here reads a display; a PIN is for old Bluetooth.
        default: Self.rejected
        }
    }
}
