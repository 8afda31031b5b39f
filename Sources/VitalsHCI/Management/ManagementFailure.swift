import VitalsCore

/// Why a command on the management channel brought no result.
enum ManagementFailure: Error, Hashable, Sendable {
    /// The kernel answered with another status than success.
    case refused(ManagementStatus)
    /// No answer came in time.
    case deadline
    /// The answer is too short.
    case malformed
    /// The channel was closed, or the adapter removed, meanwhile.
    case closed
    /// Too many commands wait already.
    case tooMany

    /// What a gateway can make of it, with the name of the command.
    func failure(of command: ManagementCommand) -> LinkFailure {
        switch self {
        case .refused(let status): LinkFailure(Self.kind(status), "\(command.name): \(status)")
        case .deadline: LinkFailure(.deadline, "\(command.name): the kernel did not answer in time")
        case .malformed: LinkFailure(.other, "\(command.name): the kernel's answer cannot be read")
        case .closed: LinkFailure(.serviceGone, "\(command.name): the adapter, or the management channel, is gone")
        case .tooMany: LinkFailure(.inProgress, "\(command.name): too many commands wait for the kernel")
        }
    }

    private static func kind(_ status: ManagementStatus) -> LinkFailure.Kind {
        switch status {
        case .notConnected, .disconnected: .notConnected
        case .authenticationFailed, .cancelled: .authentication
        case .notPaired: .notPaired
        case .noResources: .connectionLimit
        case .timeout: .deadline
        case .alreadyConnected: .alreadyConnected
        case .busy, .rejected: .inProgress
        case .notSupported, .unknownCommand: .notSupported
        case .notPowered, .blocked: .notReady
        case .invalidIndex: .doesNotExist
        case .permissionDenied: .accessDenied
        default: .other
        }
    }
}
