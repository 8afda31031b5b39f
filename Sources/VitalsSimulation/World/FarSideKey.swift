import Foundation
import Glibc
import VitalsMQTT

/// The key that the far side signs with, and the file in which the uplink looks for it. The file has no name any more, so
/// nothing of it stays when the process ends.
enum FarSideKey {
    private static let text = "5f1c0d9ab2e8473766a0d1f4c3b8e95a"

    /// The key.
    static let key = RequestKey(Array(text.utf8))

    /// Another key, of somebody who may not ask.
    static let foreign = RequestKey(Array(text.utf8.reversed()))

    /// The path under which the file can be read in this process; nil when it cannot be made.
    static let file: String? = {
        let pattern = FileManager.default.temporaryDirectory.appendingPathComponent("vitals-simulate-XXXXXX").path
        var name = pattern.utf8CString.map { $0 }
        let descriptor = unsafe mkstemp(&name)
        guard descriptor >= 0 else { return nil }
        unsafe unlink(name)
        let bytes = Array(text.utf8)
        guard unsafe write(descriptor, bytes, bytes.count) == bytes.count else { return nil }
        return "/proc/self/fd/\(descriptor)"
    }()
}
