import VitalsCore

/// A file that holds space back, to be freed when the disk is full: only then can SQLite delete what makes room.
struct Ballast: Sendable {
    /// Beside the journal.
    let path: String
    private let bytes: Int64
    private let files: any FileSystem

    init(journal: String, bytes: Int64, files: any FileSystem) {
        path = journal + ".ballast"
        self.bytes = bytes
        self.files = files
    }

    /// How much it holds now, in bytes.
    var size: Int64 { (try? files.size(of: path)) ?? 0 }

    /// Gives its space back; false when it held none.
    func release() -> Bool {
        guard size > 0 else { return false }
        return (try? files.remove(path)) != nil
    }

    /// Lays it down; false when the disk has no room for it. A part of it would look like the whole, so it goes again.
    func lay() -> Bool {
        guard size < bytes else { return true }
        do {
            try files.allocate(path, bytes: bytes)
            return true
        } catch {
            try? files.remove(path)
            return false
        }
    }
}
