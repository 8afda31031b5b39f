/// The bounds of the journal's files, each with its reason.
public enum SpaceLimits {
    /// On a full disk SQLite can neither insert nor delete nor checkpoint. Freed, this much lets it do all three: the
    /// largest commit, and the pages of a few chunks (reliability.md, finding 8).
    public static let ballastBytes: Int64 = 1 << 20

    /// What the WAL file may keep after a checkpoint: a reader that pinned it once must not cost disk for ever.
    public static let walBytes: Int64 = 16 << 20

    /// The same on a disk that is nearly full.
    public static let tightWALBytes: Int64 = 512 << 10

    /// Pages of the WAL file after which a commit also checkpoints: 4 MiB, SQLite's default. Smaller writes the same
    /// pages of the database more often, larger makes the checkpoint longer.
    public static let checkpointPages: Int64 = 1_000

    /// The same at least, for small journals and disks that are nearly full.
    public static let checkpointPagesLeast: Int64 = 64

    /// What the files beside take: the index of the WAL file, the witness and the lock.
    public static let besideBytes: Int64 = 128 << 10

    /// Pages that only retention may take: what it writes while it deletes, before the pages that it frees are there.
    public static let reservePages: Int64 = 32

    /// Pages that are made free for a refused commit at most: one of the largest group.
    public static let roomPagesMost: Int64 = 320

    /// Pages that stay free at least: a commit of the largest group.
    public static let marginPagesLeast: Int64 = 64
}
