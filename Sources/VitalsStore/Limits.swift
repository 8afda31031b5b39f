/// The bounds of the journal's store, each with its reason.
public enum VitalsStoreLimits {
    /// How long a statement waits for another connection's lock, in seconds. Readers hold none that the writer needs,
    /// so only the recovery of a WAL file and a checkpoint at opening take time: well under a second on an SD card.
    static let busyTimeoutSeconds = 5.0

    /// Pages of the WAL file after which a commit also checkpoints: 4 MiB, SQLite's default. Smaller writes the same
    /// pages of the database more often, larger makes the checkpoint longer.
    static let checkpointPages = 1_000

    /// What the WAL file may keep after a checkpoint: a reader that pinned it once must not cost disk for ever.
    static let walBytesMax = 16 << 20

    /// Bytes that the rewriting of a WAL file holds at a time: four turns for a log of the usual size.
    static let rewriteBytes = 1 << 20

    /// The same at least, on a disk that is full: one page. A disk without room for a page takes no commit either.
    static let rewriteBytesLeast = 4 << 10

    /// Records after which the head is sealed again, so that a cut tail shows without an anchor elsewhere. Each seal
    /// rewrites one page, so not at every commit.
    static let sealInterval: UInt64 = 1_024

    /// Records that a walk over the journal holds at a time: some hundred kilobytes, and a short read transaction, so
    /// that the WAL file is not pinned.
    static let walkBatch = 1_024

    /// Characters of a gateway's name: it stands in topics and host names.
    static let gatewayNameMax = 64

    /// Records and arrivals that wait for the writer thread: more than half a minute of the rated load of 1 000 records
    /// a second with as many arrivals.
    public static let queueRecordsMax = 65_536

    /// Bytes that wait for the writer thread: what a gateway with 256 MiB can spare while its card is slow.
    public static let queueBytesMax = 16 << 20

    /// The share of either bound, in percent, above which `submit` says `congested`: what is under way still fits.
    static let highWaterPercent = 75

    /// Records and arrivals of one commit: beyond this the cost of the sync no longer shows, and the transaction stays
    /// short.
    static let groupRecordsMax = 1_024

    /// Bytes of one commit: a fraction of the WAL file's bound.
    static let groupBytesMax = 1 << 20

    /// The least time between the starts of two commits. A record that comes alone is durable at once; under load ten
    /// syncs a second spare the card, and an alarm waits a tenth of its budget of a second.
    public static let commitIntervalMilliseconds = 100

    /// The same for commits of arrivals alone: what a kill may take of what was received. A sync and a few pages every
    /// second are what a card can bear for years; a shorter interval costs it as many times more.
    public static let arrivalCommitMilliseconds = 1_000

    /// The first and the longest pause before a refused commit is tried again. A full disk or a locked file ends
    /// without us, so it is tried for ever, ever slower; ten seconds is what an operator who made room waits.
    static let retryMillisecondsMin = 100
    static let retryMillisecondsMax = 10_000

    /// What a record or an arrival takes in the queue beside its texts and bytes, in bytes.
    static let recordOverhead = 96

    /// What the account of a run of records that were given up takes in the queue, in bytes: a hash, and the shares of up to
    /// four classes.
    static let shedOverhead = 400

    /// The share of both bounds, in percent, that is left in use when records are given up: a quarter goes at once, so that
    /// the walk over all that waits is made once in a thousand submissions and not at each.
    static let shedToPercent = 75
}
