import GRDB
import VitalsCore
import VitalsModel

/// The tables of a journal and their history.
enum JournalSchema {
    /// `VITA`, in the file's header: `file` and every reader know a journal by it.
    static let applicationID: Int32 = 0x5649_5441

    /// The schema's version, in the file's header as `user_version`: the number of the last migration.
    static let version: Int64 = 3

    /// What the first migration writes into a new journal.
    struct Birth: Sendable {
        let identity: JournalIdentity
        let created: WallTime
    }

    /// Every migration that ever was, oldest first. Names never change, and a migration that was released never does
    /// either: a journal of any age ends with the same tables.
    static func migrator(_ birth: Birth) -> DatabaseMigrator {
        var migrator = DatabaseMigrator()
        migrator.registerMigration("1 journal") { db in
            try db.execute(sql: firstTables)
            try db.execute(
                sql: """
                    INSERT INTO journal (id, gateway, epoch, format, created, sealed_sequence, sealed_chain)
                    VALUES (1, ?, ?, ?, ?, 0, ?)
                    """,
                arguments: [
                    birth.identity.gateway, birth.identity.epoch, Int64(RecordChain.format),
                    birth.created.microseconds, RecordChain(birth.identity).hash.blob,
                ])
            try db.execute(sql: "PRAGMA application_id = \(applicationID)")
            try db.execute(sql: "PRAGMA user_version = 1")
        }
        migrator.registerMigration("2 runs and alarms") { db in
            try db.execute(sql: runsAndAlarms)
            try db.execute(sql: "PRAGMA user_version = 2")
        }
        migrator.registerMigration("3 arrivals") { db in
            try db.execute(sql: arrivals)
            try db.execute(sql: "PRAGMA user_version = 3")
        }
        return migrator
    }

    /// What live sensors sent and is in no record yet. A row lives for as long as a block is open, so it stands outside
    /// the hash chain. Rows of one stream lie together: a commit of a block deletes them all, and touches few pages.
    private static let arrivals = """
        CREATE TABLE arrival (
            sensor INTEGER NOT NULL,
            stream INTEGER NOT NULL,
            number INTEGER NOT NULL,
            boot TEXT NOT NULL,
            monotonic INTEGER NOT NULL,
            wall INTEGER NOT NULL,
            synchronised INTEGER NOT NULL,
            value BLOB NOT NULL,
            PRIMARY KEY (sensor, stream, number)
        ) STRICT, WITHOUT ROWID;
        """

    /// A start looks for the last run and for the alarms that it left open, however many samples lie behind them.
    private static let runsAndAlarms = """
        CREATE INDEX record_state ON record (kind, sensor, subject) WHERE kind IN (1, 4)
        """

    /// `journal` has one row: whose journal it is, and the head when it was last sealed. `record` is only ever appended
    /// to. `acknowledged` has disjoint ranges for each sink.
    private static let firstTables = """
        CREATE TABLE journal (
            id INTEGER PRIMARY KEY CHECK (id = 1),
            gateway TEXT NOT NULL,
            epoch TEXT NOT NULL,
            format INTEGER NOT NULL,
            created INTEGER NOT NULL,
            sealed_sequence INTEGER NOT NULL,
            sealed_chain BLOB NOT NULL
        ) STRICT;
        CREATE TABLE sensor (
            id INTEGER PRIMARY KEY,
            address INTEGER NOT NULL UNIQUE
        ) STRICT;
        CREATE TABLE subject (
            id INTEGER PRIMARY KEY,
            name TEXT NOT NULL UNIQUE
        ) STRICT;
        CREATE TABLE record (
            sequence INTEGER PRIMARY KEY,
            kind INTEGER NOT NULL,
            sensor INTEGER REFERENCES sensor (id),
            monotonic INTEGER NOT NULL,
            wall INTEGER NOT NULL,
            synchronised INTEGER NOT NULL,
            subject INTEGER NOT NULL REFERENCES subject (id),
            body BLOB NOT NULL,
            chain BLOB NOT NULL
        ) STRICT;
        CREATE TABLE acknowledged (
            sink TEXT NOT NULL,
            first INTEGER NOT NULL,
            last INTEGER NOT NULL,
            PRIMARY KEY (sink, first)
        ) STRICT, WITHOUT ROWID;
        """
}
