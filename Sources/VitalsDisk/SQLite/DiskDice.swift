import GRDBSQLite
import Synchronization

/// SQLite's own dice (it salts its log with them), so that a simulation repeats to the byte.
public enum DiskDice {
    private static let random = Mutex<DiskRandom?>(nil)

    /// From now on SQLite's dice in this process fall as the seed says; nil gives them back to the system.
    public static func seed(_ seed: UInt64?) {
        DiskVFS.register()
        random.withLock { $0 = seed.map { DiskRandom(seed: $0) } }
        // Without a buffer it asks the VFS anew at the next draw (https://www.sqlite.org/c3ref/randomness.html).
        sqlite3_randomness(0, nil)
    }

    /// Whether they fall as a seed says, and no real time passes.
    static var isSeeded: Bool { random.withLock { $0 != nil } }

    static func draw(_ count: Int) -> [UInt8]? {
        random.withLock { random in
            guard random != nil else { return nil }
            return (0..<max(0, count)).map { _ in UInt8(truncatingIfNeeded: random?.next() ?? 0) }
        }
    }
}
