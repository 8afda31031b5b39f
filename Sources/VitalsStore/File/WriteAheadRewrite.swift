/// Makes what is read of a WAL file what is on the disk, before anything is built on it.
///
/// A sync that failed is never made good by a later one: Linux holds what it could not write for written, and still
/// shows it to every reader. The journal that was open then knows the commit that failed, and writes it anew. One that is
/// opened after a kill does not: it finds that commit whole, takes it for durable, and goes on behind it. The next
/// power cut would leave a hole there, and every commit behind the hole, promised or not, would be gone with it. So
/// whoever takes the writer's lock writes the whole WAL file once more.
///
/// It is written in place, so that readers elsewhere go on with the file that they have, one part after the other; and a copy
/// of each part is made first, since a power cut may tear what is written over. Each step can be cut short, and all of it is
/// begun again by the next opening:
///
///     journal.db-wal.copying   a copy of a part that is not whole yet; the log is as it was
///     journal.db-wal.copy      where in the log the part stands, and the part; nothing is committed while it is there
///
/// A log is megabytes long, and a disk may be full: the parts are made smaller until a copy of one finds room. Where not even
/// a page does, the journal is not opened, rather than put at risk: the gateway works in memory until there is room.
struct WriteAheadRewrite {
    private let journal: String
    private let files: any FileSystem

    private var log: String { journal + "-wal" }
    private var copy: String { log + ".copy" }
    private var draft: String { log + ".copying" }

    /// Rewrites the WAL file of a journal, if there is one. Under the writer's lock, before SQLite opens the file.
    ///
    /// - Throws: `JournalError`; then the journal must not be opened for writing.
    static func run(journal path: String, _ files: any FileSystem) throws(JournalError) {
        try JournalError.onFiles("open", path: path) { () throws(FileSystemError) in
            try WriteAheadRewrite(journal: path, files: files).run()
        }
    }

    private func run() throws(FileSystemError) {
        if try files.size(of: copy) != nil {
            // Whoever made it may have failed at the last step: a copy without a durable name is none.
            try files.synchronise(journal.directory)
            let start = try files.read(copy, at: 0, count: Self.placeBytes)
            let place = start.reduce(Int64(0)) { $0 << 8 | Int64($1) }
            try write(
                try files.read(copy, at: Int64(Self.placeBytes), count: VitalsStoreLimits.rewriteBytes), at: place)
            try files.remove(copy)
        } else if try files.size(of: log) ?? 0 == 0 {
            return
        }
        var place: Int64 = 0
        var count = VitalsStoreLimits.rewriteBytes
        while true {
            let part = try files.read(log, at: place, count: count)
            guard !part.isEmpty else { break }
            do throws(FileSystemError) {
                try save(part, at: place)
            } catch {
                guard error.isNoRoom, count > VitalsStoreLimits.rewriteBytesLeast else { throw error }
                count /= 4
                continue
            }
            try write(part, at: place)
            try files.remove(copy)
            place += Int64(part.count)
        }
        // The copies must not come back: the next commit makes them old. And the log must have its name.
        try files.synchronise(journal.directory)
    }

    private static let placeBytes = 8

    private func write(_ part: [UInt8], at place: Int64) throws(FileSystemError) {
        try files.write(part, to: log, at: place)
        try files.synchronise(log)
    }

    /// Makes the copy of a part durable, in the ballast's room if there is no other.
    private func save(_ part: [UInt8], at place: Int64) throws(FileSystemError) {
        let bytes = (0..<Self.placeBytes).map { UInt8(truncatingIfNeeded: place >> Int64(56 - 8 * $0)) } + part
        let ballast = Ballast(journal: journal, bytes: 0, files: files)
        while true {
            do throws(FileSystemError) {
                try files.remove(draft)
                try files.write(bytes, to: draft, at: 0)
                try files.synchronise(draft)
                try files.move(draft, to: copy)
                try files.synchronise(journal.directory)
                return
            } catch {
                guard error.isNoRoom else { throw error }
                try files.remove(draft)
                // Upkeep lays it down again.
                guard ballast.release() else { throw error }
            }
        }
    }
}
