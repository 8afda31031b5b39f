/// One process writes a journal: two connections that write and checkpoint at once can damage a WAL store (SQLite
/// 3.7.0 to 3.51.2). The lock stands on a file of its own, since closing any handle of the journal itself would drop
/// SQLite's locks, and it falls with its process, however that ends.
enum WriterLock {
    /// Takes the lock or says who cannot: there is no waiting. Whoever has it finds on the disk what the journal's WAL
    /// file shows.
    static func take(journal path: String, _ files: any FileSystem) throws(JournalError) -> any FileLock {
        let held: (any FileLock)?
        do throws(FileSystemError) {
            held = try files.lock(path + ".lock")
        } catch {
            throw JournalError(.noAccess, "open", path: path, detail: "\(error.path): \(error.words)")
        }
        guard let held else { throw JournalError(.inUse, "open", path: path) }
        try WriteAheadRewrite.run(journal: path, files)
        return held
    }
}
