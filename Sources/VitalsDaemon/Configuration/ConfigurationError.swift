/// Why a configuration file cannot be used: which file, which line, what is wrong and what to write instead.
public struct ConfigurationError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The file.
    public let file: String
    /// The line, from 1; nil when the fault is one of the whole file.
    public let line: Int?
    /// What is wrong, and the remedy. Never the value of a secret.
    public let message: String

    /// An error.
    public init(file: String, line: Int?, message: String) {
        self.file = file
        self.line = line
        self.message = message
    }

    /// `vitalsd.toml:3: unknown key 'sped'; did you mean 'speed'?`
    public var description: String {
        line.map { "\(file):\($0): \(message)" } ?? "\(file): \(message)"
    }
}
