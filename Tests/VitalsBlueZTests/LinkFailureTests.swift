import Testing
import VitalsCore
import VitalsSystemd

@testable import VitalsBlueZ

@Suite("BlueZ's errors")
struct LinkFailureTests {
    static let table: [(String, String, LinkFailure.Kind)] = [
        ("org.bluez.Error.InProgress", "Operation already in progress", .inProgress),
        ("org.bluez.Error.Failed", "Operation already in progress", .inProgress),
        ("org.bluez.Error.Busy", "", .inProgress),
        ("org.bluez.Error.Failed", "Not connected", .notConnected),
        ("org.bluez.Error.NotConnected", "Not Connected", .notConnected),
        ("org.bluez.Error.AlreadyConnected", "Already Connected", .alreadyConnected),
        ("org.bluez.Error.Failed", "le-connection-already-connected", .alreadyConnected),
        ("org.bluez.Error.NotReady", "Resource Not Ready", .notReady),
        ("org.bluez.Error.Blocked", "Blocked through rfkill", .notReady),
        ("org.bluez.Error.Failed", "le-connection-adapter-not-powered", .notReady),
        ("org.bluez.Error.NotPermitted", "Notify acquired", .notPermitted),
        ("org.bluez.Error.NotPermitted", "Read not permitted", .notPermitted),
        ("org.bluez.Error.NotPermitted", "Not paired", .notPaired),
        ("org.bluez.Error.NotAuthorized", "Operation Not Authorized", .notPermitted),
        ("org.bluez.Error.NotSupported", "Operation is not supported", .notSupported),
        ("org.bluez.Error.AuthenticationFailed", "Authentication Failed", .authentication),
        ("org.bluez.Error.AuthenticationTimeout", "Authentication Timeout", .authentication),
        ("org.bluez.Error.AuthenticationCanceled", "Authentication Canceled", .authentication),
        ("org.bluez.Error.AuthenticationRejected", "Authentication Rejected", .authentication),
        ("org.bluez.Error.DoesNotExist", "Does Not Exist", .doesNotExist),
        ("org.freedesktop.DBus.Error.UnknownObject", "Method \"Connect\" doesn't exist", .doesNotExist),
        ("org.bluez.Error.Failed", "le-connection-concurrent-connection-limit", .connectionLimit),
        ("org.bluez.Error.Failed", "Operation failed with ATT error: 0x80", .attribute(0x80)),
        ("org.bluez.Error.Failed", "Operation failed with ATT error: 0xfd", .attribute(0xFD)),
        ("org.bluez.Error.Failed", "Operation failed with ATT error: 0x0f", .notPaired),
        ("org.bluez.Error.Failed", "Operation failed with ATT error: 0x", .other),
        ("org.bluez.Error.InvalidArguments", "Invalid offset", .attribute(0x07)),
        ("org.bluez.Error.InvalidArguments", "Invalid Length", .attribute(0x0D)),
        ("org.bluez.Error.InvalidArguments", "Invalid arguments in method call", .other),
        ("org.bluez.Error.Failed", "le-connection-abort-by-local", .other),
        ("org.bluez.Error.Failed", "br-connection-canceled", .other),
        ("org.bluez.Error.SomethingNew", "?", .other),
        ("org.freedesktop.DBus.Error.AccessDenied", "Rejected send message", .accessDenied),
        ("org.freedesktop.DBus.Error.ServiceUnknown", "The name is not activatable", .serviceGone),
        ("org.freedesktop.DBus.Error.NameHasNoOwner", "Could not get owner", .serviceGone),
        ("org.freedesktop.DBus.Error.NoReply", "Message recipient disconnected from message bus", .serviceGone),
        ("org.freedesktop.DBus.Error.Disconnected", "the connection to the bus was lost", .serviceGone),
        ("org.freedesktop.DBus.Error.LimitsExceeded", "too much", .other),
    ]

    @Test("each means what it means, and keeps BlueZ's own words (lesson 9)", arguments: table)
    func meaning(_ name: String, _ words: String, _ kind: LinkFailure.Kind) {
        let failure = LinkFailure(BusError(name: name, message: words))
        #expect(failure.kind == kind)
        #expect(failure.message == (words.isEmpty ? name : "\(name): \(words)"))
    }
}
