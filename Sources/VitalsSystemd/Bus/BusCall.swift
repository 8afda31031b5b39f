/// A method call to be made.
public struct BusCall: Hashable, Sendable {
    /// The name that is called, unique or well known.
    public var destination: String
    /// The object.
    public var path: String
    /// The interface of the method.
    public var interface: String
    /// The method.
    public var member: String
    /// Its arguments.
    public var arguments: [BusValue]
    /// Whether the bus may start the service that has the name, when nobody has.
    public var startsService = false

    /// A call.
    public init(
        _ destination: String, _ path: String, _ interface: String, _ member: String, _ arguments: [BusValue] = []
    ) {
        self.destination = destination
        self.path = path
        self.interface = interface
        self.member = member
        self.arguments = arguments
    }

    /// A call to the bus itself.
    public static func toBus(_ member: String, _ arguments: [BusValue]) -> BusCall {
        BusCall("org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus", member, arguments)
    }
}
