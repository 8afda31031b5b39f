/// Why the kernel's Bluetooth interface could not be used: what was attempted, what stood in its way, what to do.
public struct HCIError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The kind of failure.
    public enum Code: Hashable, Sendable {
        /// The kernel has no Bluetooth.
        case unsupported
        /// A capability is missing.
        case accessDenied
        /// There is no such adapter.
        case noAdapter
        /// The adapter is switched off by rfkill.
        case blocked
        /// The kernel, or the controller, did not answer in time.
        case deadline
        /// The kernel refused a command on the management channel, with this status.
        case refused(ManagementStatus)
        /// A file or folder cannot be used.
        case file
        /// What the kernel sent cannot be read.
        case malformed
        /// The operating system refused it, with this error number.
        case system(Int32)
    }

    /// The kind of failure.
    public let code: Code
    /// What was attempted: `open the HCI monitor channel`.
    public let operation: String
    /// What stood in its way, and the remedy.
    public let message: String

    /// A failure.
    public init(_ code: Code, operation: String, message: String) {
        self.code = code
        self.operation = operation
        self.message = message
    }

    /// `open the HCI monitor channel: Operation not permitted (1); give the unit AmbientCapabilities=CAP_NET_RAW`.
    public var description: String { "\(operation): \(message)" }
}
