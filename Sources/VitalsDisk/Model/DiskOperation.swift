/// One thing that was done to a disk, for a recording that can be cut at any point. Files are named by their number,
/// since a file that is open may lose its name.
enum DiskOperation: Hashable, Sendable {
    /// A file came to be under this name.
    case create(String)
    /// The bytes of a file changed.
    case change(Int, DiskChange)
    /// A file was synced; with its name, when it was new and SQLite synced the directory too.
    case synchronise(Int, withName: Bool)
    /// A name was removed; at once for good when the directory was synced with it.
    case remove(String, isSynced: Bool)
    /// A file got another name.
    case move(String, to: String)
    /// The names were synced, with any directory: a journaling file system writes its journal as a whole.
    case synchroniseNames
    /// Whoever used the disk was told that this much is durable.
    case promise(UInt64)
}
