import Glibc

/// Notices that files were replaced or rewritten, by their stamps; for certificates that are renewed under way.
///
/// A change counts once two looks in a row found the files as they are: a certificate whose key is not written yet must
/// not cost the connection that works.
struct FileWatch {
    private struct Stamp: Hashable {
        var device: UInt
        var inode: UInt
        var size: Int
        var seconds: Int
        var nanoseconds: Int
    }

    private let paths: [String]
    private var used: [Stamp?]
    private var last: [Stamp?]

    /// A watch over files, as they are now.
    init(_ paths: [String]) {
        self.paths = paths
        used = paths.map(Self.stamp)
        last = used
    }

    /// Whether there is anything to look at.
    var isEmpty: Bool { paths.isEmpty }

    /// The files are in use as they are now.
    mutating func isUsed() {
        used = paths.map(Self.stamp)
        last = used
    }

    /// Whether the files differ from those in use, and did already at the last look.
    mutating func hasChanged() -> Bool {
        let now = paths.map(Self.stamp)
        defer { last = now }
        return now != used && now == last && !now.contains(nil)
    }

    private static func stamp(_ path: String) -> Stamp? {
        var status = stat()
        guard unsafe stat(path, &status) == 0 else { return nil }
        return Stamp(
            device: UInt(status.st_dev), inode: UInt(status.st_ino), size: Int(status.st_size),
            seconds: status.st_mtim.tv_sec, nanoseconds: status.st_mtim.tv_nsec)
    }
}
