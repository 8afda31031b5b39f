import GRDB
import Testing
import VitalsDisk
import VitalsStore

/// What a power cut leaves of plain files.
@Suite("A simulated disk when the power goes")
struct PowerCutTests {
    private static func read(_ disk: SimulatedDisk, _ name: String) throws -> [UInt8]? {
        guard try disk.size(of: disk.root + name) != nil else { return nil }
        return try disk.read(disk.root + name, at: 0, count: 1 << 20)
    }

    /// A file of 2,000 ones that is on the disk, with its name.
    private static func ones() throws -> SimulatedDisk {
        let disk = SimulatedDisk()
        try disk.write([UInt8](repeating: 1, count: 2_000), to: disk.root + "a", at: 0)
        try disk.synchronise(disk.root + "a")
        try disk.synchronise(disk.root)
        return disk
    }

    @Test("What was synced stays, whatever becomes of the rest", arguments: CrashPolicy.allCases)
    func synced(_ policy: CrashPolicy) throws {
        for seed in 0..<20 as Range<UInt64> {
            let disk = try Self.ones()
            try disk.write([UInt8](repeating: 2, count: 500), to: disk.root + "a", at: 1_000)
            disk.cutPower()
            #expect(throws: FileSystemError.self) { try disk.read(disk.root + "a", at: 0, count: 1) }
            disk.restart(policy, seed: seed)
            let left = try #require(try Self.read(disk, "a"))
            #expect(left.count == 2_000)
            #expect(left[..<1_000].allSatisfy { $0 == 1 } && left[1_500...].allSatisfy { $0 == 1 })
        }
    }

    @Test("Each policy leaves what it says")
    func policies() throws {
        func left(_ policy: CrashPolicy) throws -> Set<[UInt8]> {
            var all: Set<[UInt8]> = []
            for seed in 0..<40 as Range<UInt64> {
                let disk = try Self.ones()
                try disk.write([UInt8](repeating: 2, count: 2_000), to: disk.root + "a", at: 0)
                disk.cutPower()
                disk.restart(policy, seed: seed)
                all.insert(try Self.read(disk, "a") ?? [])
            }
            return all
        }
        let old = [UInt8](repeating: 1, count: 2_000)
        let new = [UInt8](repeating: 2, count: 2_000)
        #expect(try left(.dropped) == [old])
        #expect(try left(.kept) == [new])
        #expect(try left(.prefix) == [old, new])
        #expect(try left(.reordered) == [old, new])
        #expect(try left(.zeroed) == [old, new])
        #expect(try left(.torn).contains { Set($0) == [1, 2] })
        #expect(try left(.sectors).allSatisfy { Set($0).isSubset(of: [1, 2]) })
        #expect(try left(.garbage).contains { Set($0).count > 2 })
        #expect(try left(.mixed).count > 3)
    }

    @Test("A new file without a synced name may be gone; a move shows one name, never both or none")
    func names() throws {
        var gone = 0
        var moved = 0
        for seed in 0..<40 as Range<UInt64> {
            let disk = try Self.ones()
            try disk.write([3], to: disk.root + "b", at: 0)
            try disk.synchronise(disk.root + "b")
            try disk.move(disk.root + "a", to: disk.root + "c")
            disk.cutPower()
            disk.restart(.prefix, seed: seed)
            let names = try disk.list(disk.root)
            #expect(names.contains("a") != names.contains("c"))
            if !names.contains("b") { gone += 1 }
            if names.contains("c") { moved += 1 }
        }
        #expect(gone > 0 && gone < 40)
        #expect(moved > 0 && moved < 40)
    }

    @Test("What a failed sync was to write is never made good by a later one")
    func failedSync() throws {
        let disk = try Self.ones()
        try disk.write([9], to: disk.root + "a", at: 0)
        disk.fail(DiskFault(.sync, number: 1, isLasting: false))
        #expect(throws: FileSystemError.self) { try disk.synchronise(disk.root + "a") }
        try disk.synchronise(disk.root + "a")
        disk.cutPower()
        disk.restart(.dropped, seed: 1)
        #expect(try Self.read(disk, "a")?.first == 1)
    }

