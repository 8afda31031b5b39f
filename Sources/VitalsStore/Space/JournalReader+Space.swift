import GRDB

extension JournalReader {
    /// What the journal takes on its disk now.
    public func space(files: any FileSystem = PosixFileSystem()) throws(JournalError) -> JournalSpace {
        var space = JournalSpace()
        let (pages, free, size) = try read { db in
            (
                try Int64.fetchOne(db, sql: "PRAGMA page_count") ?? 0,
                try Int64.fetchOne(db, sql: "PRAGMA freelist_count") ?? 0,
                try Int64.fetchOne(db, sql: "PRAGMA page_size") ?? 0
            )
        }
        space.freePageBytes = free * size
        space.fileBytes = ((try? files.size(of: path)) ?? nil) ?? pages * size
        space.walBytes = ((try? files.size(of: path + "-wal")) ?? nil) ?? 0
        space.ballastBytes = ((try? files.size(of: path + ".ballast")) ?? nil) ?? 0
        space.diskFreeBytes = files.freeBytes(at: path)
        return space
    }
}
