/// The bounds of retention, each with its reason.
public enum RetentionLimits {
    /// What a journal may take when nobody says otherwise: more than half a year of eight sensors without waveforms, and
    /// it fits beside a system on the smallest card that is sold today, 8 GB.
    public static let maxBytes: Int64 = 2 << 30

    /// The least that can be asked for: the ballast, a WAL file and a few hours of one sensor.
    public static let maxBytesLeast: Int64 = 4 << 20

    /// Days for each class when nobody says otherwise. A waveform is looked at again within a week or not at all; a
    /// quarter of samples shows a trend at the next visit; findings serve for a year; alarms stay until the bytes are
    /// needed.
    public static let days: [RetentionClass: Int] = [.waveforms: 7, .samples: 90, .events: 90, .findings: 365]

    /// A broker that lost its store is mended within a day (reliability.md, T22).
    public static let graceHours = 24

    /// The longest age that can be asked for: ten years.
    public static let daysMost = 3_650

    /// The longest grace window that can be asked for: a month.
    public static let graceHoursMost = 744

    /// Seconds between two marks: ages are asked for in days, the grace window in hours.
    public static let markInterval: Int64 = 3_600

    /// Seconds after which one mark a day is enough. The grace window, with its exact hours, lies before it.
    public static let markThinning: Int64 = 32 * secondsPerDay

    /// Acknowledged ranges that a mark notes, the oldest first. What it leaves out counts as delivered later, by a mark
    /// that comes when ranges have joined.
    public static let markRanges = 64

    /// The most that one start may add to ages for the time in which the gateway was off, in seconds. It is read from
    /// the wall clock, and a clock that is ten years wrong must not drop ten years of records at once. A gateway that
    /// was off for longer waits the rest.
    public static let gapMost: Int64 = 30 * secondsPerDay

    /// Rows that the first chunk may delete: it should take a few milliseconds between two commits, and the next ones
    /// adapt to what the disk makes of it.
    public static let chunkFirst = 256

    /// Rows of a chunk at least: with fewer a slow disk would never come to an end.
    public static let chunkLeast = 16

    /// Rows of a chunk at most: what they write has to fit into the WAL file.
    public static let chunkMost = 4_096

    /// Regions that one step names at most: as many as the rows of a first chunk, and a millisecond's work to find them.
    public static let stepRegions = 256

    /// What a chunk may take, in milliseconds, before the next one is made smaller: a commit waits for no longer.
    public static let chunkMilliseconds: Int64 = 10

    /// Unacknowledged ranges that one ledger entry names, some 20 kB: what is beyond stands in the next entry.
    public static let ledgerRanges = 1_000

    static let secondsPerHour: Int64 = 3_600
    static let secondsPerDay: Int64 = 86_400
}
