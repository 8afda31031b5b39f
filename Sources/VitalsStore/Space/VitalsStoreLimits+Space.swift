extension VitalsStoreLimits {
    /// Bytes that one chunk of retention deletes at most: what it writes into the WAL file is about as much, and a fifth
    /// of a second's work for a slow card.
    static let chunkBytes = 1 << 20

    /// Bytes and rows of a chunk on a disk that is nearly full: they fit into a ballast several times.
    static let tightChunkBytes = 64 << 10

    /// See `tightChunkBytes`.
    static let tightChunkRows = 64

    /// Seconds for which a reader may hold the past open: every read is of some hundred records, and takes milliseconds
    /// (reliability.md, T15).
    static let readSecondsMax = 5

    /// Chunks that are dropped at most before a refused commit is tried again: enough for the largest group of the
    /// smallest rows, and no more than a second of a slow card.
    static let roomChunks = 64
}
