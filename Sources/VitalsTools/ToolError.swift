import VitalsCapture
import VitalsCore
import VitalsDaemon
import VitalsFiles
import VitalsMQTT
import VitalsSystemd

/// Why a command could not do what it was asked: what it is about, what is wrong, what to do, and the exit status.
///
/// It holds no value of a patient and no secret.
public struct ToolError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What the error says after the program's name: `night.jsonl: line 12: …; …`.
    public let description: String
    /// The exit status, one of `ExitStatus`.
    public let status: Int32

    /// `subject: fault; remedy`.
    public init(_ subject: String, _ fault: String, remedy: String, status: Int32) {
        description = "\(subject): \(fault); \(remedy)"
        self.status = status
    }

    /// A sentence that says all of that by itself.
    init(_ description: String, status: Int32) {
        self.description = description
        self.status = status
    }

    /// An error of a module below: its own words, its own status.
    public init(_ error: any Error) {
        switch error {
        case let error as ToolError:
            self = error
        case let error as FileError:
            description = Self.text(error)
            status = Self.status(error)
        case let error as MQTTError where error.code == .invalidSettings:
            description = error.description
            status = ExitStatus.usage
        case let error as RecordLineError:
            description = error.description
            status = ExitStatus.badInput
        case let error as BusError:
            description = "\(error); run 'vitalsctl doctor', which says what is missing"
            status = ExitStatus.of(error)
        case let error as CaptureError:
            description = error.description
            status = ExitStatus.badInput
        default:
            description = "\(error)"
            status = ExitStatus.of(error)
        }
    }

    /// The file first, as in every other error.
    private static func text(_ error: FileError) -> String {
        switch error.fault {
        case .system(let number, let text):
            "\(error.path): cannot \(error.operation) it: \(text) (\(number)); \(error.remedy)"
        case .compression(let text): "\(error.path): \(text); \(error.remedy)"
        case .content: error.description
        }
    }

    /// What cannot be read is bad input; what cannot be made or written is not the input's fault.
    private static func status(_ error: FileError) -> Int32 {
        switch error.operation {
        case "create": ExitStatus.cannotCreate
        case "write", "store", "compress": ExitStatus.inputOutput
        default: ExitStatus.of(error)
        }
    }
}

/// The reader of an output has gone away, as `head` does: there is nobody left to tell anything.
public struct ClosedPipe: Error {}
