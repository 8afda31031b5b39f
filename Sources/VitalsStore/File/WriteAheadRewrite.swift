/// Makes what is read of a WAL file what is on the disk, before anything is built on it.
///
/// A sync that failed is never made good by a later one: Linux holds what it could not write for written, and still
/// shows it to every reader. The journal that was open then knows the commit that failed, and writes it anew. One that is
/// opened after a kill does not: it finds that commit whole, takes it for durable, and goes on behind it. The next
/// power cut would leave a hole there, and every commit behind the hole, promised or not, would be gone with it. So
/// whoever takes the writer's lock writes the whole WAL file once more.
///
/// It is written in place, so that readers elsewhere go on with the file that they have; and a copy is made first, since
/// a power cut may tear what is written over. Each step can be cut short, and is begun again by the next opening:
///
///     journal.db-wal.copying   a copy that is not whole yet; the log is as it was
///     journal.db-wal.copy      the log as it has to be; nothing is committed while it is there
enum WriteAheadRewrite {
    /// Rewrites the WAL file of a journal, if there is one. Under the writer's lock, before SQLite opens the file.
    ///
    /// - Throws: `JournalError`; then the journal must not be opened for writing.
    static func run(journal path: String, _ files: any FileSystem) throws(JournalError) {
        try JournalError.onFiles("open", path: path) { () throws(FileSystemError) in
            let log = path + "-wal"
            let copy = log + ".copy"
            if try files.size(of: copy) == nil {
                guard let size = try files.size(of: log), size > 0 else { return }
                guard try save(log, as: copy, journal: path, files) else {
                    // No room for a copy, and a gateway that does not start keeps nothing at all. What is written over
                    // itself takes no room; only a power cut within it could tear it.
                    return try write(log, over: log, files)
                }
            }
            try write(copy, over: log, files)
            try files.remove(copy)
            // The copy must not come back: the next commit makes it old.
            try files.synchronise(path.directory)
        }
    }

    /// Makes the copy durable; false when there is no room for it, the ballast's included.
    private static func save(
        _ log: String, as copy: String, journal path: String, _ files: any FileSystem
    ) throws(FileSystemError) -> Bool {
        let draft = log + ".copying"
        let ballast = Ballast(journal: path, bytes: 0, files: files)
        while true {
            do throws(FileSystemError) {
                try files.remove(draft)
                try write(log, over: draft, files)
                try files.move(draft, to: copy)
                try files.synchronise(path.directory)
                return true
            } catch {
                guard error.isNoRoom else { throw error }
                try files.remove(draft)
                // Upkeep lays it down again.
                guard ballast.release() else { return false }
            }
        }
    }

    /// Writes the bytes of one file into another, and returns when they and its name are on the disk.
    private static func write(
        _ source: String, over target: String, _ files: any FileSystem
    ) throws(FileSystemError) {
        var offset: Int64 = 0
        while true {
            let bytes = try files.read(source, at: offset, count: VitalsStoreLimits.rewriteBytes)
            guard !bytes.isEmpty else { break }
            try files.write(bytes, to: target, at: offset)
            offset += Int64(bytes.count)
        }
        try files.synchronise(target)
        try files.synchronise(target.directory)
    }
}
