extension VitalsStoreLimits {
    /// Bytes that one chunk of retention deletes at most: what it writes into the WAL file is about as much, and a fifth
    /// of a second's work for a slow card.
    static let chunkBytes = 1 << 20

    /// Bytes and rows of a chunk on a disk that is nearly full: they fit into a ballast several times.
    static let tightChunkBytes = 128 << 10

    /// See `tightChunkBytes`. Each chunk costs an entry of the ledger, so few rows a chunk would fill a small disk with
    /// entries.
    static let tightChunkRows = 256

    /// Rows that a chunk looks at for each one that it may delete: looking writes nothing, and a class that is rare among
    /// others must not cost an entry for every few records.
    static let looksPerRow = 8

    /// Steps of retention in one chunk: every class in two of its passes. They share the chunk's rows, so that many of them
    /// hold a commit up for no longer than one.
    static let chunkSteps = 8

    /// Seconds for which a reader may hold the past open: every read is of some hundred records, and takes milliseconds
    /// (reliability.md, T15).
    static let readSecondsMax = 5

    /// Chunks that are dropped at most before a refused commit is tried again: enough for the largest group of the
    /// smallest rows, and no more than a second of a slow card.
    static let roomChunks = 64
}
