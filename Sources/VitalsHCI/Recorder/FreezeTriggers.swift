import CBluetooth
import Glibc
import VitalsSystemd

/// A folder in which anybody who may write there asks the flight recorder to freeze: a file appears, its name is the
/// reason, and it is removed when that is done. Names alone are used; the files are never opened.
final class FreezeTriggers {
    private let folder: Folder
    private let descriptor: Int32
    private var watch: EventLoop.Watch?

    /// Watches the folder, which must be there. What already is in it counts too.
    init(folder: Folder, loop: EventLoop, _ handler: @escaping ([String]) throws -> Void) throws {
        self.folder = folder
        descriptor = inotify_init1(Int32(IN_NONBLOCK) | Int32(IN_CLOEXEC))
        guard descriptor >= 0 else { throw HCIError.system(errno, "watch the folder \(folder.path)") }
        let interest = UInt32(IN_CLOSE_WRITE) | UInt32(IN_MOVED_TO) | UInt32(IN_ONLYDIR)
        guard unsafe inotify_add_watch(descriptor, folder.path, interest) >= 0 else {
            throw SegmentFile.error(errno, "watch the folder \(folder.path)")
        }
        watch = try loop.watch(descriptor) { [weak self] in try self?.look(handler) }
        try loop.soon { [weak self] in try self?.look(handler) }
    }

    deinit {
        watch?.cancel()
        close(descriptor)
    }

    /// The events only say that there is something to see: the folder says what.
    private func look(_ handler: ([String]) throws -> Void) throws {
        var buffer = [UInt8](repeating: 0, count: 4_096)
        while unsafe read(descriptor, &buffer, buffer.count) > 0 {}
        let names = try folder.names()
        guard !names.isEmpty else { return }
        for name in names { folder.remove(name) }
        try handler(names.prefix(VitalsHCILimits.freezeReasonsMax).map(Self.reason))
    }

    /// A name that can stand in the name of a folder.
    static func reason(_ name: String) -> String {
        let allowed = name.utf8.prefix(VitalsHCILimits.freezeReasonBytesMax).map { character -> UInt8 in
            switch character {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"):
                character
            default: UInt8(ascii: "-")
            }
        }
        return allowed.isEmpty ? "unnamed" : String(decoding: allowed, as: UTF8.self)
    }
}
