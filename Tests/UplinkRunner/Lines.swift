import Glibc
import Synchronization
import VitalsJSON

/// Lines of JSON on standard output, whole lines from any thread, written at once.
enum Lines {
    private static let lock = Mutex(())

    /// Writes one object; its members come sorted by name.
    static func write(_ members: (inout JSONWriter) -> Void) {
        var writer = JSONWriter()
        writer.object(members)
        writer.endLine()
        let bytes = writer.bytes
        lock.withLock { _ in
            var rest = bytes[...]
            while !rest.isEmpty {
                let count = unsafe rest.withUnsafeBytes { unsafe Glibc.write(STDOUT_FILENO, $0.baseAddress, $0.count) }
                guard count > 0 else { return }
                rest = rest.dropFirst(count)
            }
        }
    }
}
