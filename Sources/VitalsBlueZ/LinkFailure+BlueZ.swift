import VitalsCore
import VitalsModel
import VitalsSystemd

/// What BlueZ's errors mean to the gateway (bluez 5.66, src/error.c and src/gatt-client.c, create_gatt_dbus_error; measured:
/// see the tests). Names decide first; where BlueZ says `Failed` for everything, its words do. They are kept as they are.
extension LinkFailure {
    init(_ error: BusError) {
        self.init(Self.kind(of: error), error.description)
    }

    private static func kind(of error: BusError) -> Kind {
        if error.isDeadline { return .deadline }
        let prefix = "org.bluez.Error."
        guard error.name.hasPrefix(prefix) else { return kind(ofBusError: error.name) }
        switch error.name.dropFirst(prefix.count) {
        case "InProgress", "Busy": return .inProgress
        case "Failed": return kind(ofWords: error.message)
        case "NotReady", "Blocked": return .notReady
        case "NotConnected": return .notConnected
        case "AlreadyConnected": return .alreadyConnected
        case "DoesNotExist": return .doesNotExist
        case "NotSupported": return .notSupported
        case "NotPermitted": return error.message.contains("Not paired") ? .notPaired : .notPermitted
        case "NotAuthorized": return .notPermitted
        case "AuthenticationFailed", "AuthenticationCanceled", "AuthenticationRejected", "AuthenticationTimeout":
            return .authentication
        case "InvalidArguments" where error.message.contains("Invalid offset"): return .attribute(0x07)
        case "InvalidArguments" where error.message.contains("Invalid Length"): return .attribute(0x0D)
        default: return .other
        }
    }

    private static func kind(ofBusError name: String) -> Kind {
        switch name {
        case BusError.accessDenied: .accessDenied
        // Not our deadline: the recipient went away without an answer.
        case BusError.noReply, BusError.disconnected, BusError.serviceUnknown, BusError.nameHasNoOwner: .serviceGone
        case BusError.unknownObject, BusError.unknownMethod, "org.freedesktop.DBus.Error.UnknownInterface":
            .doesNotExist
        default: .other
        }
    }

    private static func kind(ofWords words: String) -> Kind {
        if let code = attributeError(in: words) { return kind(ofAttributeError: code) }
        let meanings: [(String, Kind)] = [
            ("already in progress", .inProgress), ("Not connected", .notConnected), ("Not paired", .notPaired),
            ("-concurrent-connection-limit", .connectionLimit), ("-already-connected", .alreadyConnected),
            ("-adapter-not-powered", .notReady), ("Resource Not Ready", .notReady), ("-not-supported", .notSupported),
        ]
        return meanings.first { words.contains($0.0) }?.1 ?? .other
    }

    /// `Operation failed with ATT error: 0x80`.
    private static func attributeError(in words: String) -> UInt8? {
        let mark = "ATT error: 0x"
        guard let end = words.ranges(of: mark).first?.upperBound else { return nil }
        return UInt8(words[end...].prefix(2), radix: 16)
    }

    /// Core 5.4, volume 3, part F, 3.4.1.1: insufficient authentication, key size and encryption ask for a bond.
    private static func kind(ofAttributeError code: UInt8) -> Kind {
        switch code {
        case 0x05, 0x0C, 0x0F: .notPaired
        default: .attribute(code)
        }
    }
}
