import Foundation

/// A directory for one test, gone with this value.
public final class TemporaryDirectory: Sendable {
    /// Where it is.
    public let path: String

    /// Makes one.
    public init() throws {
        path = NSTemporaryDirectory() + "vitals-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    /// The path of a file in it.
    public func file(_ name: String) -> String { path + "/" + name }
}