    /// Through SQLite, since nothing else makes a file shorter: the log of 40 pages becomes one of eight, and grows again.
    @Test("A file made shorter before a failed sync keeps what was written behind its end since", arguments: 0..<16)
    func shortened(_ seed: Int) throws {
        let disk = SimulatedDisk()
        defer { disk.unmount() }
        let path = disk.root + "a.db"
        let database = try DatabaseQueue(path: path)
        try database.inDatabase { db in
            try db.execute(sql: "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 0")
            try db.execute(sql: "PRAGMA journal_size_limit = 32768; CREATE TABLE t (n INTEGER, b BLOB)")
            for n in 1...40 { try db.execute(sql: "INSERT INTO t VALUES (?, zeroblob(3000))", arguments: [n]) }
            try db.execute(sql: "PRAGMA wal_checkpoint(RESTART)")
            // This commit begins the log anew and cuts it behind itself; the sync of the next one fails.
            try db.execute(sql: "INSERT INTO t VALUES (41, NULL)")
            disk.fail(DiskFault(.sync, number: 1, isLasting: false))
            #expect(throws: DatabaseError.self) { try db.execute(sql: "INSERT INTO t VALUES (42, NULL)") }
            #expect(disk.image.files["a.db-wal"]?.count == 32_768)
            for n in 43...60 { try db.execute(sql: "INSERT INTO t VALUES (?, zeroblob(3000))", arguments: [n]) }
        }
        disk.cutPower()
        disk.restart(.garbage, seed: UInt64(seed))
        let last = try DatabaseQueue(path: path).inDatabase { try Int.fetchOne($0, sql: "SELECT max(n) FROM t") }
        #expect(last == 60)
    }

    @Test("A disk fails the call that it was told to fail, once or from then on, until it is healed")
    func faults() throws {
        let disk = try Self.ones()
        disk.fail(DiskFault(.read, number: 2, isLasting: false))
        func reads() -> Bool { (try? disk.read(disk.root + "a", at: 0, count: 1)) != nil }
        #expect([reads(), reads(), reads()] == [true, false, true])
        disk.fail(DiskFault(.read, number: 2, isLasting: true))
        #expect([reads(), reads(), reads()] == [true, false, false])
        disk.heal()
        #expect(reads())
        #expect(disk.refusals == [.read: 3])
    }

    @Test("A full disk takes no more bytes but lets files be rewritten and removed; a read-only one takes nothing")
    func fullAndReadOnly() throws {
        let disk = try Self.ones()
        disk.limit(bytes: 2_100)
        #expect(disk.freeBytes(at: disk.root) == 100)
        let error = #expect(throws: FileSystemError.self) {
            try disk.write([UInt8](repeating: 0, count: 101), to: disk.root + "b", at: 0)
        }
        #expect(error?.number == 28)
        try disk.write([4], to: disk.root + "a", at: 0)
        try disk.remove(disk.root + "a")
        try disk.write([UInt8](repeating: 0, count: 101), to: disk.root + "b", at: 0)
        disk.setReadOnly(true)
        #expect(throws: FileSystemError.self) { try disk.write([1], to: disk.root + "b", at: 0) }
        #expect(try Self.read(disk, "b")?.count == 101)
        disk.heal()
        try disk.write([1], to: disk.root + "b", at: 0)
    }

    @Test("The power can go in the middle of the work: with the n-th change from now")
    func countedCut() throws {
        let disk = try Self.ones()
        disk.cutPower(afterChanges: 2)
        try disk.write([5], to: disk.root + "a", at: 0)
        #expect(throws: FileSystemError.self) { try disk.write([6], to: disk.root + "a", at: 1) }
        #expect(!disk.isPowered)
        disk.restart(.kept, seed: 1)
        #expect(try Self.read(disk, "a")?.prefix(2) == [5, 6])
        #expect(disk.generation == 2)
    }
}
