import Foundation
import GRDB
import Testing
import VitalsCore
import VitalsModel
import VitalsTestKit

@testable import VitalsStore

/// What is in a journal of today must be readable for ever: these literals never change.
@Suite("The format of a journal")
struct JournalFormatTests {
    static let identity = JournalIdentity(gateway: "gateway", epoch: "0123456789abcdef")

    static let record = VitalsCore.Record(
        sequence: 1, kind: .alarm, sensor: SensorAddress(rawValue: 0xC000_0000_0001),
        stamp: Stamp(
            monotonic: MonotonicTime(microseconds: 1_024_000), wall: WallTime(microseconds: -2), isSynchronised: true),
        subject: "spo2-low", body: Array("{}".utf8))

    @Test("The canonical bytes of a record are the documented ones")
    func canonical() {
        #expect(
            Hex.string(RecordChain.canonical(Self.record)) == """
                0000000000000001\
                04\
                010000c00000000001\
                00000000000fa000\
                fffffffffffffffe\
                01\
                0000000873706f322d6c6f77\
                000000027b7d
                """)
        var gateway = Self.record
        gateway.sensor = nil
        #expect(RecordChain.canonical(gateway).count == RecordChain.canonical(Self.record).count - 8)
    }

    @Test("The chain is what any SHA-256 makes of the documented bytes")
    func chain() {
        var chain = RecordChain(Self.identity)
        #expect(Hex.string(chain.hash) == "5b702fddbcc51ab939c732f8b0ee2049ecb98b6d9147c61ef796923285d32277")
        chain.append(Self.record)
        #expect(Hex.string(chain.hash) == "74a02a9b088ba852744e29a883074319ea7d299f7b67c8298df0f17561153c78")
    }

    @Test("Every field of a record changes its hash")
    func everyField() {
        let changes: [(inout VitalsCore.Record) -> Void] = [
            { $0.sequence = 2 }, { $0.kind = .absence },
            { $0.sensor = nil }, { $0.sensor = SensorAddress(rawValue: 0) },
            { $0.stamp.monotonic.microseconds += 1 }, { $0.stamp.wall.microseconds += 1 },
            { $0.stamp.isSynchronised = false }, { $0.subject = "spo2-lo" }, { $0.subject = "" }, { $0.body = [] },
            { $0.body = Array("{}{}".utf8) },
            {
                $0.subject = "spo2-lo"
                $0.body = Array("w{}".utf8)
            },
        ]
        var hashes: Set<[UInt8]> = [RecordChain(Self.identity).appending(Self.record).hash]
        for change in changes {
            var record = Self.record
            change(&record)
            hashes.insert(RecordChain(Self.identity).appending(record).hash)
        }
        #expect(hashes.count == changes.count + 1)
    }

    @Test("A journal of format 1, as the first version wrote it, opens, verifies and goes on")
    func firstFormat() throws {
        let directory = try TemporaryDirectory()
        let path = directory.file("journal.sqlite")
        let database = try DatabaseQueue(path: path)
        try database.writeWithoutTransaction { try $0.execute(sql: Self.firstFormat) }
        try database.close()

        let journal = try Journal(path: path, gateway: "gateway", created: .zero)
        #expect(journal.identity == Self.identity)
        #expect(try journal.records(after: 0, limit: 9) == [Self.record])
        #expect(journal.acknowledged(sink: "mqtt") == [1...1])
        #expect(try JournalVerifier.verify(journal.reader).fault == nil)
        var next = Self.record
        next.sequence = 2
        try journal.append([next])
        #expect(try JournalVerifier.verify(journal.reader).records == 2)
    }

    @Test("Migrations are named, in order, and the last one is the version")
    func migrations() throws {
        let migrator = JournalSchema.migrator(JournalSchema.Birth(identity: Self.identity, created: .zero))
        #expect(migrator.migrations == ["1 journal", "2 runs and alarms", "3 arrivals", "4 ledger"])
        #expect(Int64(migrator.migrations.count) == JournalSchema.version)
        let database = try DatabaseQueue()
        try migrator.migrate(database)
        try migrator.migrate(database)
        #expect(try database.read { try Int64.fetchOne($0, sql: "PRAGMA user_version") } == JournalSchema.version)
        #expect(try database.read { try Int64.fetchOne($0, sql: "SELECT count(*) FROM journal") } == 1)
    }

    private static let firstFormat = """
        PRAGMA application_id = 1447646273;
        PRAGMA user_version = 1;
        CREATE TABLE grdb_migrations (identifier TEXT NOT NULL PRIMARY KEY);
        INSERT INTO grdb_migrations VALUES ('1 journal');
        CREATE TABLE journal (
            id INTEGER PRIMARY KEY CHECK (id = 1), gateway TEXT NOT NULL, epoch TEXT NOT NULL,
            format INTEGER NOT NULL, created INTEGER NOT NULL, sealed_sequence INTEGER NOT NULL,
            sealed_chain BLOB NOT NULL) STRICT;
        CREATE TABLE sensor (id INTEGER PRIMARY KEY, address INTEGER NOT NULL UNIQUE) STRICT;
        CREATE TABLE subject (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT;
        CREATE TABLE record (
            sequence INTEGER PRIMARY KEY, kind INTEGER NOT NULL, sensor INTEGER REFERENCES sensor (id),
            monotonic INTEGER NOT NULL, wall INTEGER NOT NULL, synchronised INTEGER NOT NULL,
            subject INTEGER NOT NULL REFERENCES subject (id), body BLOB NOT NULL, chain BLOB NOT NULL) STRICT;
        CREATE TABLE acknowledged (
            sink TEXT NOT NULL, first INTEGER NOT NULL, last INTEGER NOT NULL,
            PRIMARY KEY (sink, first)) STRICT, WITHOUT ROWID;
        INSERT INTO journal VALUES (1, 'gateway', '0123456789abcdef', 1, 0, 1,
            x'74a02a9b088ba852744e29a883074319ea7d299f7b67c8298df0f17561153c78');
        INSERT INTO sensor VALUES (1, 211106232532993);
        INSERT INTO subject VALUES (1, 'spo2-low');
        INSERT INTO record VALUES (1, 4, 1, 1024000, -2, 1, 1, x'7b7d',
            x'74a02a9b088ba852744e29a883074319ea7d299f7b67c8298df0f17561153c78');
        INSERT INTO acknowledged VALUES ('mqtt', 1, 1);
        """
}
