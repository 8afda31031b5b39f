import GRDB
import VitalsCore
import VitalsModel

/// The tables of a journal and their history.
enum JournalSchema {
    /// `VITA`, in the file's header: `file` and every reader know a journal by it.
    static let applicationID: Int32 = 0x5649_5441

    /// The schema's version, in the file's header as `user_version`: the number of the last migration.
    static let version: Int64 = 4

    /// What the first migration writes into a new journal.
    struct Birth: Sendable {
        let identity: JournalIdentity
        let created: WallTime
    }

    /// Whether the file has the tables of version 4. A reader may look at an older one, which no writer has opened since.
    static func hasLedger(_ db: Database) throws -> Bool {
        try Int64.fetchOne(db.cachedStatement(sql: "PRAGMA user_version")) ?? 0 >= 4
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
        migrator.registerMigration("4 ledger") { db in
            try db.execute(sql: ledger)
            try db.execute(sql: "PRAGMA user_version = 4")
        }
        return migrator
    }

    /// - `record`, `arrival`: `key` is the data key that seals the row, NULL for none; `counter` its nonce; `tag` proves
    ///   the row. Rows up to `untagged_through` are older than tags and have none.
    /// - `journal`: `generation` counts the openings for writing. `next_sequence` is where the records go on, 0 for
    ///   behind the head. `is_closed` says that the last writer came to its end.
    /// - `dropped`: the runs of records that are no longer there, disjoint and not touching, each with the hash of its
    ///   last record, so that the chain can be followed across it.
    /// - `retained`: up to where retention has dropped a class, so that it never looks at the same row twice.
    /// - `mark`: what was there, and what of it was acknowledged, at an hour of the retention clock.
    /// - `ledger`: the store's own account. `key`: the wrapped data keys, and the sequences that each one seals;
    ///   its index is a second copy on another page, since a lost key is the loss of all that it sealed.
    private static let ledger = """
        ALTER TABLE record ADD COLUMN key INTEGER;
        ALTER TABLE record ADD COLUMN counter INTEGER;
        ALTER TABLE record ADD COLUMN tag BLOB;
        ALTER TABLE arrival ADD COLUMN key INTEGER;
        ALTER TABLE arrival ADD COLUMN counter INTEGER;
        ALTER TABLE arrival ADD COLUMN tag BLOB;
        ALTER TABLE journal ADD COLUMN generation INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE journal ADD COLUMN untagged_through INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE journal ADD COLUMN next_sequence INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE journal ADD COLUMN is_closed INTEGER NOT NULL DEFAULT 0;
        UPDATE journal SET untagged_through = (SELECT coalesce(max(sequence), 0) FROM record);
        CREATE TABLE dropped (
            first INTEGER PRIMARY KEY,
            last INTEGER NOT NULL,
            chain BLOB NOT NULL
        ) STRICT;
        CREATE TABLE retained (
            class INTEGER PRIMARY KEY,
            through INTEGER NOT NULL
        ) STRICT;
        CREATE TABLE mark (
            time INTEGER PRIMARY KEY,
            wall INTEGER NOT NULL,
            synchronised INTEGER NOT NULL,
            head INTEGER NOT NULL,
            acknowledged TEXT NOT NULL
        ) STRICT;
        CREATE TABLE ledger (
            entry INTEGER PRIMARY KEY,
            kind TEXT NOT NULL,
            monotonic INTEGER NOT NULL,
            wall INTEGER NOT NULL,
            synchronised INTEGER NOT NULL,
            body BLOB NOT NULL,
            chain BLOB NOT NULL,
            signature BLOB
        ) STRICT;
        CREATE TABLE key (
            id INTEGER PRIMARY KEY,
            kek TEXT NOT NULL,
            wrapped BLOB NOT NULL,
            created_sequence INTEGER NOT NULL,
            last_sequence INTEGER
        ) STRICT;
        CREATE UNIQUE INDEX key_copy ON key (id, kek, wrapped, created_sequence, last_sequence);
        CREATE INDEX record_alarm ON record (sequence) WHERE kind = 4;
        """

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
