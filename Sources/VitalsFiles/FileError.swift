public import VitalsCapture

/// Why a file cannot be read or written: which, what was tried, what the system or the content said, what to do.
public struct FileError: Error, Hashable, Sendable {
    /// What is wrong.
    public enum Fault: Hashable, Sendable {
        /// The system refused: its error number, and its own words for it.
        case system(number: Int32, text: String)
        /// The compressed data are cut or damaged, or zlib refused to work.
        case compression(String)
        /// The content is no valid recording.
        case content(CaptureError)
    }

    /// The file.
    public let path: String
    /// What was tried, as in `cannot open`.
    public let operation: String
    /// What is wrong.
    public let fault: Fault
    /// What the reader of the message can do.
    public let remedy: String

    /// An error.
    public init(path: String, operation: String, fault: Fault, remedy: String) {
        self.path = path
        self.operation = operation
        self.fault = fault
        self.remedy = remedy
    }
}

extension FileError: CustomStringConvertible {
    /// `cannot open night.jsonl: No such file or directory (2); check the name`.
    public var description: String {
        switch fault {
        case .system(let number, let text): "cannot \(operation) \(path): \(text) (\(number)); \(remedy)"
        case .compression(let text): "cannot \(operation) \(path): \(text); \(remedy)"
        case .content(let error): "\(path): \(error)"
        }
    }
}
