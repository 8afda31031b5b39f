import GRDB
import Testing
import VitalsDisk

/// Real SQLite, by way of GRDB, on a simulated disk.
@Suite("SQLite on a simulated disk")
struct SQLiteTests {
    static func open(_ disk: SimulatedDisk, synchronous: String = "FULL", checkpointPages: Int = 20) throws
        -> DatabaseQueue
    {
        var configuration = Configuration()
        configuration.prepareDatabase { db in
            let mode = try String.fetchOne(db, sql: "PRAGMA journal_mode = WAL")
            #expect(mode == "wal")
            try db.execute(
                sql: "PRAGMA synchronous = \(synchronous); PRAGMA wal_autocheckpoint = \(checkpointPages)")
        }
        return try DatabaseQueue(path: disk.root + "t.db", configuration: configuration)
    }

    /// Transactions of two rows each, and what was promised after each.
    static func fill(_ disk: SimulatedDisk, synchronous: String, transactions: Int) throws {
        let database = try open(disk, synchronous: synchronous)
        try database.write { db in try db.execute(sql: "CREATE TABLE s (seq INTEGER PRIMARY KEY, b BLOB)") }
        disk.promise(0)
        for number in 1...transactions {
            try database.write { db in
                let size = number * 37 % 900
                try db.execute(
                    sql: "INSERT INTO s VALUES (?, randomblob(?)), (?, randomblob(64))",
                    arguments: [2 * number - 1, size, 2 * number])
                if number % 5 == 0 {
                    try db.execute(sql: "DELETE FROM s WHERE seq <= ?", arguments: [2 * number - 200])
                }
            }
            disk.promise(UInt64(2 * number))
        }
    }

    /// Points at which promised rows were lost, and at which half a transaction or damage was found.
    static func lossesAndFaults(_ synchronous: String, isPowersafe: Bool, seed: UInt64, points: Int) throws -> (
        Int, Int
    ) {
        let disk = SimulatedDisk(isPowersafe: isPowersafe)
        defer { disk.unmount() }
        disk.record()
        try fill(disk, synchronous: synchronous, transactions: 150)
        let recording = try #require(disk.endRecording())
        var losses = 0
        var faults = 0
        try recording.cuts(points, seed: seed) { cut in
            let left = SimulatedDisk(cut.image, isPowersafe: isPowersafe)
            defer { left.unmount() }
            let database = try open(left)
            let (last, isWhole) = try database.read { db in
                let isTable = try db.tableExists("s")
                let last = isTable ? try Int.fetchOne(db, sql: "SELECT max(seq) FROM s") ?? 0 : 0
                return (last, try String.fetchOne(db, sql: "PRAGMA integrity_check") == "ok")
            }
            if !isWhole || last % 2 != 0 { faults += 1 }
            if last < Int(cut.promised) { losses += 1 }
        }
        return (losses, faults)
    }

    @Test("With synchronous=FULL no power cut loses a commit, or shows half of one", arguments: [true, false])
    func full(_ isPowersafe: Bool) throws {
        let (losses, faults) = try Self.lossesAndFaults("FULL", isPowersafe: isPowersafe, seed: 1, points: 150)
        #expect(losses == 0)
        #expect(faults == 0)
    }

    @Test("With synchronous=NORMAL commits are lost: the disk does cut")
    func normal() throws {
        let (losses, faults) = try Self.lossesAndFaults("NORMAL", isPowersafe: true, seed: 1, points: 100)
        #expect(losses > 10)
        #expect(faults == 0)
    }

    @Test("Readers and the writer see each other's commits through shared memory, and locks hold")
    func sharing() throws {
        let disk = SimulatedDisk()
        defer { disk.unmount() }
        let writer = try Self.open(disk)
        try writer.write { db in try db.execute(sql: "CREATE TABLE t (a)") }
        var configuration = Configuration()
        configuration.readonly = true
        let reader = try DatabaseQueue(path: disk.root + "t.db", configuration: configuration)
        try reader.read { db in
            #expect(try Int.fetchOne(db, sql: "SELECT count(*) FROM t") == 0)
            try writer.write { other in try other.execute(sql: "INSERT INTO t VALUES (1)") }
            #expect(try Int.fetchOne(db, sql: "SELECT count(*) FROM t") == 0)
        }
        #expect(try reader.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM t") } == 1)
        let second = try Self.open(disk)
        try writer.writeWithoutTransaction { db in
            try db.inTransaction(.immediate) {
                #expect(throws: DatabaseError.self) {
                    try second.writeWithoutTransaction { other in
                        try other.inTransaction(.immediate) { .commit }
                    }
                }
                return .commit
            }
        }
        // The last to leave folds the log into the database and removes it.
        try second.close()
        try reader.close()
        try writer.close()
        #expect(disk.image.files.keys.sorted() == ["t.db"])
    }

    @Test("Whatever was open before a power cut fails after it, and the next process finds what was promised")
    func restart() throws {
        let disk = SimulatedDisk()
        defer { disk.unmount() }
        let old = try Self.open(disk)
        try old.write { db in try db.execute(sql: "CREATE TABLE t (a); INSERT INTO t VALUES (1)") }
        disk.cutPower()
        #expect(throws: DatabaseError.self) { try old.write { try $0.execute(sql: "INSERT INTO t VALUES (2)") } }
        disk.restart(.dropped, seed: 1)
        #expect(throws: DatabaseError.self) { try old.write { try $0.execute(sql: "INSERT INTO t VALUES (3)") } }
        let new = try Self.open(disk)
        #expect(try new.read { try Int.fetchAll($0, sql: "SELECT a FROM t") } == [1])
        disk.kill()
        #expect(throws: DatabaseError.self) { try new.write { try $0.execute(sql: "INSERT INTO t VALUES (4)") } }
    }

    /// In a process of its own: SQLite has one set of dice a process, and other tests throw them meanwhile.
    @Test("The same calls and seeds give the same bytes")
    func deterministic() async {
        await #expect(processExitsWith: .success) {
            func run() throws -> DiskImage {
                DiskDice.seed(7)
                let disk = SimulatedDisk()
                defer { disk.unmount() }
                let database = try Self.open(disk)
                try database.write { db in
                    try db.execute(sql: "CREATE TABLE t (a); INSERT INTO t VALUES (randomblob(100))")
                }
                return disk.image
            }
            let first = try run()
            #expect(!first.files.isEmpty)
            #expect(try run() == first)
        }
    }
}
