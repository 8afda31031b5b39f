import Synchronization
import VitalsTools

/// Keeps what a command writes.
final class MemoryOutput: ByteOutput, Sendable {
    private let content = Mutex<[UInt8]>([])

    /// Everything so far.
    var bytes: [UInt8] { content.withLock(\.self) }

    /// Everything so far as text.
    var text: String { String(decoding: bytes, as: UTF8.self) }

    /// The lines so far, without their ends.
    var lines: [Substring] { text.split(separator: "\n", omittingEmptySubsequences: true) }

    func write(_ bytes: [UInt8]) { content.withLock { $0 += bytes } }
}
