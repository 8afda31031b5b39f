internal import Foundation
public import Logging
internal import VitalsSystemd

/// Sends log messages where their reader looks: the system journal with fields, under the service manager, or a line of
/// text on standard error.
///
///     2026-11-21T07:30:00Z warning malformed packet kept characteristic=2A37 sensor=C0:00:00:00:00:01
public struct DaemonLogHandler: LogHandler {
    /// Fields of every message.
    public var metadata: Logger.Metadata = [:]
    /// The least level that is logged.
    public var logLevel: Logger.Level = .info

    private let toJournal: Bool

    /// A handler for where this process's standard error goes.
    public init() { toJournal = SystemJournal.isConnected }

    /// A field of every message.
    public subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    /// Sends one message.
    public func log(event: LogEvent) {
        let fields = metadata.merging(event.metadata ?? [:]) { $1 }
            .map { ($0.key, "\($0.value)") }.sorted { $0.0 < $1.0 }
        if toJournal {
            SystemJournal.send(
                [("MESSAGE", Self.line(event.message.description, fields)), ("PRIORITY", event.level.priority)]
                    + fields.map { (Self.journalName($0.0), $0.1) })
        } else {
            let time = Date().formatted(.iso8601)
            FileHandle.standardError.write(
                Data("\(time) \(event.level) \(Self.line(event.message.description, fields))\n".utf8))
        }
    }

    private static func line(_ message: String, _ fields: [(String, String)]) -> String {
        ([message] + fields.map { "\($0.0)=\(quoted($0.1))" }).joined(separator: " ")
    }

    private static func quoted(_ text: String) -> String {
        text.contains { $0.isWhitespace || $0 == "\"" || $0 == "=" }
            ? "\"" + text.replacingOccurrences(of: "\"", with: "'").filter { !$0.isNewline } + "\"" : text
    }

    private static func journalName(_ key: String) -> String {
        "VITALS_" + key.uppercased().map { $0.isLetter || $0.isNumber ? String($0) : "_" }.joined()
    }
}

extension Logger.Level {
    /// The level as syslog numbers it (sd-daemon(3)).
    fileprivate var priority: String {
        switch self {
        case .trace, .debug: "7"
        case .info: "6"
        case .notice: "5"
        case .warning: "4"
        case .error: "3"
        case .critical: "2"
        }
    }
}
