/// Why a command of a link backend failed.
public struct LinkFailure: Error, Hashable, Sendable, CustomStringConvertible {
    /// What the gateway can make of it.
    public var kind: Kind
    /// The backend's own words, such as `org.bluez.Error.Failed: le-connection-abort-by-local`.
    public var message: String

    /// A failure.
    public init(_ kind: Kind, _ message: String) {
        self.kind = kind
        self.message = message
    }

    /// What the gateway can make of a failure.
    public enum Kind: Hashable, Sendable {
        /// The same or another operation is going on.
        case inProgress
        /// There is no link.
        case notConnected
        /// There is a link already.
        case alreadyConnected
        /// The adapter is off or not ready.
        case notReady
        /// The other side, or another client of the service, forbids it.
        case notPermitted
        /// It cannot be done with this characteristic or adapter.
        case notSupported
        /// The link is not encrypted, or the sensor is not paired.
        case notPaired
        /// Pairing failed, or the bond is not accepted.
        case authentication
        /// What it was about is not there (any more).
        case doesNotExist
        /// The controller has no room for another link.
        case connectionLimit
        /// The sensor answered with this ATT error code.
        case attribute(UInt8)
        /// No answer came in time.
        case deadline
        /// The service went away meanwhile.
        case serviceGone
        /// The bus's policy, or the kernel, does not let this process do it.
        case accessDenied
        /// Anything else.
        case other
    }

    /// The backend's own words.
    public var description: String { message }
}
