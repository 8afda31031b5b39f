/// A signal, as received or to be sent.
public struct BusSignal: Hashable, Sendable {
    /// The unique name of whoever sent it; empty in a signal to be sent.
    public var sender: String
    /// The one who gets it; nil: all who want it.
    public var destination: String?
    /// The object that it is about.
    public var path: String
    /// The interface of the signal.
    public var interface: String
    /// The signal.
    public var member: String
    /// Its arguments.
    public var arguments: [BusValue]

    /// A signal to be sent.
    public init(
        _ path: String, _ interface: String, _ member: String, _ arguments: [BusValue] = [],
        to destination: String? = nil
    ) {
        self.sender = ""
        self.destination = destination
        self.path = path
        self.interface = interface
        self.member = member
        self.arguments = arguments
    }
}
