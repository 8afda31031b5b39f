import Synchronization

/// Which simulated disk answers for which paths, in the whole process.
enum DiskMounts {
    /// What every path on a simulated disk begins with: no such directory exists on a real one.
    static let prefix = "/simulated-disk/"

    private struct Table: Sendable {
        var disks: [String: SimulatedDisk] = [:]
        var next = 1
    }

    private static let table = Mutex(Table())

    /// A root that no disk has had.
    static func next() -> String {
        table.withLock { table in
            defer { table.next += 1 }
            return "\(prefix)\(table.next)/"
        }
    }

    static func mount(_ disk: SimulatedDisk) { table.withLock { $0.disks[disk.root] = disk } }

    static func unmount(_ root: String) { table.withLock { _ = $0.disks.removeValue(forKey: root) } }

    /// The disk of a path, if there is one.
    static func disk(of path: String) -> SimulatedDisk? {
        guard path.hasPrefix(prefix) else { return nil }
        let name = path.dropFirst(prefix.count).prefix { $0 != "/" }
        return table.withLock { $0.disks["\(prefix)\(name)/"] }
    }
}
