import GRDB
import Testing
import VitalsTestKit

@testable import VitalsStore

@Suite("The connections to a journal")
struct JournalConnectionTests {
    let directory: TemporaryDirectory
    let path: String
    let writer: DatabaseQueue

    init() throws {
        directory = try TemporaryDirectory()
        path = directory.file("journal.sqlite")
        writer = try JournalConnection.writer(path)
        try writer.write { try $0.execute(sql: "CREATE TABLE t (x INTEGER) STRICT") }
    }

    @Test("The writer syncs every commit, and is the one that checkpoints")
    func writerSettings() throws {
        #expect(try value("journal_mode", writer) == "wal")
        #expect(try value("synchronous", writer) == "2")
        #expect(try value("wal_autocheckpoint", writer) == "1000")
        #expect(try value("journal_size_limit", writer) == "16777216")
        #expect(try value("foreign_keys", writer) == "1")
    }

    @Test("A reader never checkpoints, and every change through it is refused")
    func readerSettings() throws {
        let reader = try JournalConnection.reader(path)
        #expect(try value("query_only", reader) == "1")
        #expect(try value("wal_autocheckpoint", reader) == "0")
        for sql in ["INSERT INTO t VALUES (1)", "DELETE FROM t", "CREATE TABLE u (x)", "PRAGMA user_version = 9"] {
            #expect(throws: DatabaseError.self) { try reader.unsafeRead { try $0.execute(sql: sql) } }
        }
    }

    private func value(_ pragma: String, _ database: DatabaseQueue) throws -> String? {
        try database.unsafeRead { try String.fetchOne($0, sql: "PRAGMA \(pragma)") }
    }
}
