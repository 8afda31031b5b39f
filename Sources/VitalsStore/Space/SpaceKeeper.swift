import GRDB
import VitalsCore

/// Measures what the journal takes, and holds SQLite to its share. Used on the writer's connection.
struct SpaceKeeper: Sendable {
    let budget: SpaceBudget
    let ballast: Ballast
    private let path: String
    private let files: any FileSystem
    /// The page limit and the mode that SQLite was told last.
    private var limit: Int64 = 0
    private var isTight: Bool?

    init(path: String, maxBytes: Int64, pageBytes: Int64, files: any FileSystem) {
        budget = SpaceBudget(maxBytes: maxBytes, pageBytes: pageBytes)
        ballast = Ballast(journal: path, bytes: budget.ballastBytes, files: files)
        self.path = path
        self.files = files
    }

    /// What the journal takes now.
    func usage(_ db: Database) throws -> SpaceUsage {
        SpaceUsage(
            pages: try Int64.fetchOne(db, sql: "PRAGMA page_count") ?? 0,
            freePages: try Int64.fetchOne(db, sql: "PRAGMA freelist_count") ?? 0, walBytes: walBytes,
            ballastBytes: ballast.size, freeBytes: files.freeBytes(at: path))
    }

    /// Tells SQLite what it may take. The database never gets more pages than that, whatever is written.
    mutating func enforce(_ state: SpaceState, _ db: Database) throws {
        if limit != state.limitPages {
            try db.execute(sql: "PRAGMA max_page_count = \(max(1, state.limitPages))")
            limit = state.limitPages
        }
        guard isTight != state.isTight else { return }
        let pages = state.isTight ? SpaceLimits.checkpointPagesLeast : budget.checkpointPages
        let bytes = state.isTight ? min(SpaceLimits.tightWALBytes, budget.walBytes) : budget.walBytes
        try db.execute(sql: "PRAGMA wal_autocheckpoint = \(pages)")
        try db.execute(sql: "PRAGMA journal_size_limit = \(bytes)")
        isTight = state.isTight
    }

    /// Tells SQLite the shares of the budget, before anything is written.
    func begin(_ db: Database) throws {
        try db.execute(sql: "PRAGMA max_page_count = \(budget.pagesMost)")
        try db.execute(sql: "PRAGMA wal_autocheckpoint = \(budget.checkpointPages)")
        try db.execute(sql: "PRAGMA journal_size_limit = \(budget.walBytes)")
    }

    /// Lets retention take the pages that are kept for it, and takes them back.
    func reserve(_ isOpen: Bool, _ db: Database) throws {
        let pages = (limit > 0 ? limit : budget.pagesMost) + (isOpen ? SpaceLimits.reservePages : 0)
        try db.execute(sql: "PRAGMA max_page_count = \(pages)")
    }

    /// Copies the WAL file into the database, as far as no reader and no full disk stops it.
    func checkpoint(_ db: Database) {
        // TRUNCATE gives the space back at once. What it cannot do is done by the next one.
        _ = try? db.checkpoint(.truncate)
    }

    /// Whether the file is still where it was.
    var isThere: Bool { (try? files.size(of: path)) ?? nil != nil }

    private var walBytes: Int64 { ((try? files.size(of: path + "-wal")) ?? nil) ?? 0 }
}
