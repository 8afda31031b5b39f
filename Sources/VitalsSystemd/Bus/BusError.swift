internal import CSystemd

/// An error that came over the bus, with the name and the words of whoever sent it, or one of this side of it.
public struct BusError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The D-Bus name of the error, such as `org.bluez.Error.Failed`.
    public let name: String
    /// The sender's own words; may be empty.
    public let message: String
    /// Whether nobody answered: the call's own deadline passed.
    public let isDeadline: Bool

    /// An error, as a server sends it.
    public init(name: String, message: String) {
        self.init(name: name, message: message, isDeadline: false)
    }

    init(name: String, message: String, isDeadline: Bool) {
        self.name = name
        self.message = message
        self.isDeadline = isDeadline
    }

    /// A call of libsystemd failed: a negative errno.
    init(code: Int32, call: String) {
        var error = unsafe sd_bus_error()
        unsafe sd_bus_error_set_errno(&error, -code)
        name = unsafe error.name.map { unsafe String(cString: $0) } ?? Self.failed
        message = SystemdError(code: code, call: call).description
        isDeadline = false
        unsafe sd_bus_error_free(&error)
    }

    static func check(_ result: Int32, _ call: String) throws(BusError) {
        guard result >= 0 else { throw BusError(code: result, call: call) }
    }

    /// Name and words as one line.
    public var description: String { message.isEmpty ? name : "\(name): \(message)" }

    /// Anything that has no name of its own.
    public static let failed = "org.freedesktop.DBus.Error.Failed"
    /// The recipient did not answer: it went away, or the deadline passed.
    public static let noReply = "org.freedesktop.DBus.Error.NoReply"
    /// There is no connection to the bus any more.
    public static let disconnected = "org.freedesktop.DBus.Error.Disconnected"
    /// The policy of the bus forbids the call.
    public static let accessDenied = "org.freedesktop.DBus.Error.AccessDenied"
    /// The object has no such interface or method.
    public static let unknownMethod = "org.freedesktop.DBus.Error.UnknownMethod"
    /// There is no such object.
    public static let unknownObject = "org.freedesktop.DBus.Error.UnknownObject"
    /// Nobody has that name, and nobody can be started who would.
    public static let serviceUnknown = "org.freedesktop.DBus.Error.ServiceUnknown"
    /// Nobody has that name.
    public static let nameHasNoOwner = "org.freedesktop.DBus.Error.NameHasNoOwner"
    /// The arguments are not those of the method.
    public static let invalidArguments = "org.freedesktop.DBus.Error.InvalidArgs"
    /// A message, or what is under way, is larger than is allowed.
    public static let limitsExceeded = "org.freedesktop.DBus.Error.LimitsExceeded"
    /// A message breaks the rules of the D-Bus specification.
    public static let inconsistentMessage = "org.freedesktop.DBus.Error.InconsistentMessage"
}
