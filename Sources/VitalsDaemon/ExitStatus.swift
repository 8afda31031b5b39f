internal import VitalsFiles
internal import VitalsHCI
internal import VitalsKernels
internal import VitalsMQTT
internal import VitalsStore
internal import VitalsSystemd

/// Exit statuses, as sysexits(3) numbers them.
public enum ExitStatus {
    /// All is well.
    public static let ok: Int32 = 0
    /// The command line was wrong.
    public static let usage: Int32 = 64
    /// The input was wrong.
    public static let badInput: Int32 = 65
    /// Something that is needed is not there.
    public static let unavailable: Int32 = 69
    /// A fault of ours.
    public static let `internal`: Int32 = 70
    /// An output cannot be created.
    public static let cannotCreate: Int32 = 73
    /// Reading or writing failed.
    public static let inputOutput: Int32 = 74
    /// The configuration is wrong.
    public static let configuration: Int32 = 78

    /// The status of an error.
    public static func of(_ error: any Error) -> Int32 {
        switch error {
        case is ConfigurationError: configuration
        case is KernelError: usage
        case is FileError: badInput
        case let error as JournalError: of(error)
        case let error as MQTTError:
            error.code == .invalidSettings || error.code == .unreadableFile ? configuration : unavailable
        case is SystemdError, is BusError: unavailable
        case let error as HCIError: error.code == .file ? cannotCreate : unavailable
        case is PipelineError: inputOutput
        default: `internal`
        }
    }

    private static func of(_ error: JournalError) -> Int32 {
        switch error.code {
        case .cannotCreate: cannotCreate
        case .invalidName, .sealed, .otherKey, .unusableKey: configuration
        case .absent, .notAJournal, .newerFormat, .otherGateway, .damaged, .outOfSequence, .differs: badInput
        case .inUse, .busy, .readTooLong: unavailable
        case .noAccess, .diskFull, .inputOutput: inputOutput
        case .invalidAcknowledgement, .closed, .sqlite: `internal`
        }
    }
}
