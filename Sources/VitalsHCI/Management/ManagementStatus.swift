/// The status that the kernel's Bluetooth management interface answers a command with.
///
/// Source: the Management API of BlueZ (doc/mgmt-api.txt, "Status values"); libbluetooth has no header for it.
public struct ManagementStatus: RawRepresentable, Hashable, Sendable, CustomStringConvertible {
    /// The octet of the answer.
    public let rawValue: UInt8
    /// From the octet of the answer.
    public init(rawValue: UInt8) { self.rawValue = rawValue }

    static let success = ManagementStatus(rawValue: 0x00)
    static let unknownCommand = ManagementStatus(rawValue: 0x01)
    static let notConnected = ManagementStatus(rawValue: 0x02)
    static let failed = ManagementStatus(rawValue: 0x03)
    static let connectFailed = ManagementStatus(rawValue: 0x04)
    static let authenticationFailed = ManagementStatus(rawValue: 0x05)
    static let notPaired = ManagementStatus(rawValue: 0x06)
    static let noResources = ManagementStatus(rawValue: 0x07)
    static let timeout = ManagementStatus(rawValue: 0x08)
    static let alreadyConnected = ManagementStatus(rawValue: 0x09)
    static let busy = ManagementStatus(rawValue: 0x0A)
    static let rejected = ManagementStatus(rawValue: 0x0B)
    static let notSupported = ManagementStatus(rawValue: 0x0C)
    static let invalidParameters = ManagementStatus(rawValue: 0x0D)
    static let disconnected = ManagementStatus(rawValue: 0x0E)
    static let notPowered = ManagementStatus(rawValue: 0x0F)
    static let cancelled = ManagementStatus(rawValue: 0x10)
    static let invalidIndex = ManagementStatus(rawValue: 0x11)
    static let blocked = ManagementStatus(rawValue: 0x12)
    static let alreadyPaired = ManagementStatus(rawValue: 0x13)
    static let permissionDenied = ManagementStatus(rawValue: 0x14)

    private static let names = [
        "Success", "Unknown Command", "Not Connected", "Failed", "Connect Failed", "Authentication Failed",
        "Not Paired", "No Resources", "Timeout", "Already Connected", "Busy", "Rejected", "Not Supported",
        "Invalid Parameters", "Disconnected", "Not Powered", "Cancelled", "Invalid Index", "RFKilled",
        "Already Paired", "Permission Denied",
    ]

    /// The interface's own name for it: `Not Powered`.
    public var description: String {
        Self.names.indices.contains(Int(rawValue)) ? Self.names[Int(rawValue)] : "status \(rawValue)"
    }
}
