/// How the bytes of a journal are shared out, and whether it has enough of them.
///
/// A database file that is full of deleted rows is not smaller: its pages are used again. So the file grows to its share
/// and stays there, and what counts is how many of its pages are in use.
public struct SpaceBudget: Hashable, Sendable {
    /// Bytes of one page of the database.
    public let pageBytes: Int64
    /// The most pages that the database file may have. SQLite itself refuses one more.
    public let pagesMost: Int64
    /// What the WAL file may keep after a checkpoint, in bytes.
    public let walBytes: Int64
    /// Pages of the WAL file after which a commit also checkpoints.
    public let checkpointPages: Int64
    /// Bytes of the ballast.
    public let ballastBytes: Int64

    /// The shares of so many bytes.
    public init(maxBytes: Int64, pageBytes: Int64) {
        let total = max(maxBytes, RetentionLimits.maxBytesLeast)
        self.pageBytes = max(pageBytes, 512)
        ballastBytes = min(SpaceLimits.ballastBytes, total / 8)
        walBytes = min(SpaceLimits.walBytes, total / 8)
        checkpointPages = max(
            SpaceLimits.checkpointPagesLeast, min(SpaceLimits.checkpointPages, walBytes / 4 / pageBytes))
        pagesMost =
            (total - ballastBytes - 2 * walBytes - SpaceLimits.besideBytes) / self.pageBytes - SpaceLimits.reservePages
    }

    /// What is free above the pages in use before the planner is asked for more: a commit and the rows that a chunk
    /// writes while it deletes others fit into it.
    public var marginPages: Int64 { max(SpaceLimits.marginPagesLeast, pagesMost / 64) }

    /// What is made free for a refused commit: no more than it may need, since what goes for it may be wanted yet.
    public func roomPages(_ usage: SpaceUsage) -> Int64 {
        min(SpaceLimits.roomPagesMost, max(SpaceLimits.marginPagesLeast, usage.pages / 8))
    }

    /// How a journal stands.
    public func state(_ usage: SpaceUsage) -> SpaceState {
        let missingBallast = max(0, ballastBytes - usage.ballastBytes)
        let wanted = missingBallast + max(0, 2 * walBytes - usage.walBytes)
        let isTight = usage.freeBytes.map { $0 < wanted } ?? false
        var limit = pagesMost
        if isTight, let free = usage.freeBytes {
            let reserve = missingBallast + max(0, SpaceLimits.tightWALBytes - usage.walBytes) + SpaceLimits.besideBytes
            limit = min(limit, usage.pages + max(0, free - reserve) / pageBytes)
        }
        let margin = min(marginPages, max(SpaceLimits.marginPagesLeast, limit / 16))
        return SpaceState(
            isTight: isTight, limitPages: limit, highPages: limit - margin, lowPages: limit - 2 * margin,
            usedPages: usage.pages - usage.freePages,
            hasRoomForBallast: missingBallast == 0 || (usage.freeBytes ?? 0) >= missingBallast + SpaceLimits.besideBytes
        )
    }
}

/// What a journal takes, as its files say.
public struct SpaceUsage: Hashable, Sendable {
    /// Pages of the database file.
    public var pages: Int64
    /// How many of them hold nothing.
    public var freePages: Int64
    /// Bytes of the WAL file.
    public var walBytes: Int64
    /// Bytes of the ballast.
    public var ballastBytes: Int64
    /// What the disk has left; nil when it does not say.
    public var freeBytes: Int64?

    /// A usage.
    public init(pages: Int64, freePages: Int64, walBytes: Int64, ballastBytes: Int64, freeBytes: Int64?) {
        self.pages = pages
        self.freePages = freePages
        self.walBytes = walBytes
        self.ballastBytes = ballastBytes
        self.freeBytes = freeBytes
    }
}

/// Whether a journal has enough space, and what it may take.
public struct SpaceState: Hashable, Sendable {
    /// Whether the disk has less left than the journal wants for itself: it then keeps the WAL file small, and grows no
    /// further than what is left.
    public let isTight: Bool
    /// The pages that the file may have now.
    public let limitPages: Int64
    /// Pages in use above which something has to go.
    public let highPages: Int64
    /// Pages in use below which enough has gone.
    public let lowPages: Int64
    /// Pages in use.
    public let usedPages: Int64
    /// Whether the ballast is there, or can be laid down.
    public let hasRoomForBallast: Bool

    /// Why something has to go: once it is above the high mark, until it is below the low one.
    public func pressure(was: RetentionReason?) -> RetentionReason? {
        guard usedPages > (was == nil ? highPages : lowPages) else { return nil }
        return isTight ? .disk : .bytes
    }
}
